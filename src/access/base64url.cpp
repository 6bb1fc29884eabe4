#include "access/base64url.h"

#include <array>

#include "base/ensure.h"

namespace coffer::access {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_digit = 0xff;  // has bits that no digit has

consteval std::array<std::uint8_t, 256> make_digits() {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        digits[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return digits;
}
constexpr std::array<std::uint8_t, 256> digits = make_digits();

std::uint32_t digit(char character) { return digits[static_cast<std::uint8_t>(character)]; }

std::uint8_t low_byte(std::uint32_t bits) { return static_cast<std::uint8_t>(bits & 0xff); }

}  // namespace

std::optional<std::size_t> decode_base64url(std::string_view text, std::span<std::uint8_t> into) {
    ENSURE(into.size() >= base64url_bytes_max(text.size()));
    std::size_t at = 0;
    std::size_t written = 0;
    for (; text.size() - at >= 4; at += 4) {
        const std::uint32_t a = digit(text[at]);
        const std::uint32_t b = digit(text[at + 1]);
        const std::uint32_t c = digit(text[at + 2]);
        const std::uint32_t d = digit(text[at + 3]);
        if (((a | b | c | d) & 0xc0) != 0) return std::nullopt;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
        into[written++] = low_byte(bits >> 16);
        into[written++] = low_byte(bits >> 8);
        into[written++] = low_byte(bits);
    }
    const std::size_t left = text.size() - at;
    if (left == 0) return written;
    if (left == 1) return std::nullopt;
    const std::uint32_t a = digit(text[at]);
    const std::uint32_t b = digit(text[at + 1]);
    const std::uint32_t c = left == 3 ? digit(text[at + 2]) : 0;
    if (((a | b | c) & 0xc0) != 0) return std::nullopt;
    const std::uint32_t bits = a << 12 | b << 6 | c;
    if ((bits & (left == 3 ? 0x3u : 0x3ffu)) != 0) return std::nullopt;
    into[written++] = low_byte(bits >> 10);
    if (left == 3) into[written++] = low_byte(bits >> 2);
    return written;
}

void append_base64url(std::string& out, Bytes bytes) {
    std::size_t at = 0;
    for (; bytes.size() - at >= 3; at += 3) {
        const std::uint32_t bits =
            std::uint32_t{bytes[at]} << 16 | std::uint32_t{bytes[at + 1]} << 8 | bytes[at + 2];
        for (const int shift : {18, 12, 6, 0}) out += alphabet[bits >> shift & 0x3f];
    }
    const std::size_t left = bytes.size() - at;
    if (left == 0) return;
    const std::uint32_t second = left == 2 ? bytes[at + 1] : 0;
    const std::uint32_t bits = std::uint32_t{bytes[at]} << 16 | second << 8;
    out += alphabet[bits >> 18 & 0x3f];
    out += alphabet[bits >> 12 & 0x3f];
    if (left == 2) out += alphabet[bits >> 6 & 0x3f];
}

}  // namespace coffer::access
