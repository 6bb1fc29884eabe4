#include "base/int128.h"

namespace coffer {

void append_decimal(std::string& out, Int128 value) {
    char digits[40];
    char* at = digits + sizeof digits;
    UInt128 rest = value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
    // Most amounts fit 64 bits, where a division is ten times cheaper.
    while (rest > UINT64_MAX) {
        *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    }
    auto small = static_cast<std::uint64_t>(rest);
    do {
        *--at = static_cast<char>('0' + small % 10);
        small /= 10;
    } while (small != 0);
    if (value < 0) *--at = '-';
    out.append(at, static_cast<std::size_t>(digits + sizeof digits - at));
}

}  // namespace coffer
