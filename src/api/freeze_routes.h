#pragma once

#include "api/ask.h"

namespace coffer::api {

// POST /wallets/{user_id}/freeze, POST /wallets/{user_id}/unfreeze, GET /wallets/{user_id}/freezes

inline constexpr BodyForm freeze_form{
    .known = {Field::amount, Field::currency, Field::reason, Field::reference_id},
    .required = {Field::amount},
    .known_text = "amount, currency, reason, reference_id"};

inline constexpr BodyForm unfreeze_form{
    .known = {Field::freeze_id}, .required = {Field::freeze_id}, .known_text = "freeze_id"};

[[nodiscard]] std::optional<Problem> parse_freeze(const Ask& ask, engine::Item& item,
                                                  Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_unfreeze(const Ask& ask, engine::Item& item,
                                                    Remembered& remembered);
void render_freeze(const Rendering& rendering, const engine::Answer& answer);

[[nodiscard]] std::optional<Problem> parse_freezes(const Ask& ask, engine::Item& item,
                                                   Remembered& remembered);
void render_freezes(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
