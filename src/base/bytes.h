#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace coffer {

using Bytes = std::span<const std::uint8_t>;

/// Little-endian fixed-width numbers, whatever the machine's alignment rules.
template <class Number>
requires std::is_integral_v<Number>
[[nodiscard]] inline Number load_le(const std::uint8_t* at) {
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the on-disk order is little-endian");
    Number number;
    std::memcpy(&number, at, sizeof number);
    return number;
}

template <class Number>
requires std::is_integral_v<Number>
inline void store_le(std::uint8_t* at, Number number) {
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the on-disk order is little-endian");
    std::memcpy(at, &number, sizeof number);
}

/// Big-endian, as hashes and network formats have it.
template <class Number>
requires std::is_unsigned_v<Number>
inline void store_be(std::uint8_t* at, Number number) {
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    static_assert(sizeof number == 4 || sizeof number == 8);
    if constexpr (sizeof number == 4) {
        number = __builtin_bswap32(number);
    } else {
        number = __builtin_bswap64(number);
    }
    std::memcpy(at, &number, sizeof number);
}

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Compares without telling by its duration where the first difference is. For secrets.
[[nodiscard]] inline bool equal_constant_time(Bytes a, Bytes b) {
    if (a.size() != b.size()) return false;
    std::uint8_t difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<std::uint8_t>(a[i] ^ b[i]);
    return difference == 0;
}

}  // namespace coffer
