#pragma once

#include <optional>

#include "wallet/verbs.h"

namespace coffer::wallet {

// What the policy of the caller's application says against a movement that is sound otherwise. Each
// is asked last: a command that breaks another rule is answered with that one.

/// Money that comes into a wallet which holds `posted`: supported_currencies, max_balance.
[[nodiscard]] std::optional<Refusal> judge_incoming(const Context& context, money::Amount amount,
                                                    Int128 posted);

/// Money that a deposit brings into the settlement account: prefunded and its float.
[[nodiscard]] std::optional<Refusal> judge_float(const Setting& setting, TenantNumber tenant,
                                                 money::Amount amount);

/// Money that leaves a wallet for good: min_withdraw_amount, daily_ and monthly_withdraw_limit.
[[nodiscard]] std::optional<Refusal> judge_withdrawal(const Setting& setting, const Wallet& wallet,
                                                      money::Amount amount);

/// Whether a withdrawal of this amount must be looked at by an operator before it is paid:
/// withdrawal_require_review, auto_approve_limit.
[[nodiscard]] bool needs_review(const Context& context, money::Amount amount);

}  // namespace coffer::wallet
