#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace coffer::http {

/// Character classes of RFC 9110 and 3986, without locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_alphanumeric(char c) {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

/// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The byte that `%XX` at the start of `text` stands for, or -1.
constexpr int escaped_byte(std::string_view text) {
    if (text.size() < 3) return -1;
    const int high = hex_value(text[1]);
    const int low = hex_value(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

inline constexpr auto token_characters = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const char c = static_cast<char>(i);
        table[i] = i < 128 && (is_alphanumeric(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) !=
                                                         std::string_view::npos);
    }
    return table;
}();
constexpr bool is_token_character(char c) { return token_characters[static_cast<std::uint8_t>(c)]; }

/// Any byte below 0x20 but the tab, or 0x7f. Eight bytes at a time: a header block is looked at
/// once with this, so it is most of what strictness costs (about 0.05 µs for 480 bytes).
inline bool contains_control(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    const auto suspicious = [](const char* eight) {
        std::uint64_t word = 0;
        std::memcpy(&word, eight, sizeof word);
        const std::uint64_t below_blank = (word - ones * 0x20) & ~word & highs;
        const std::uint64_t no_delete = word ^ (ones * 0x7f);
        return (below_blank | ((no_delete - ones) & ~no_delete & highs)) != 0;
    };
    const auto is_control = [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    };
    const auto any_control = [&](std::string_view part) {
        for (const char c : part) {
            if (is_control(c)) return true;
        }
        return false;
    };
    if (text.size() < 8) return any_control(text);
    // A tab looks suspicious too, and a borrow may accuse the neighbour of a real one.
    for (std::size_t at = 0; at + 8 <= text.size(); at += 8) {
        if (suspicious(text.data() + at) && any_control(text.substr(at, 8))) return true;
    }
    // The last word overlaps the one before it.
    const std::string_view last = text.substr(text.size() - 8);
    return suspicious(last.data()) && any_control(last);
}

}  // namespace coffer::http
