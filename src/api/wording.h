#pragma once

#include <string>
#include <string_view>

#include "engine/store.h"
#include "money/currency.h"
#include "money/decimal.h"

namespace coffer::api {

/// What turns numbers of the book into words. Valid during one call of engine::Answers.
struct Wording {
    const engine::Names& names;
    const money::CurrencyTable& currencies;
    std::string_view tenant;  ///< of the caller, and so of everything the caller gets to see
};

/// Whether balances are told: a payer does not learn what the payee has.
enum class Balances : bool { hidden, told };

/// `"12.50"` with the currency's decimals, quotes included.
inline void append_amount(std::string& out, Int128 minor_units, int decimals) {
    out += '"';
    money::append_minor_units(out, minor_units, decimals);
    out += '"';
}

}  // namespace coffer::api
