#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace coffer::access {

inline constexpr std::size_t secret_bytes_min = 32;  // RFC 7518 section 3.2: the hash's size

/// Why a text is no HMAC secret, with what to do; nothing if it may be one. Never repeats the text.
[[nodiscard]] std::optional<std::string> reason_to_refuse_secret(std::string_view secret);

}  // namespace coffer::access
