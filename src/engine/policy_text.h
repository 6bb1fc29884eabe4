#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "money/currency.h"
#include "wallet/policy.h"

namespace coffer::engine {

// A policy's fields as texts: what requests and the configuration have in common.

enum class PolicyTextError : std::uint8_t {
    limit_malformed,   ///< not a decimal such as 1000 or 1000.50, at most 18 decimals
    switch_malformed,  ///< neither `true` nor `false`
    number_malformed,  ///< not a whole number up to greatest_number()
    currency_unknown,  ///< not a list of known codes, each once, at most CurrencyList::count_max
    zone_unknown,
};

/// Reads one field into `policy`. Money and numbers are read from their digits.
[[nodiscard]] std::optional<PolicyTextError> read_policy_field(wallet::PolicyField field,
                                                               std::string_view text,
                                                               const money::CurrencyTable& known,
                                                               wallet::Policy& policy);

/// Of a field that is a whole number.
[[nodiscard]] std::uint32_t greatest_number(wallet::PolicyField field);

/// A limit with two decimals, or more where it has more.
void append_limit(std::string& out, const money::Decimal& limit);

/// `CNY,USD`; "" for all.
void append_currencies(std::string& out, const wallet::CurrencyList& list,
                       const money::CurrencyTable& known);

}  // namespace coffer::engine
