#pragma once

#include "wallet/drafting.h"
#include "wallet/outgoing.h"

namespace coffer::wallet {

// What adjusting and approving an adjustment have alike.

/// Where a correction comes from and goes to: up is our expense, down our income.
[[nodiscard]] ledger::AccountKind account_of(ApprovalKind kind);

/// An operator may correct a wallet whatever its status, until it is closed. Up must fit in, down
/// must be available.
[[nodiscard]] std::optional<Refusal> refused_adjustment(const Wallet& wallet, ApprovalKind kind,
                                                        money::Amount amount);

void post_adjustment(Drafting& drafting, WalletLine& line, ApprovalKind kind, money::Amount amount);

}  // namespace coffer::wallet
