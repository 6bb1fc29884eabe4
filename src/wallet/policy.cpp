#include "wallet/policy.h"

#include <algorithm>
#include <chrono>

#include "base/ensure.h"
#include "money/amount.h"

namespace coffer::wallet {
namespace {

constexpr std::array<std::string_view, policy_fields> names{
    "max_balance",
    "min_withdraw_amount",
    "daily_withdraw_limit",
    "monthly_withdraw_limit",
    "auto_approve_limit",
    "prefunded_float",
    "transfer_enabled",
    "withdrawal_require_review",
    "auto_open_wallets",
    "prefunded",
    "idempotency_ttl",
    "default_list_page_size",
    "export_page_size",
    "quote_cache_ttl",
    "internal_client_timeout",
    "rate_limit_per_min",
    "rate_limit_per_hour",
    "supported_currencies",
    "timezone",
};

/// `limit` in minor units, cut; whether something was cut off.
struct Cut {
    Int128 minor_units;
    bool cut;
};

Cut cut(const money::Decimal& limit, int decimals) {
    Int128 units = limit.digits;
    for (int scale = limit.scale; scale < decimals; ++scale) {
        if (units > money::amount_minor_units_max / 10) return {money::amount_minor_units_max, 0};
        units *= 10;
    }
    bool has_rest = false;
    for (int scale = limit.scale; scale > decimals; --scale) {
        has_rest = has_rest || units % 10 != 0;
        units /= 10;
    }
    return {std::min(units, money::amount_minor_units_max), has_rest};
}

}  // namespace

std::string_view to_text(PolicyField field) { return names[static_cast<std::size_t>(field)]; }

std::optional<PolicyField> parse_policy_field(std::string_view text) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<PolicyField>(found - names.begin());
}

ZoneName ZoneName::of(std::string_view text) {
    ENSURE(text.size() <= bytes_max);
    ZoneName zone;
    zone.letters.fill(0);
    std::ranges::copy(text, zone.letters.begin());
    zone.bytes = static_cast<std::uint8_t>(text.size());
    return zone;
}

void take_fields(Policy& to, PolicyFields fields, const Policy& from) {
    for (std::size_t i = 0; i < policy_fields; ++i) {
        const auto field = static_cast<PolicyField>(i);
        if (!fields.has(field)) continue;
        if (is_limit(field)) {
            to.limits[i] = from.limits[i];
        } else if (is_switch(field)) {
            to.switches[i - policy_limits] = from.switches[i - policy_limits];
        } else if (is_number(field)) {
            const std::size_t at = i - policy_limits - policy_switches;
            to.numbers[at] = from.numbers[at];
        } else if (field == PolicyField::timezone) {
            to.timezone = from.timezone;
        } else {
            to.supported_currencies = from.supported_currencies;
        }
    }
}

money::Decimal normalised(money::Decimal decimal) {
    while (decimal.scale > 0 && decimal.digits % 10 == 0) {
        decimal.digits /= 10;
        --decimal.scale;
    }
    return decimal;
}

Int128 ceiling_in(const money::Decimal& limit, int decimals) {
    return cut(limit, decimals).minor_units;
}

Int128 minimum_in(const money::Decimal& limit, int decimals) {
    const auto [minor_units, rest] = cut(limit, decimals);
    return minor_units + (rest ? 1 : 0);
}

std::int32_t month_of(std::int32_t day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    return (static_cast<int>(date.year()) - 1970) * 12 +
           static_cast<std::int32_t>(static_cast<unsigned>(date.month())) - 1;
}

Withdrawn Withdrawn::on(std::int32_t today) const {
    if (event == 0) return {.day = today};
    if (today <= day) return *this;
    Withdrawn seen{.in_month = in_month, .event = event, .day = today};
    if (month_of(today) != month_of(day)) seen.in_month = 0;
    return seen;
}

}  // namespace coffer::wallet
