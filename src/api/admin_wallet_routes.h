#pragma once

#include "api/ask.h"

namespace coffer::api {

// PUT and DELETE /admin/wallets/{wallet_id}, GET /admin/wallets/{wallet_id}/integrity

inline constexpr BodyForm change_status_form{
    .known = {Field::status}, .required = {Field::status}, .known_text = "status"};

[[nodiscard]] std::optional<Problem> parse_change_status(const Ask& ask, engine::Item& item,
                                                         Remembered& remembered);
void render_changed_wallet(const Rendering& rendering, const engine::Answer& answer);

/// DELETE closes: books keep everything.
[[nodiscard]] std::optional<Problem> parse_close_wallet(const Ask& ask, engine::Item& item,
                                                        Remembered& remembered);

[[nodiscard]] std::optional<Problem> parse_integrity(const Ask& ask, engine::Item& item,
                                                     Remembered& remembered);
void render_integrity(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
