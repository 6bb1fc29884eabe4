#pragma once

#include "wallet/record.h"

namespace coffer::wallet {

/// Judges a drafted record without knowing how the verb came to it: the laws of double entry hold,
/// the lines say what the postings say, 0 ≤ held ≤ posted ≤ 10^30, and the record moves the kinds
/// of accounts that its kind may move, in that direction, by the amount asked for, of wallets that
/// have a line in it; a hold is opened or ended where its kind says so, whole.
[[nodiscard]] bool holds_after_conditions(const Record& record);

}  // namespace coffer::wallet
