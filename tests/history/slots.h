#pragma once

#include <string_view>

#include "tests/history/chunked.h"
#include "tests/history/format.h"

namespace coffer::tests::history {

/// What a row does to its wallet.
enum class Movement : std::uint8_t {
    deposit,
    withdraw,
    transfer_out,
    transfer_in,
    freeze,
    unfreeze
};

/// The letter that a row of a page says it with.
[[nodiscard]] constexpr char letter_of(Movement movement) {
    return std::string_view{"dwoizu"}[static_cast<std::size_t>(movement)];
}

[[nodiscard]] constexpr bool is_transfer(Movement movement) {
    return movement == Movement::transfer_out || movement == Movement::transfer_in;
}

/// By how much the whole balance changes. What is set aside stays in it.
[[nodiscard]] constexpr Minor change_by(Movement movement, Minor amount) {
    switch (movement) {
        case Movement::deposit:
        case Movement::transfer_in: return amount;
        case Movement::withdraw:
        case Movement::transfer_out: return -amount;
        case Movement::freeze:
        case Movement::unfreeze: return 0;
    }
    return 0;
}

/// A row of a wallet's statement: what the first answer that showed it said, and what its intent
/// wanted, so that whoever walks along the rows need not look that up. One cache line.
struct alignas(64) Slot {
    Minor balance = 0;
    Minor held = not_said;    ///< until an answer says it, or a model has computed it
    Minor amount = 0;         ///< of the intent
    Instant earliest = 0;     ///< it cannot have taken effect before; the intent's, until judged
    Instant seen_at = never;  ///< somebody had an answer that shows it
    Number seen_by = none;
    Number intent = none;  ///< none: no answer showed this number
    Number entry = none;
    Number other_wallet = none;  ///< of a transfer: where its other side stands
    Number other_seq = none;     ///< none: no answer showed that
    Movement movement{};
    bool in_last_reads = false;
    bool told_first = false;  ///< a try was told that it took effect then
};
static_assert(sizeof(Slot) == 64);

/// The rows of one wallet; seq 1 is [0].
using Slots = Chunked<Slot>;

}  // namespace coffer::tests::history
