#include "http/url.h"

#include <algorithm>
#include <cstdint>

#include "http/characters.h"

namespace coffer::http {
namespace {

std::optional<std::string> decode(std::string_view raw, bool plus_is_blank) {
    std::string text;
    text.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        if (c == '%') {
            const int byte = escaped_byte(raw.substr(i));
            if (byte < 0) return std::nullopt;
            text += static_cast<char>(byte);
            i += 2;
        } else {
            text += plus_is_blank && c == '+' ? ' ' : c;
        }
    }
    return text;
}

// How many bytes the UTF-8 sequence at the start of `text` has; 0 when it is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [text](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    const auto follows = [&byte](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
    if ((first & 0xf0) == 0xe0) {
        const bool overlong = first == 0xe0 && byte(1) < 0xa0;
        const bool surrogate = first == 0xed && byte(1) > 0x9f;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool overlong = first == 0xf0 && byte(1) < 0x90;
        const bool too_high = first == 0xf4 && byte(1) > 0x8f;
        return follows(1) && follows(2) && follows(3) && !overlong && !too_high ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view raw) { return decode(raw, false); }

std::optional<std::string> query_decode(std::string_view raw) { return decode(raw, true); }

void append_percent_encoded(std::string& out, std::string_view text) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            out += c;
        } else {
            const auto byte = static_cast<std::uint8_t>(c);
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
}

std::optional<QueryParameters> QueryParameters::split(std::string_view query) {
    QueryParameters parameters;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view item = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (item.empty()) continue;
        if (parameters.count_ == count_max) return std::nullopt;
        const auto equals = item.find('=');
        parameters.items_[parameters.count_++] =
            equals == std::string_view::npos
                ? QueryParameter{item, {}}
                : QueryParameter{item.substr(0, equals), item.substr(equals + 1)};
    }
    return parameters;
}

bool is_clean_path(std::string_view raw) {
    if (contains_control(raw)) return false;
    for (auto at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 3)) {
        const int byte = escaped_byte(raw.substr(at));
        if (byte < 0x20 || byte == 0x7f) return false;  // a broken escape is -1
    }
    return true;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_header_text(std::string_view text) {
    return !contains_control(text) && text.find('\t') == std::string_view::npos;
}

bool equals_lower(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(),
                      [](char a, char b) { return to_lower(a) == b; });
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace coffer::http
