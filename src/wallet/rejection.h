#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/int128.h"
#include "money/currency.h"

namespace coffer::wallet {

/// Why the wallet declined a command, in the order in which the rules are checked: a command that
/// breaks two is answered with the earlier one (a reused Idempotency-Key comes first; the hold,
/// transaction or approval that a command names is looked for before wallets). Numbered for ever.
enum class Rejection : std::uint8_t {
    reference_reused = 1,  ///< same reference, another payload
    payer_is_payee = 2,
    wallet_not_found = 3,
    counterparty_wallet_not_found = 4,
    currency_must_be_named = 5,
    wallet_already_open = 6,
    wallets_of_user_at_maximum = 7,
    wallet_is_closed = 8,
    wallet_is_frozen = 9,
    counterparty_wallet_is_closed = 10,
    amount_has_too_many_decimals = 11,
    amount_not_positive = 12,
    amount_over_maximum = 13,
    exceeds_available_balance = 14,
    balance_over_maximum = 15,
    hold_not_found = 16,
    hold_already_ended = 17,
    status_change_not_allowed = 18,
    wallet_has_open_holds = 19,
    wallet_not_empty = 20,
    breaks_a_law = 21,            ///< our own bug, caught before anything was touched
    idempotency_key_reused = 22,  ///< same Idempotency-Key, another payload
    transaction_not_found = 23,
    transaction_not_refundable = 24,  ///< a row of its kind moved no money for good
    already_refunded = 25,            ///< nothing of it is left
    exceeds_refundable = 26,
    approval_not_found = 27,
    already_decided = 28,
    own_request = 29,   ///< whoever asked may not approve
    exceeds_hold = 30,  ///< `available`: what the hold still holds
    expires_in_past = 31,
    // What the policy of the caller's application says; asked behind all rules above, but for
    // transfers_disabled, which is asked before any wallet is looked at.
    policy_not_found = 40,
    transfers_disabled = 41,
    currency_not_supported = 42,
    balance_over_limit = 43,        ///< `available`: what the wallet may still take
    withdrawal_below_minimum = 44,  ///< `available`: the minimum
    daily_withdraw_limit_exceeded = 45,
    monthly_withdraw_limit_exceeded = 46,
    withdrawal_needs_review = 47,
    float_exceeded = 48,
};

/// Whether a rule has this number. Numbers need not follow each other.
[[nodiscard]] constexpr bool is_rejection(std::uint8_t number) {
    return (number >= 1 && number <= 31) || (number >= 40 && number <= 48);
}

inline constexpr std::size_t rejection_count = [] {
    std::size_t count = 0;
    for (unsigned number = 0; number < 256; ++number) {
        if (is_rejection(static_cast<std::uint8_t>(number))) ++count;
    }
    return count;
}();

/// A rejection and the figures that explain it; `available` and `needed` are minor units.
struct Refusal {
    Rejection rejection{};
    money::Currency currency{};
    Int128 available = 0;
    Int128 needed = 0;
    bool replayed = false;  ///< what the same Idempotency-Key was answered before
};

}  // namespace coffer::wallet
