#pragma once

#include <optional>

#include "api/problem.h"
#include "http/request.h"

namespace coffer::api {

/// Whether the body is sent as `application/json` in UTF-8 and without Content-Encoding.
[[nodiscard]] std::optional<Problem> judge_content(const http::Request& request);

}  // namespace coffer::api
