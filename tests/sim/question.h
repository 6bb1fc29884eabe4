#pragma once

#include <string>

#include "tests/history/format.h"

namespace coffer::tests::sim {

using history::Minor;
using history::none;
using history::Number;
using history::Verb;

/// Freezes that end by themselves have amounts that differ by less than this from each other, and
/// what is paid out of them are multiples of it.
inline constexpr Minor expiring_apart = 1'000;

/// One request and what it is meant to do; the numbers are those of the history.
struct Question {
    Verb verb{};
    Number wallet = none;  ///< asked about or moved; of a transfer the payer
    Number intent = none;  ///< of what moves money
    char status = 'a';
    std::uint32_t page_size = 0;
    Number after = none;   ///< the operation whose page came before
    bool has_key = false;  ///< an Idempotency-Key
    bool must_fail = false;
    std::string bytes;  ///< as sent
};

/// One whole answer as a client reads it.
struct Answer {
    int status = 0;
    bool is_repeat = false;
    std::string body;
};

}  // namespace coffer::tests::sim
