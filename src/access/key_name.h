#pragma once

#include <cstddef>
#include <string_view>

namespace coffer::access {

/// What may be a `kid`: 1 to 128 visible characters of ASCII.
[[nodiscard]] constexpr bool is_key_name(std::string_view text) {
    constexpr std::size_t bytes_max = 128;
    if (text.empty() || text.size() > bytes_max) return false;
    for (const char character : text) {
        if (character <= ' ' || character > '~') return false;
    }
    return true;
}

}  // namespace coffer::access
