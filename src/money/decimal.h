#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/int128.h"
#include "base/result.h"
#include "money/amount.h"

namespace coffer::money {

/// A decimal number as somebody wrote it, before its currency is known: `digits` / 10^`scale`.
/// The scale is kept as written, so that "100.00" can be refused for a currency without decimals.
struct Decimal {
    Int128 digits = 0;
    int scale = 0;
    friend constexpr bool operator==(const Decimal&, const Decimal&) = default;
};

enum class DecimalError {
    malformed,  ///< not `(0|[1-9][0-9]*)(\.[0-9]+)?` in ASCII
    too_large,  ///< well formed, but larger than any amount can be
};

enum class AmountError { too_many_decimals, not_positive, over_maximum };

/// Strict: no sign, exponent, blank, comma or other digits; nothing is rounded. At most 64 bytes.
[[nodiscard]] Result<Decimal, DecimalError> parse_decimal(std::string_view text);

/// The amount in `currency`, or the first rule it breaks, in the order of AmountError.
[[nodiscard]] Result<Amount, AmountError> to_amount(Decimal decimal, Currency currency,
                                                    int decimals);

/// What put_minor_units() needs room for: the digits of 128 bits, a sign and a point.
inline constexpr std::size_t minor_units_text_bytes_max = 41;

/// Exactly `decimals` decimals: 1 minor unit of CNY is "0.01". Negative values carry a '-'. Written
/// to `at`, no more than a currency may have; the end is returned. Appended, up to 255 of them.
[[nodiscard]] char* put_minor_units(char* at, Int128 minor_units, int decimals);
void append_minor_units(std::string& out, Int128 minor_units, int decimals);
[[nodiscard]] std::string to_text(Amount amount, const CurrencyTable& currencies);

}  // namespace coffer::money
