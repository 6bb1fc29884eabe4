#pragma once

#include <array>

#include "tests/history/chunked.h"
#include "tests/history/format.h"

namespace coffer::tests::history {

/// What a row does to its wallet. First those that stand in two wallets, side by side.
enum class Movement : std::uint8_t {
    transfer_out,
    transfer_in,
    return_out,  ///< refund of a transfer: what the payee gives back
    return_in,
    payment_out,  ///< out of a freeze, to another wallet
    payment_in,
    deposit,
    withdraw,
    freeze,
    adjust_up,
    adjust_down,
    withdrawal_hold,
    unfreeze,
    expiry,   ///< a freeze that ends by itself
    payment,  ///< out of a freeze, to nobody here
    refund_in,
    refund_out,
    withdrawal_release,
    withdrawal_paid,  ///< out of what was set aside
};

/// What is said of a movement wherever its rows are shown or played: one table, because to guess
/// which of many it is goes wrong too often.
struct MovementRule {
    char letter;          ///< that a row of a page says it with
    std::int8_t balance;  ///< 1: the whole balance grows by the amount, -1: it falls
    std::int8_t held;     ///< likewise what is set aside of it
};
inline constexpr std::array movement_rules{
    MovementRule{'o', -1, 0},   // transfer_out
    MovementRule{'i', 1, 0},    // transfer_in
    MovementRule{'r', -1, 0},   // return_out
    MovementRule{'r', 1, 0},    // return_in
    MovementRule{'p', -1, -1},  // payment_out
    MovementRule{'i', 1, 0},    // payment_in
    MovementRule{'d', 1, 0},    // deposit
    MovementRule{'w', -1, 0},   // withdraw
    MovementRule{'z', 0, 1},    // freeze
    MovementRule{'a', 1, 0},    // adjust_up
    MovementRule{'a', -1, 0},   // adjust_down
    MovementRule{'h', 0, 1},    // withdrawal_hold
    MovementRule{'u', 0, -1},   // unfreeze
    MovementRule{'u', 0, -1},   // expiry
    MovementRule{'p', -1, -1},  // payment
    MovementRule{'r', 1, 0},    // refund_in
    MovementRule{'r', -1, 0},   // refund_out
    MovementRule{'l', 0, -1},   // withdrawal_release
    MovementRule{'w', -1, -1},  // withdrawal_paid
};

[[nodiscard]] constexpr const MovementRule& rule_of(Movement movement) {
    return movement_rules[static_cast<std::size_t>(movement)];
}

[[nodiscard]] constexpr char letter_of(Movement movement) { return rule_of(movement).letter; }

[[nodiscard]] constexpr bool is_two_sided(Movement movement) {
    return movement < Movement::deposit;
}
/// Of what is two-sided: the other side.
[[nodiscard]] constexpr Movement opposite_of(Movement movement) {
    return static_cast<Movement>(static_cast<std::uint8_t>(movement) ^ 1U);
}
static_assert(opposite_of(Movement::transfer_out) == Movement::transfer_in);
static_assert(opposite_of(Movement::return_out) == Movement::return_in);
static_assert(opposite_of(Movement::payment_out) == Movement::payment_in);

[[nodiscard]] constexpr bool is_return(Movement movement) {
    return movement == Movement::return_out || movement == Movement::return_in;
}
/// Whether it needs that something else was done before it.
[[nodiscard]] constexpr bool follows_another(Movement movement) {
    return movement >= Movement::unfreeze ||
           (is_two_sided(movement) && movement > Movement::transfer_in);
}
[[nodiscard]] constexpr bool is_payment(Movement movement) {
    return movement == Movement::payment || movement == Movement::payment_out;
}
/// Gives back all that is left of a freeze.
[[nodiscard]] constexpr bool ends_freeze(Movement movement) {
    return movement == Movement::unfreeze || movement == Movement::expiry;
}
/// Takes from a freeze that was made before.
[[nodiscard]] constexpr bool is_of_freeze(Movement movement) {
    return is_payment(movement) || ends_freeze(movement);
}
/// Of a withdrawal request.
[[nodiscard]] constexpr bool is_decision(Movement movement) {
    return movement >= Movement::withdrawal_release;
}
[[nodiscard]] constexpr bool is_refund(Movement movement) {
    return movement == Movement::refund_in || movement == Movement::refund_out ||
           is_return(movement);
}

/// By how much the whole balance changes. What is set aside stays in it.
[[nodiscard]] constexpr Minor change_by(Movement movement, Minor amount) {
    return rule_of(movement).balance * amount;
}
/// By how much what is set aside changes.
[[nodiscard]] constexpr Minor held_by(Movement movement, Minor amount) {
    return rule_of(movement).held * amount;
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
    Number other_wallet = none;  ///< of what is two-sided: where its other side stands
    /// Of what is two-sided; none: no answer showed that. Of a freeze: the row that ends it, which
    /// judge_order finds.
    Number other_seq = none;
    Movement movement = Movement::deposit;
    bool in_last_reads = false;
    bool told_first = false;  ///< a try was told that it took effect then
};
static_assert(sizeof(Slot) == 64);

/// The rows of one wallet; seq 1 is [0].
using Slots = Chunked<Slot>;

}  // namespace coffer::tests::history
