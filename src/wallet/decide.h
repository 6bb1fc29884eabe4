#pragma once

#include <variant>

#include "wallet/command.h"
#include "wallet/context.h"
#include "wallet/loaded.h"
#include "wallet/record.h"
#include "wallet/rejection.h"

namespace coffer::wallet {

/// The command takes effect: `draft` holds the record.
struct Accepted {};
/// The reference or the Idempotency-Key was used for the same before: answer from that record,
/// change nothing.
struct Replayed {
    const Record* first;
};
/// Declined under an Idempotency-Key: `draft` holds a record that keeps the refusal.
struct Kept {
    Refusal refusal;
};
using Decision = std::variant<Accepted, Replayed, Refusal, Kept>;

/// What the command wants to see, given what is loaded so far. Ask again until nothing new is
/// named; two rounds are enough for every verb.
void touches(const Command& command, const Loaded& loaded, const Context& context, Keys& keys);

/// Judges one command. Pure: equal command, loaded objects and context give an equal decision.
/// `draft` is overwritten, and is meaningful only when the answer is Accepted or Kept.
[[nodiscard]] Decision decide(const Command& command, const Loaded& loaded, const Context& context,
                              Record& draft);

/// Whether what was kept at `at` under an Idempotency-Key still answers for it.
[[nodiscard]] inline bool key_lives(Instant at, const Context& context) {
    return context.now.unix_ms - at.unix_ms < context.key_lifetime_ms;
}

}  // namespace coffer::wallet
