#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/entry.h"

namespace coffer::ledger {

/// The laws of double entry, in the order in which they are checked.
enum class LawBreach : std::uint8_t {
    fewer_than_two_postings,
    amount_not_positive,
    amount_over_maximum,
    debits_differ_from_credits,
    balance_does_not_follow,
    wallet_balance_out_of_bounds,
    same_account_twice,
    tenants_mixed,
};

[[nodiscard]] std::string_view describe(LawBreach breach);

/// Judges one entry by itself, before anything is applied. It does not know the verbs: whatever a
/// rule may have got wrong, an entry that breaks a law here never reaches the journal.
[[nodiscard]] std::optional<LawBreach> breach_of(const JournalEntry& entry);

}  // namespace coffer::ledger
