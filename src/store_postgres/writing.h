#pragma once

#include <vector>

#include "store_postgres/loaded_batch.h"
#include "store_postgres/statements.h"

namespace coffer::store_postgres {

/// What the second round trip leaves behind, without its commit, and the head it makes.
struct Writing {
    std::vector<Step> steps;
    engine::Head head;
    std::uint64_t record_bytes = 0;
    std::uint64_t wallets = 0;  ///< new rows, as those below
    std::uint64_t subjects = 0;
    std::uint64_t references = 0;
    std::uint64_t keys = 0;
    std::uint64_t holds = 0;
};

/// `head` has the sequence and the time of the batch; its hash is worked out here.
[[nodiscard]] Writing write(const LoadedBatch& loaded, const engine::Head& head,
                            std::uint64_t logical);

}  // namespace coffer::store_postgres
