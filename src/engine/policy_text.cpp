#include "engine/policy_text.h"

#include <algorithm>
#include <charconv>

#include "engine/local_time.h"

namespace coffer::engine {
namespace {

using wallet::PolicyField;
using enum PolicyTextError;

std::optional<PolicyTextError> read_limit(std::string_view text, money::Decimal& limit) {
    const auto decimal = money::parse_decimal(text);
    if (!decimal) return limit_malformed;
    const money::Decimal value = wallet::normalised(*decimal);
    if (value.scale > money::currency_decimals_max ||
        value.digits > money::amount_minor_units_max) {
        return limit_malformed;
    }
    limit = value;
    return std::nullopt;
}

std::optional<PolicyTextError> read_number(PolicyField field, std::string_view text,
                                           std::uint32_t& number) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool written_out = text.size() == 1 || !text.starts_with('0');
    if (error != std::errc{} || end != text.data() + text.size() || !written_out ||
        value > greatest_number(field)) {
        return number_malformed;
    }
    number = value;
    return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::optional<PolicyTextError> read_currencies(std::string_view text,
                                               const money::CurrencyTable& known,
                                               wallet::CurrencyList& list) {
    wallet::CurrencyList found;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const auto currency = known.find(trimmed(text.substr(0, comma)));
        if (!currency || found.has(*currency) || found.count == found.count_max) {
            return currency_unknown;
        }
        found.currencies[found.count++] = *currency;
        text.remove_prefix(comma);
        if (text == ",") return currency_unknown;
        if (!text.empty()) text.remove_prefix(1);
    }
    std::sort(found.currencies.begin(), found.currencies.begin() + found.count);
    list = found;
    return std::nullopt;
}

}  // namespace

std::uint32_t greatest_number(PolicyField field) {
    switch (field) {
        case PolicyField::idempotency_ttl: return 31'536'000;
        case PolicyField::default_list_page_size: return 100;
        case PolicyField::export_page_size: return 100'000;
        case PolicyField::quote_cache_ttl: return 86'400;
        case PolicyField::internal_client_timeout: return 3'600;
        default: return 1'000'000'000;
    }
}

std::optional<PolicyTextError> read_policy_field(PolicyField field, std::string_view text,
                                                 const money::CurrencyTable& known,
                                                 wallet::Policy& policy) {
    const auto at = static_cast<std::size_t>(field);
    if (wallet::is_limit(field)) return read_limit(text, policy.limits[at]);
    if (wallet::is_switch(field)) {
        if (text != "true" && text != "false") return switch_malformed;
        policy.switches[at - wallet::policy_limits] = text == "true";
        return std::nullopt;
    }
    if (wallet::is_number(field)) {
        return read_number(field, text,
                           policy.numbers[at - wallet::policy_limits - wallet::policy_switches]);
    }
    if (field == PolicyField::supported_currencies) {
        return read_currencies(text, known, policy.supported_currencies);
    }
    if (text.size() > wallet::ZoneName::bytes_max || !is_time_zone(text)) return zone_unknown;
    policy.timezone = wallet::ZoneName::of(text);
    return std::nullopt;
}

void append_limit(std::string& out, const money::Decimal& limit) {
    Int128 digits = limit.digits;
    int scale = limit.scale;
    for (; scale < 2; ++scale) digits *= 10;
    money::append_minor_units(out, digits, scale);
}

void append_currencies(std::string& out, const wallet::CurrencyList& list,
                       const money::CurrencyTable& known) {
    for (std::size_t i = 0; i < list.count; ++i) {
        if (i != 0) out += ',';
        out += known.code(list.currencies[i]);
    }
}

}  // namespace coffer::engine
