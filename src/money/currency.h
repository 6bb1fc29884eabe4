#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace coffer::money {

/// The number under which the book knows a currency: the ISO 4217 numeric code, or 10,000 and more
/// for a unit that the operator configured. Zero is no currency.
struct Currency {
    std::uint16_t number = 0;
    friend constexpr bool operator==(Currency, Currency) = default;
    friend constexpr auto operator<=>(Currency, Currency) = default;
    [[nodiscard]] constexpr bool named() const { return number != 0; }
};

inline constexpr std::uint16_t configured_currency_first = 10'000;
inline constexpr int currency_decimals_max = 18;
inline constexpr std::size_t currency_code_bytes_max = 12;

/// One row of the table: its code as on the wire and how many decimals its minor unit has.
struct CurrencyInfo {
    Currency currency;
    std::string code;
    int decimals = 0;
    friend bool operator==(const CurrencyInfo&, const CurrencyInfo&) = default;
};

/// ISO 4217 (list one, active codes that have a minor unit; without XXX and XTS).
[[nodiscard]] std::span<const CurrencyInfo> iso_4217();

/// The currencies that one book knows. Filled from the journal; grows, never shrinks or changes.
class CurrencyTable {
public:
    enum class Added { added, known, conflict };

    CurrencyTable() = default;
    // The index points into the map, whose rows a move takes along and a copy does not.
    CurrencyTable(CurrencyTable&&) = default;
    CurrencyTable& operator=(CurrencyTable&&) = default;

    /// `conflict`: the code or the number is known with other decimals, which would change what
    /// every stored amount means.
    [[nodiscard]] Added add(const CurrencyInfo& info);

    [[nodiscard]] std::optional<Currency> find(std::string_view code) const;
    [[nodiscard]] bool knows(Currency currency) const;
    /// Of a currency the table knows; anything else is our bug.
    [[nodiscard]] int decimals(Currency currency) const { return info(currency).decimals; }
    [[nodiscard]] std::string_view code(Currency currency) const { return info(currency).code; }
    [[nodiscard]] const CurrencyInfo& info(Currency currency) const;

    /// In the order of their numbers.
    [[nodiscard]] std::vector<CurrencyInfo> all() const;

private:
    std::map<std::string, std::uint16_t, std::less<>> number_by_code_;
    std::map<std::uint16_t, CurrencyInfo> info_by_number_;
    // A direct index, because every request asks.
    std::array<const CurrencyInfo*, 1000> iso_{};
};

/// `POINTS:0` or `USDT:6`: 2–12 of A–Z and 0–9, a letter first, and 0–18 decimals.
struct UnitText {
    std::string code;
    int decimals;
};
[[nodiscard]] std::optional<UnitText> parse_unit(std::string_view text);

}  // namespace coffer::money
