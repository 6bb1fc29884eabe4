#pragma once

#include <optional>
#include <string>

#include "api/wording.h"
#include "engine/store.h"

namespace coffer::api {

/// FreezeRecordResponse of the hold that `record` made or changed. `now` is given where later
/// records changed it.
void append_freeze(std::string& out, const wallet::Record& record, const Wording& wording,
                   const std::optional<engine::HoldNow>& now = std::nullopt);

/// CaptureResult: `{transaction, freeze, wallet}`.
void append_capture(std::string& out, const wallet::Record& record, const Wording& wording);

/// FreezeResult and UnfreezeResult: `{freeze, wallet}`.
void append_freeze_result(std::string& out, const wallet::Record& record, const Wording& wording);

}  // namespace coffer::api
