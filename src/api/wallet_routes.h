#pragma once

#include "api/ask.h"

namespace coffer::api {

// POST /wallets, GET /wallets/{user_id}, GET /wallets/{user_id}/balance

inline constexpr BodyForm open_wallet_form{.known = {Field::user_id, Field::currency},
                                           .required = {Field::user_id},
                                           .known_text = "user_id, currency"};

[[nodiscard]] std::optional<Problem> parse_open_wallet(const Ask& ask, engine::Item& item,
                                                       Remembered& remembered);
void render_opened_wallet(const Rendering& rendering, const engine::Answer& answer);

[[nodiscard]] std::optional<Problem> parse_read_wallet(const Ask& ask, engine::Item& item,
                                                       Remembered& remembered);
void render_wallet(const Rendering& rendering, const engine::Answer& answer);

/// The reference documents this body without an envelope, so its fields stand in both places.
void render_balance(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
