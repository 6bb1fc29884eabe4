#pragma once

#include "store_embedded/state.h"

namespace coffer::store_embedded {

/// Looks at what one applied record left in memory, without having seen the rules: the accounts it
/// touched hold what its postings say, money was neither made nor lost, no balance crossed its
/// bound, every row is counted once (I1–I8 and I22–I23 of the fault catalogue).
/// False is a bug of ours: the process stops before the sync.
[[nodiscard]] bool holds_after(const State& state, const wallet::Record& record);

}  // namespace coffer::store_embedded
