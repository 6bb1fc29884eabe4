#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace coffer::api {

// The one place where texts become JSON (RFC 8259), by appending. No text is looked at twice.

/// Appends `text`, which must be UTF-8, as a JSON string with its quotes.
void append_json_text(std::string& out, std::string_view text);

/// The same without quotes, to build a string from parts.
void append_json_escaped(std::string& out, std::string_view text);

/// What somebody sent, fit for a message: invalid bytes become U+FFFD, and only the first 64 bytes
/// or so are kept.
[[nodiscard]] std::string for_message(std::string_view text);

void append_number(std::string& out, std::uint64_t number);

}  // namespace coffer::api
