#pragma once

#include "engine/batch.h"
#include "engine/public_ids.h"
#include "engine/store.h"
#include "store_postgres/loaded_batch.h"
#include "store_postgres/rows.h"
#include "store_postgres/statements.h"

namespace coffer::store_postgres {

/// A list or an integrity check: asked for when the batch around it is committed, of the wallet as
/// it stood when its turn came.
struct HistoryQuestion {
    engine::Cookie cookie = 0;
    WalletRow of;
    std::optional<engine::ListHistory> list{};  ///< none: integrity
};

/// One or two statements; none where the answer is an empty page whatever is there.
[[nodiscard]] std::vector<Step> steps_for(const HistoryQuestion& question);

/// From the answers of those statements, in their order.
[[nodiscard]] engine::Page page_of(const HistoryQuestion& question, std::span<const Rows> answers,
                                   engine::PublicIds& ids);
[[nodiscard]] engine::Integrity integrity_of(const HistoryQuestion& question, const Rows& records);

}  // namespace coffer::store_postgres
