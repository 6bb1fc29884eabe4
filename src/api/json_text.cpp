#include "api/json_text.h"

#include <charconv>
#include <cstdint>
#include <cstring>

#include "http/url.h"

namespace coffer::api {
namespace {

constexpr bool needs_escape(char c) {
    return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\';
}

// Eight bytes at a time: nearly every text has nothing to escape. May accuse the neighbour of a
// byte that needs an escape, never miss one.
bool word_may_need_escape(const char* at) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    const std::uint64_t control = (word - ones * 0x20) & ~word;
    const std::uint64_t quote = word ^ (ones * '"');
    const std::uint64_t backslash = word ^ (ones * '\\');
    const std::uint64_t equal = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
    return ((control | equal) & highs) != 0;
}

std::size_t plain_prefix(std::string_view text) {
    std::size_t at = 0;
    while (at + 8 <= text.size() && !word_may_need_escape(text.data() + at)) at += 8;
    // The last bytes with some that were seen already.
    if (at + 8 > text.size() && at >= 8 && !word_may_need_escape(text.data() + text.size() - 8)) {
        return text.size();
    }
    while (at < text.size() && !needs_escape(text[at])) ++at;
    return at;
}

void append_escape(std::string& out, char c) {
    static constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out += "\\u00";
    out += hex[byte >> 4];
    out += hex[byte & 15];
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
    while (true) {
        const std::size_t plain = plain_prefix(text);
        out.append(text.data(), plain);
        if (plain == text.size()) return;
        append_escape(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
}

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    append_json_escaped(out, text);
    out += '"';
}

std::string for_message(std::string_view text) {
    static constexpr std::size_t shown_bytes_max = 64;
    static constexpr std::string_view unknown_character = "\xEF\xBF\xBD";
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        if (shown.size() >= shown_bytes_max) return shown + "\xE2\x80\xA6";  // …
        std::size_t length = 1;
        while (length <= 4 && !http::is_utf8(text.substr(at, length))) ++length;
        if (length <= 4 && at + length <= text.size()) {
            shown += text.substr(at, length);
            at += length;
        } else {
            shown += unknown_character;
            ++at;
        }
    }
    return shown;
}

void append_number(std::string& out, std::uint64_t number) {
    char digits[20];
    const char* end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_data_again(std::string& out, std::size_t fields_at) {
    const std::size_t fields_bytes = out.size() - fields_at;
    out += R"(,"data":{)";
    out.append(out, fields_at, fields_bytes);
    out += '}';
}

}  // namespace coffer::api
