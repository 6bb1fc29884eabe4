#pragma once

#include <algorithm>
#include <string>
#include <utility>

namespace coffer::tests {

// Money as the wallet model counts it: small whole numbers of minor units.

inline const std::string default_currency = "CNY";

inline int decimals_of(const std::string& currency) { return currency == "JPY" ? 0 : 2; }

inline std::string text_of(long amount, const std::string& currency) {
    if (decimals_of(currency) == 0) return std::to_string(amount);
    const std::string cents = std::to_string(amount % 100);
    return std::to_string(amount / 100) + (cents.size() == 1 ? ".0" : ".") + cents;
}

/// Minor units, or the rule that the amount breaks.
inline std::pair<long, std::string> amount_of(const std::string& text,
                                              const std::string& currency) {
    const auto point = text.find('.');
    std::string fraction = point == text.npos ? "" : text.substr(point + 1);
    const auto decimals = static_cast<std::size_t>(decimals_of(currency));
    if (fraction.size() > decimals) return {0, "amount_has_too_many_decimals"};
    fraction.resize(decimals, '0');
    const long amount = std::stol(text.substr(0, point) + fraction);
    if (amount == 0) return {0, "amount_not_positive"};
    return {amount, ""};
}

inline std::string over(const std::string& rule, const std::string& currency, long limit,
                        long so_far, long amount) {
    const long left = std::max(limit - so_far, 0L);
    if (amount <= left) return "";
    return rule + " available " + text_of(left, currency) + " needed " + text_of(amount, currency);
}

/// The tests' limits are whole numbers.
inline long limit_in(const std::string& text, const std::string& currency) {
    return std::stol(text) * (decimals_of(currency) == 0 ? 1 : 100);
}

}  // namespace coffer::tests
