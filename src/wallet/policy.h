#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/instant.h"
#include "money/currency.h"
#include "money/decimal.h"

namespace coffer::wallet {

/// What an operator may set for the users of one application. The numbers are bits in the journal:
/// limits first, then switches, numbers, and the two that are texts on the wire.
enum class PolicyField : std::uint8_t {
    max_balance = 0,             ///< of a wallet; 0: no ceiling
    min_withdraw_amount = 1,     ///< 0: none
    daily_withdraw_limit = 2,    ///< of a wallet, in a day of `timezone`; 0: none
    monthly_withdraw_limit = 3,  ///< likewise
    auto_approve_limit = 4,      ///< with withdrawal_require_review: up to this at once
    prefunded_float = 5,         ///< with `prefunded`: what settlement may come to
    transfer_enabled = 6,
    withdrawal_require_review = 7,
    auto_open_wallets = 8,  ///< whether a deposit opens a wallet
    prefunded = 9,
    idempotency_ttl = 10,  ///< seconds; the service's own is the most that counts
    default_list_page_size = 11,
    export_page_size = 12,
    quote_cache_ttl = 13,          ///< seconds
    internal_client_timeout = 14,  ///< seconds
    rate_limit_per_min = 15,       ///< requests of one caller; 0: no limit
    rate_limit_per_hour = 16,
    supported_currencies = 17,  ///< none: all
    timezone = 18,              ///< an IANA name; days and months begin there at midnight
};
inline constexpr std::size_t policy_limits = 6;
inline constexpr std::size_t policy_switches = 4;
inline constexpr std::size_t policy_numbers = 7;
inline constexpr std::size_t policy_fields = 19;

/// As on the wire, in the configuration and in the documents.
[[nodiscard]] std::string_view to_text(PolicyField field);
[[nodiscard]] std::optional<PolicyField> parse_policy_field(std::string_view text);

[[nodiscard]] constexpr bool is_limit(PolicyField field) {
    return field <= PolicyField::prefunded_float;
}
[[nodiscard]] constexpr bool is_switch(PolicyField field) {
    return field >= PolicyField::transfer_enabled && field <= PolicyField::prefunded;
}
[[nodiscard]] constexpr bool is_number(PolicyField field) {
    return field >= PolicyField::idempotency_ttl && field <= PolicyField::rate_limit_per_hour;
}

/// A set of fields, as the journal has it.
struct PolicyFields {
    std::uint32_t bits = 0;

    [[nodiscard]] constexpr bool has(PolicyField field) const { return (bits & bit(field)) != 0; }
    constexpr void add(PolicyField field) { bits |= bit(field); }
    constexpr void remove(PolicyField field) { bits &= ~bit(field); }
    friend constexpr bool operator==(PolicyFields, PolicyFields) = default;

private:
    static constexpr std::uint32_t bit(PolicyField field) {
        return std::uint32_t{1} << static_cast<std::uint32_t>(field);
    }
};
inline constexpr PolicyFields all_policy_fields{(std::uint32_t{1} << policy_fields) - 1};

/// Names with a bound, so that a policy is one plain value.
struct ZoneName {
    static constexpr std::size_t bytes_max = 47;
    std::uint8_t bytes = 3;
    std::array<char, bytes_max> letters{'U', 'T', 'C'};

    /// At most bytes_max bytes.
    [[nodiscard]] static ZoneName of(std::string_view text);
    [[nodiscard]] constexpr std::string_view text() const { return {letters.data(), bytes}; }
    friend bool operator==(const ZoneName&, const ZoneName&) = default;
};

struct CurrencyList {
    static constexpr std::size_t count_max = 32;
    std::uint8_t count = 0;
    std::array<money::Currency, count_max> currencies{};  ///< ascending, none twice

    [[nodiscard]] constexpr bool has(money::Currency currency) const {
        for (std::size_t i = 0; i < count; ++i) {
            if (currencies[i] == currency) return true;
        }
        return false;
    }
    friend bool operator==(const CurrencyList&, const CurrencyList&) = default;
};

/// The rules for one application's users, every field with a value. A limit is a number and not an
/// amount: 1000 is 1000.00 CNY, 1000 JPY and 1000.000 KWD. It is compared exactly: for a currency
/// with fewer decimals than the limit has, a ceiling of 10.5 is 10 and a minimum of 10.5 is 11.
struct Policy {
    std::array<money::Decimal, policy_limits> limits{};
    std::array<std::uint32_t, policy_numbers> numbers{86'400, 20, 1'000, 30, 5, 0, 0};
    std::array<bool, policy_switches> switches{true, false, true, false};
    CurrencyList supported_currencies;
    ZoneName timezone;

    [[nodiscard]] constexpr const money::Decimal& limit(PolicyField field) const {
        return limits[static_cast<std::size_t>(field)];
    }
    [[nodiscard]] constexpr bool is_on(PolicyField field) const {
        return switches[static_cast<std::size_t>(field) - policy_limits];
    }
    [[nodiscard]] constexpr std::uint32_t number(PolicyField field) const {
        return numbers[static_cast<std::size_t>(field) - policy_limits - policy_switches];
    }
    [[nodiscard]] constexpr bool supports(money::Currency currency) const {
        return supported_currencies.count == 0 || supported_currencies.has(currency);
    }
    friend bool operator==(const Policy&, const Policy&) = default;
};

/// What holds where nobody has set anything.
inline constexpr Policy standard_policy{};

/// `to` takes `fields` from `from`.
void take_fields(Policy& to, PolicyFields fields, const Policy& from);

/// Without trailing zeros: equal numbers are equal values.
[[nodiscard]] money::Decimal normalised(money::Decimal decimal);

/// The largest and the smallest whole number of minor units that is within a limit; both end at
/// what an amount can be.
[[nodiscard]] Int128 ceiling_in(const money::Decimal& limit, int decimals);
[[nodiscard]] Int128 minimum_in(const money::Decimal& limit, int decimals);

/// What one application has of its own; every other field follows the default.
struct OwnPolicy {
    std::uint32_t version = 0;  ///< how often it was set or removed
    bool exists = false;
    PolicyFields fields;
    Policy values;  ///< of `fields`; the others are as in standard_policy
    Instant created_at;
    Instant updated_at;
};

/// What a request changes: some fields get values, some follow the default again.
struct PolicyChange {
    PolicyFields sets;
    PolicyFields resets;
    Policy values;
};

/// What a wallet's withdrawals came to in the day and the month of the last one. Days are counted
/// from 1970-01-01 in the policy's time zone and never go back for a wallet, whichever zone comes
/// next: otherwise two applications in two zones would make one day two.
struct Withdrawn {
    Int128 in_day = 0;
    Int128 in_month = 0;
    std::uint64_t event = 0;  ///< the wallet's event that says so; 0: nothing was withdrawn yet
    std::int32_t day = 0;

    /// The same, seen on `today`.
    [[nodiscard]] Withdrawn on(std::int32_t today) const;
};

/// Months since January 1970.
[[nodiscard]] std::int32_t month_of(std::int32_t day);

}  // namespace coffer::wallet
