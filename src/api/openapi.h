#pragma once

#include <string_view>

namespace coffer::api {

/// api/openapi.yaml as JSON, with the error table under `x-errors`; made by the build.
[[nodiscard]] std::string_view openapi_json();

}  // namespace coffer::api
