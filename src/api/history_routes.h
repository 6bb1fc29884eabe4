#pragma once

#include "api/ask.h"

namespace coffer::api {

// GET /wallets/{user_id}/transactions, GET /wallets/{user_id}/balance-history

[[nodiscard]] std::optional<Problem> parse_transactions(const Ask& ask, engine::Item& item,
                                                        Remembered& remembered);
void render_transactions(const Rendering& rendering, const engine::Answer& answer);

[[nodiscard]] std::optional<Problem> parse_balance_history(const Ask& ask, engine::Item& item,
                                                           Remembered& remembered);
void render_balance_history(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
