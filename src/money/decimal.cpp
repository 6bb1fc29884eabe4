#include "money/decimal.h"

#include <algorithm>

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

void append_minor_units(std::string& out, Int128 minor_units, int decimals) {
    if (decimals == 0) return append_decimal(out, minor_units);
    const std::size_t start = out.size();
    append_decimal(out, minor_units);
    const std::size_t first_digit = start + (minor_units < 0 ? 1 : 0);
    const std::size_t digits = out.size() - first_digit;
    const auto places = static_cast<std::size_t>(decimals);
    if (digits <= places) out.insert(first_digit, places + 1 - digits, '0');
    out.insert(out.size() - places, 1, '.');
}

std::string to_text(Amount amount, const CurrencyTable& currencies) {
    std::string out;
    append_minor_units(out, amount.minor_units(), currencies.decimals(amount.currency()));
    return out;
}

}  // namespace coffer::money
