#pragma once

#include <optional>
#include <string>

#include "api/wording.h"

namespace coffer::api {

/// FreezeRecordResponse of the hold that `record` made or ended. `ended_at` is given where it
/// ended in a later record.
void append_freeze(std::string& out, const wallet::Record& record, const Wording& wording,
                   std::optional<Instant> ended_at = std::nullopt);

/// FreezeResult and UnfreezeResult: `{freeze, wallet}`.
void append_freeze_result(std::string& out, const wallet::Record& record, const Wording& wording);

}  // namespace coffer::api
