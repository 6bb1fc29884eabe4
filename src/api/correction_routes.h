#pragma once

#include "api/ask.h"

namespace coffer::api {

// POST /wallets/{user_id}/refund, POST /internal/wallet/refund,
// POST /wallets/transactions/{transaction_id}/cancel, POST /admin/wallets/users/{user_id}/adjust

/// Without an amount: all that is left of the transaction.
inline constexpr BodyForm refund_form{
    .known = {Field::transaction_id, Field::amount, Field::reason, Field::reference_id},
    .required = {Field::transaction_id},
    .known_text = "transaction_id, amount, reason, reference_id"};

inline constexpr BodyForm cancel_form{
    .known = {Field::reason}, .required = {}, .known_text = "reason"};

inline constexpr BodyForm adjust_form{
    .known = {Field::amount, Field::type, Field::reason, Field::currency, Field::reference_id},
    .required = {Field::amount, Field::type, Field::reason},
    .known_text = "amount, type, reason, currency, reference_id"};

[[nodiscard]] std::optional<Problem> parse_refund(const Ask& ask, engine::Item& item,
                                                  Remembered& remembered);
/// Whose transaction it is, the transaction says.
[[nodiscard]] std::optional<Problem> parse_internal_refund(const Ask& ask, engine::Item& item,
                                                           Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_cancel(const Ask& ask, engine::Item& item,
                                                  Remembered& remembered);
void render_cancelled(const Rendering& rendering, const engine::Answer& answer);
/// Whether the path's id is that of a withdrawal request, which its owner may take back.
[[nodiscard]] bool names_withdrawal(std::string_view id);
[[nodiscard]] std::optional<Problem> parse_adjust(const Ask& ask, engine::Item& item,
                                                  Remembered& remembered);
/// Done, or waiting for a second operator.
void render_adjusted(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
