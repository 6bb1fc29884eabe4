#include "report/record.h"

namespace coffer::report {

// docs/journal-format.md, section 5: the numbers of a refused record.
std::string_view name_of_rejection(std::uint8_t rejection) {
    static constexpr std::array<std::string_view, rejections + 1> names{
        "",
        "reference_reused",
        "payer_is_payee",
        "wallet_not_found",
        "counterparty_wallet_not_found",
        "currency_must_be_named",
        "wallet_already_open",
        "wallets_of_user_at_maximum",
        "wallet_is_closed",
        "wallet_is_frozen",
        "counterparty_wallet_is_closed",
        "amount_has_too_many_decimals",
        "amount_not_positive",
        "amount_over_maximum",
        "exceeds_available_balance",
        "balance_over_maximum",
        "hold_not_found",
        "hold_already_ended",
        "status_change_not_allowed",
        "wallet_has_open_holds",
        "wallet_not_empty",
        "breaks_a_law",
        "idempotency_key_reused"};
    return rejection < names.size() ? names[rejection] : std::string_view{};
}

}  // namespace coffer::report
