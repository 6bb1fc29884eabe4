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

/// Appends `data`, an object of the members that stand in `out` from `fields_at` on: where the
/// contract has them at top level and the envelope has them below.
void append_data_again(std::string& out, std::size_t fields_at);

}  // namespace coffer::api
