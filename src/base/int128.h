#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coffer {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

inline constexpr Int128 int128_max = static_cast<Int128>(~static_cast<UInt128>(0) >> 1);
inline constexpr Int128 int128_min = -int128_max - 1;

/// Sums and differences that do not fit are nothing, never a wrapped number.
[[nodiscard]] constexpr std::optional<Int128> checked_plus(Int128 a, Int128 b) {
    Int128 sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}
[[nodiscard]] constexpr std::optional<Int128> checked_minus(Int128 a, Int128 b) {
    Int128 difference = 0;
    if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
    return difference;
}

/// Plain decimal digits, with a leading '-' for negative values.
void append_decimal(std::string& out, Int128 value);

}  // namespace coffer
