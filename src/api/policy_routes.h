#pragma once

#include "api/ask.h"

namespace coffer::api {

// GET, PUT and DELETE /admin/wallets/tenants/{tenant_id}/apps/{app_id}/policy

/// Every field of a policy may be sent or left out; what the service owns is read over.
inline constexpr BodyForm policy_form{
    .known = policy_body_fields,
    .required = {},
    .known_text =
        "max_balance, min_withdraw_amount, daily_withdraw_limit, monthly_withdraw_limit, "
        "auto_approve_limit, prefunded_float, transfer_enabled, "
        "withdrawal_require_review, auto_open_wallets, prefunded, idempotency_ttl, "
        "default_list_page_size, export_page_size, quote_cache_ttl, "
        "internal_client_timeout, rate_limit_per_min, rate_limit_per_hour, "
        "supported_currencies, timezone"};

[[nodiscard]] std::optional<Problem> parse_read_policy(const Ask& ask, engine::Item& item,
                                                       Remembered& remembered);
void render_policy(const Rendering& rendering, const engine::Answer& answer);

/// Changes the fields that were sent, or makes the policy. `null`, and 0 for a whole number, is the
/// default again.
[[nodiscard]] std::optional<Problem> parse_set_policy(const Ask& ask, engine::Item& item,
                                                      Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_remove_policy(const Ask& ask, engine::Item& item,
                                                         Remembered& remembered);

}  // namespace coffer::api
