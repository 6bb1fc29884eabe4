#include "report/record.h"

namespace coffer::report {

// docs/journal-format.md, section 5: the fields of a policy by their bits.
std::string_view name_of_policy_field(std::size_t field) {
    static constexpr std::array<std::string_view, policy_fields> names{"max_balance",
                                                                       "min_withdraw_amount",
                                                                       "daily_withdraw_limit",
                                                                       "monthly_withdraw_limit",
                                                                       "auto_approve_limit",
                                                                       "prefunded_float",
                                                                       "transfer_enabled",
                                                                       "withdrawal_require_review",
                                                                       "auto_open_wallets",
                                                                       "prefunded",
                                                                       "idempotency_ttl",
                                                                       "default_list_page_size",
                                                                       "export_page_size",
                                                                       "quote_cache_ttl",
                                                                       "internal_client_timeout",
                                                                       "rate_limit_per_min",
                                                                       "rate_limit_per_hour",
                                                                       "supported_currencies",
                                                                       "timezone"};
    return field < names.size() ? names[field] : std::string_view{};
}

}  // namespace coffer::report
