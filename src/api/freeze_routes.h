#pragma once

#include "api/ask.h"

namespace coffer::api {

// POST /wallets/{user_id}/freeze, POST /wallets/{user_id}/unfreeze, GET /wallets/{user_id}/freezes,
// POST /admin/wallets/batch-freeze, POST /admin/wallets/batch-unfreeze,
// DELETE /admin/wallets/freeze-records/{freeze_record_id}

inline constexpr BodyForm freeze_form{
    .known = {Field::amount, Field::currency, Field::reason, Field::reference_id,
              Field::expires_at},
    .required = {Field::amount},
    .known_text = "amount, currency, reason, reference_id, expires_at"};

inline constexpr BodyForm unfreeze_form{.known = {Field::freeze_id, Field::reason},
                                        .required = {Field::freeze_id},
                                        .known_text = "freeze_id, reason"};

/// Without an amount: all that each of them has available.
inline constexpr BodyForm batch_freeze_form{
    .known = {Field::user_ids, Field::amount, Field::currency, Field::reason, Field::expires_at},
    .required = {Field::user_ids},
    .known_text = "user_ids, amount, currency, reason, expires_at"};

inline constexpr BodyForm batch_unfreeze_form{.known = {Field::freeze_ids, Field::reason},
                                              .required = {Field::freeze_ids},
                                              .known_text = "freeze_ids, reason"};

[[nodiscard]] std::optional<Problem> parse_freeze(const Ask& ask, engine::Item& item,
                                                  Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_unfreeze(const Ask& ask, engine::Item& item,
                                                    Remembered& remembered);
/// Of one text of the list, which stands where the path's id does elsewhere.
[[nodiscard]] std::optional<Problem> parse_batch_freeze(const Ask& ask, engine::Item& item,
                                                        Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_batch_unfreeze(const Ask& ask, engine::Item& item,
                                                          Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_delete_freeze_record(const Ask& ask, engine::Item& item,
                                                                Remembered& remembered);
void render_freeze(const Rendering& rendering, const engine::Answer& answer);

[[nodiscard]] std::optional<Problem> parse_freezes(const Ask& ask, engine::Item& item,
                                                   Remembered& remembered);
void render_freezes(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
