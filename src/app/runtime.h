#pragma once

#include <string>

#include "api/service.h"
#include "base/instant.h"
#include "engine/store.h"

namespace coffer::app {

/// What /internal/runtime tells of this process.
struct Runtime {
    const engine::Store* store;
    const api::Service* service;
    Instant started_at;
};

/// Appends it as a JSON object.
void append_runtime(std::string& json, const Runtime& runtime);

}  // namespace coffer::app
