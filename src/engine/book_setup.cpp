#include "engine/book_setup.h"

#include <algorithm>

#include "engine/policy_text.h"

namespace coffer::engine {
namespace {

Fault configuration(const std::string& message) { return {Fault::Kind::configuration, message}; }

Result<Ok, Fault> add(money::CurrencyTable& table, const money::CurrencyInfo& info,
                      std::vector<money::CurrencyInfo>& kept) {
    switch (table.add(info)) {
        using enum money::CurrencyTable::Added;
        case known: return Ok{};
        case added: kept.push_back(info); return Ok{};
        case conflict: break;
    }
    return configuration("the currency " + info.code +
                         " is in the book with other decimals; they can never change, because "
                         "every recorded amount would mean something else");
}

money::Currency next_free_unit(const money::CurrencyTable& known) {
    std::uint16_t number = money::configured_currency_first;
    for (const auto& info : known.all()) {
        number = std::max(number, static_cast<std::uint16_t>(info.currency.number + 1));
    }
    return {number};
}

}  // namespace

Result<std::vector<money::CurrencyInfo>, Fault> add_missing_currencies(
    money::CurrencyTable& known, std::span<const money::UnitText> units) {
    std::vector<money::CurrencyInfo> added;
    for (const money::CurrencyInfo& info : money::iso_4217()) {
        if (const auto taken = add(known, info, added); !taken) return taken.error();
    }
    for (const money::UnitText& unit : units) {
        const auto currency = known.find(unit.code).value_or(next_free_unit(known));
        const money::CurrencyInfo info{
            .currency = currency, .code = unit.code, .decimals = unit.decimals};
        if (const auto taken = add(known, info, added); !taken) return taken.error();
    }
    return added;
}

Result<wallet::Settings, Fault> configured_settings(const wallet::Settings& now,
                                                    const money::CurrencyTable& known,
                                                    const std::string& default_currency,
                                                    bool auto_open_wallets) {
    const auto currency = known.find(default_currency);
    if (!currency) {
        return configuration("the default currency " + default_currency +
                             " is not known: configure it as a unit, for example " +
                             default_currency + ":2");
    }
    wallet::Settings wanted{.version = now.version,
                            .default_currency = *currency,
                            .auto_open_wallets = auto_open_wallets};
    if (wanted != now) ++wanted.version;
    return wanted;
}

namespace {

std::string what_it_takes(PolicyTextError error) {
    switch (error) {
        using enum PolicyTextError;
        case limit_malformed: return "a number such as 1000 or 1000.50";
        case switch_malformed: return "true or false";
        case number_malformed: return "a whole number within its bounds";
        case currency_unknown: return "codes of known currencies, such as CNY,USD";
        case zone_unknown: return "the name of a time zone, such as Asia/Shanghai";
    }
    unreachable_value();
}

}  // namespace

Result<DefaultPolicy, Fault> configured_policy(const DefaultPolicy& now,
                                               const money::CurrencyTable& known,
                                               std::span<const PolicyText> texts) {
    DefaultPolicy wanted{.version = now.version};
    for (const auto& [field, text] : texts) {
        if (const auto wrong = read_policy_field(field, text, known, wanted.policy)) {
            return configuration(std::string{to_text(field)} + " takes " + what_it_takes(*wrong) +
                                 ", not '" + text + "'");
        }
    }
    if (wanted != now) ++wanted.version;
    return wanted;
}

}  // namespace coffer::engine
