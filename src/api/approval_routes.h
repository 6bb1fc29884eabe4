#pragma once

#include "api/ask.h"

namespace coffer::api {

// POST /wallets/{user_id}/withdraw/request, GET /wallets/{user_id}/withdrawals,
// GET /admin/wallets/withdrawals, GET /admin/wallets/adjustments,
// POST /admin/wallets/withdrawals/{withdrawal_id}/approve and …/reject,
// POST /admin/wallets/adjustments/{adjustment_id}/approve and …/reject

inline constexpr BodyForm withdrawal_form{
    .known = {Field::amount, Field::currency, Field::remark, Field::reference_id},
    .required = {Field::amount},
    .known_text = "amount, currency, remark, reference_id"};

/// Who approves, the token says: what the body says of it is taken and forgotten.
inline constexpr BodyForm approve_form{.known = {Field::remark, Field::approved_by},
                                       .required = {},
                                       .known_text = "remark, approved_by"};

inline constexpr BodyForm reject_form{
    .known = {Field::remark}, .required = {}, .known_text = "remark"};

[[nodiscard]] std::optional<Problem> parse_request_withdrawal(const Ask& ask, engine::Item& item,
                                                              Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_approve_withdrawal(const Ask& ask, engine::Item& item,
                                                              Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_reject_withdrawal(const Ask& ask, engine::Item& item,
                                                             Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_approve_adjustment(const Ask& ask, engine::Item& item,
                                                              Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_reject_adjustment(const Ask& ask, engine::Item& item,
                                                             Remembered& remembered);
void render_approval(const Rendering& rendering, const engine::Answer& answer);

[[nodiscard]] std::optional<Problem> parse_withdrawals(const Ask& ask, engine::Item& item,
                                                       Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_tenant_withdrawals(const Ask& ask, engine::Item& item,
                                                              Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_adjustments(const Ask& ask, engine::Item& item,
                                                       Remembered& remembered);
void render_approvals(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
