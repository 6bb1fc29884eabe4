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

/// Any byte below 0x20 but the tab, or 0x7f. Sixteen bytes at a time: a header block is looked at
/// once with this, so it is most of what strictness costs (about 0.02 µs for 480 bytes).
inline bool contains_control(std::string_view text) {
    constexpr std::size_t at_once = 16;
    if (text.size() < at_once) {
        for (const char c : text) {
            const auto byte = static_cast<std::uint8_t>(c);
            if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return true;
        }
        return false;
    }
    using Lanes = std::uint8_t __attribute__((vector_size(at_once)));
    using Truth = std::int8_t __attribute__((vector_size(at_once)));
    const Lanes blank = Lanes{} + std::uint8_t{0x20};
    const Lanes tab = Lanes{} + std::uint8_t{'\t'};
    const Lanes del = Lanes{} + std::uint8_t{0x7f};
    Truth found{};
    const auto look_at = [&](const char* bytes) {
        Lanes lanes;
        std::memcpy(&lanes, bytes, sizeof lanes);
        found |= ((lanes < blank) & (lanes != tab)) | (lanes == del);
    };
    for (std::size_t at = 0; at + at_once <= text.size(); at += at_once) look_at(text.data() + at);
    look_at(text.data() + text.size() - at_once);  // overlaps what was looked at
    std::array<std::uint64_t, 2> halves;
    std::memcpy(halves.data(), &found, sizeof found);
    return (halves[0] | halves[1]) != 0;
}

}  // namespace coffer::http
