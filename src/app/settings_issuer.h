#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <vector>

#include "access/token_policy.h"

namespace coffer::app {

/// A value or a list of values as texts, as the command line would have them. False for others.
[[nodiscard]] bool texts_of(const toml::node& node, std::vector<std::string>& texts);

/// One [[issuer]] table, see docs/configuration.md. The answer is what is wrong with it.
[[nodiscard]] std::optional<std::string> read_issuer(const toml::table& table,
                                                     access::IssuerConfig& issuer);

}  // namespace coffer::app
