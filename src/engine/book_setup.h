#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/policy_codec.h"
#include "money/currency.h"
#include "wallet/objects.h"

namespace coffer::engine {

// What a book must know before it serves, the same whatever it is stored in. Every start compares
// the configuration with the book and records the difference.

/// Adds to `known` what it lacks of ISO 4217 and of the operator's units. Returns what was added,
/// to be recorded in this order; a unit's number is the next free one. Fault::configuration: the
/// book knows one with other decimals.
[[nodiscard]] Result<std::vector<money::CurrencyInfo>, Fault> add_missing_currencies(
    money::CurrencyTable& known, std::span<const money::UnitText> units);

/// The settings as configured: `now` where nothing differs, else its next version, to be recorded.
/// Fault::configuration: the default currency is not in `known`.
[[nodiscard]] Result<wallet::Settings, Fault> configured_settings(
    const wallet::Settings& now, const money::CurrencyTable& known,
    const std::string& default_currency, bool auto_open_wallets);

/// One field of the default policy as the operator wrote it.
struct PolicyText {
    wallet::PolicyField field;
    std::string text;
};

/// The default policy as configured, likewise. Fault::configuration names the setting.
[[nodiscard]] Result<DefaultPolicy, Fault> configured_policy(const DefaultPolicy& now,
                                                             const money::CurrencyTable& known,
                                                             std::span<const PolicyText> texts);

}  // namespace coffer::engine
