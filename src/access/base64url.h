#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace coffer::access {

/// The bytes that `text` of this length decodes to, at most.
[[nodiscard]] constexpr std::size_t base64url_bytes_max(std::size_t text_length) {
    return text_length / 4 * 3 + 2;
}

/// Strict base64url (RFC 4648 section 5, RFC 7515): no padding, no white space, no other alphabet,
/// and the bits left over must be zero, so that every value has exactly one text. Returns how many
/// bytes were written, or nothing. `into` has room for base64url_bytes_max().
[[nodiscard]] std::optional<std::size_t> decode_base64url(std::string_view text,
                                                          std::span<std::uint8_t> into);

void append_base64url(std::string& out, Bytes bytes);

}  // namespace coffer::access
