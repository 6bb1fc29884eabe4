#pragma once

#include <string>
#include <string_view>

#include "api/preferences.h"
#include "api/problem.h"
#include "base/instant.h"

namespace coffer::api {

// `{code, message, data | items …, timestamp}`: the shape of every answer.

/// `{"code":0,"message":"success"`; the caller appends `,"data":…` and so on.
inline void open_envelope(std::string& out) { out += R"({"code":0,"message":"success")"; }

/// `,"timestamp":"…"}`
inline void close_envelope(std::string& out, Instant now) {
    out += R"(,"timestamp":")";
    append_instant(out, now);
    out += "\"}";
}

/// An answer without data.
void append_success(std::string& out, Instant now);

/// The message in one language, placeholders filled, not escaped. One that has no value stays "".
[[nodiscard]] std::string message_of(const Problem& problem, Language language);

/// `{code, message, timestamp}` and, where only a retry can tell, `outcome: "unknown"`.
void append_error(std::string& out, const Problem& problem, Language language, Instant now);

inline constexpr std::string_view problem_content_type = "application/problem+json";

/// RFC 9457. `instance` is the name of the request in the logs.
void append_problem(std::string& out, const Problem& problem, Language language, Instant now,
                    std::string_view instance);

}  // namespace coffer::api
