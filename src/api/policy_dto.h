#pragma once

#include <string>

#include "engine/store.h"
#include "money/currency.h"

namespace coffer::api {

/// The members of an object, without its braces: every field with the value that holds.
void append_policy(std::string& out, const engine::PolicyFound& found,
                   const money::CurrencyTable& currencies);

}  // namespace coffer::api
