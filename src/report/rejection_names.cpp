#include "report/record.h"

namespace coffer::report {

// docs/journal-format.md, section 5: the numbers of a refused record.
std::string_view name_of_rejection(std::uint8_t rejection) {
    switch (rejection) {  // an open set: a byte of the file
        case 1: return "reference_reused";
        case 2: return "payer_is_payee";
        case 3: return "wallet_not_found";
        case 4: return "counterparty_wallet_not_found";
        case 5: return "currency_must_be_named";
        case 6: return "wallet_already_open";
        case 7: return "wallets_of_user_at_maximum";
        case 8: return "wallet_is_closed";
        case 9: return "wallet_is_frozen";
        case 10: return "counterparty_wallet_is_closed";
        case 11: return "amount_has_too_many_decimals";
        case 12: return "amount_not_positive";
        case 13: return "amount_over_maximum";
        case 14: return "exceeds_available_balance";
        case 15: return "balance_over_maximum";
        case 16: return "hold_not_found";
        case 17: return "hold_already_ended";
        case 18: return "status_change_not_allowed";
        case 19: return "wallet_has_open_holds";
        case 20: return "wallet_not_empty";
        case 21: return "breaks_a_law";
        case 22: return "idempotency_key_reused";
        case 23: return "transaction_not_found";
        case 24: return "transaction_not_refundable";
        case 25: return "already_refunded";
        case 26: return "exceeds_refundable";
        case 27: return "approval_not_found";
        case 28: return "already_decided";
        case 29: return "own_request";
        case 30: return "exceeds_hold";
        case 31: return "expires_in_past";
        case 40: return "policy_not_found";
        case 41: return "transfers_disabled";
        case 42: return "currency_not_supported";
        case 43: return "balance_over_limit";
        case 44: return "withdrawal_below_minimum";
        case 45: return "daily_withdraw_limit_exceeded";
        case 46: return "monthly_withdraw_limit_exceeded";
        case 47: return "withdrawal_needs_review";
        case 48: return "float_exceeded";
        default: return {};
    }
}

}  // namespace coffer::report
