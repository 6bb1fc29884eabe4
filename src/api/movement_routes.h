#pragma once

#include "api/ask.h"

namespace coffer::api {

// POST /wallets/{user_id}/deposit, POST /wallets/{user_id}/withdraw, POST /wallets/transfer

inline constexpr BodyForm movement_form{
    .known = {Field::amount, Field::currency, Field::description, Field::reference_id},
    .required = {Field::amount},
    .known_text = "amount, currency, description, reference_id"};

inline constexpr BodyForm transfer_form{
    .known = {Field::amount, Field::currency, Field::description, Field::reference_id,
              Field::from_user_id, Field::to_user_id},
    .required = {Field::amount, Field::from_user_id, Field::to_user_id},
    .known_text = "amount, currency, description, reference_id, from_user_id, to_user_id"};

[[nodiscard]] std::optional<Problem> parse_deposit(const Ask& ask, engine::Item& item,
                                                   Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_withdraw(const Ask& ask, engine::Item& item,
                                                    Remembered& remembered);
void render_movement(const Rendering& rendering, const engine::Answer& answer);

[[nodiscard]] std::optional<Problem> parse_transfer(const Ask& ask, engine::Item& item,
                                                    Remembered& remembered);
void render_transfer(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
