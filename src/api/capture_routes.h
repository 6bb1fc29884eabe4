#pragma once

#include "api/ask.h"

namespace coffer::api {

// POST /wallets/{user_id}/freezes/{freeze_id}/capture

/// Without an amount: all that is left of it. Without to_user_id: the money leaves.
inline constexpr BodyForm capture_form{
    .known = {Field::amount, Field::to_user_id, Field::description, Field::reference_id},
    .required = {},
    .known_text = "amount, to_user_id, description, reference_id"};

[[nodiscard]] std::optional<Problem> parse_capture(const Ask& ask, engine::Item& item,
                                                   Remembered& remembered);
void render_capture(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
