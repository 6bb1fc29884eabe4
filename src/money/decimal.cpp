#include "money/decimal.h"

#include <algorithm>
#include <cstring>

namespace coffer::money {
namespace {

inline constexpr std::size_t decimal_bytes_max = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_well_formed(std::string_view text) {
    if (text.empty() || text.size() > decimal_bytes_max || !is_digit(text[0])) return false;
    std::size_t at = 1;
    if (text[0] != '0') {
        while (at < text.size() && is_digit(text[at])) ++at;
    }
    if (at == text.size()) return true;
    if (text[at] != '.' || at + 1 == text.size()) return false;
    for (++at; at < text.size(); ++at) {
        if (!is_digit(text[at])) return false;
    }
    return true;
}

template <class Number>
char* put_digits_before(char* end, Number number, int decimals) {
    const auto put_digit = [&] {
        *--end = static_cast<char>('0' + static_cast<int>(number % 10));
        number /= 10;
    };
    for (int i = 0; i < decimals; ++i) put_digit();
    if (decimals > 0) *--end = '.';
    do put_digit();
    while (number != 0);
    return end;
}

/// So that they end at `end`; where they begin.
char* put_before(char* end, Int128 minor_units, int decimals) {
    const UInt128 size =
        minor_units < 0 ? -static_cast<UInt128>(minor_units) : static_cast<UInt128>(minor_units);
    // Most amounts fit 64 bits, where a division is ten times cheaper.
    char* begin = size <= UINT64_MAX
                      ? put_digits_before(end, static_cast<std::uint64_t>(size), decimals)
                      : put_digits_before(end, size, decimals);
    if (minor_units < 0) *--begin = '-';
    return begin;
}

}  // namespace

Result<Decimal, DecimalError> parse_decimal(std::string_view text) {
    if (!is_well_formed(text)) return DecimalError::malformed;
    Decimal decimal;
    bool fraction = false;
    for (const char c : text) {
        if (c == '.') {
            fraction = true;
            continue;
        }
        // 10^36 is far above every amount and far below where this product could wrap.
        if (decimal.digits >= amount_minor_units_max * 1'000'000) return DecimalError::too_large;
        decimal.digits = decimal.digits * 10 + (c - '0');
        if (fraction) ++decimal.scale;
    }
    return decimal;
}

Result<Amount, AmountError> to_amount(Decimal decimal, Currency currency, int decimals) {
    ENSURE(decimals >= 0 && decimals <= currency_decimals_max);
    if (decimal.scale > decimals) return AmountError::too_many_decimals;
    if (decimal.digits <= 0) return AmountError::not_positive;
    Int128 minor_units = decimal.digits;
    for (int i = decimal.scale; i < decimals; ++i) {
        if (minor_units > amount_minor_units_max) return AmountError::over_maximum;
        minor_units *= 10;
    }
    if (minor_units > amount_minor_units_max) return AmountError::over_maximum;
    return Amount{currency, minor_units};
}

char* put_minor_units(char* at, Int128 minor_units, int decimals) {
    ENSURE(decimals >= 0 && decimals <= currency_decimals_max);
    char text[minor_units_text_bytes_max];
    char* const end = text + sizeof text;
    const char* const begin = put_before(end, minor_units, decimals);
    const auto bytes = static_cast<std::size_t>(end - begin);
    std::memcpy(at, begin, bytes);
    return at + bytes;
}

void append_minor_units(std::string& out, Int128 minor_units, int decimals) {
    // A damaged book may name any number of them, and what is wrong with it is told in amounts.
    ENSURE(decimals >= 0 && decimals <= UINT8_MAX);
    char text[minor_units_text_bytes_max + UINT8_MAX];
    char* const end = text + sizeof text;
    const char* const begin = put_before(end, minor_units, decimals);
    out.append(begin, static_cast<std::size_t>(end - begin));
}

std::string to_text(Amount amount, const CurrencyTable& currencies) {
    std::string out;
    append_minor_units(out, amount.minor_units(), currencies.decimals(amount.currency()));
    return out;
}

}  // namespace coffer::money
