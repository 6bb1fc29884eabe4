#pragma once

#include <optional>

#include "base/ensure.h"
#include "base/int128.h"
#include "money/currency.h"

namespace coffer::money {

/// The largest amount and the largest balance of a wallet: 10^30 minor units.
inline constexpr Int128 amount_minor_units_max =
    static_cast<Int128>(1'000'000'000'000'000) * 1'000'000'000'000'000;

/// A whole number of minor units of one currency: never a fraction, never a floating number.
class Amount {
public:
    constexpr Amount() = default;
    constexpr Amount(Currency currency, Int128 minor_units)
        : minor_units_{minor_units}, currency_{currency} {}

    [[nodiscard]] constexpr Currency currency() const { return currency_; }
    [[nodiscard]] constexpr Int128 minor_units() const { return minor_units_; }

    /// The sum, or nothing if it does not fit. Mixing currencies is our bug, not bad input.
    [[nodiscard]] constexpr std::optional<Amount> plus(Amount other) const {
        ENSURE(currency_ == other.currency_);
        const auto sum = checked_plus(minor_units_, other.minor_units_);
        if (!sum) return std::nullopt;
        return Amount{currency_, *sum};
    }
    [[nodiscard]] constexpr std::optional<Amount> minus(Amount other) const {
        ENSURE(currency_ == other.currency_);
        const auto difference = checked_minus(minor_units_, other.minor_units_);
        if (!difference) return std::nullopt;
        return Amount{currency_, *difference};
    }

    friend constexpr bool operator==(const Amount&, const Amount&) = default;

private:
    Int128 minor_units_ = 0;
    Currency currency_;
};

static_assert(Amount{{978}, 120}.plus({{978}, 3})->minor_units() == 123);
static_assert(!Amount({{978}, int128_max}).plus({{978}, 1}));

}  // namespace coffer::money
