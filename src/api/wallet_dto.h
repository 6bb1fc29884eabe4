#pragma once

#include <string>

#include "api/wording.h"
#include "engine/store.h"

namespace coffer::api {

/// WalletResponse of a wallet as it is now.
void append_wallet(std::string& out, const wallet::Wallet& wallet, const Wording& wording);

/// WalletResponse of a wallet as it was right after `record`, taken from the record's line and from
/// what never changes: a replayed answer says what the first one said.
void append_wallet_after(std::string& out, const wallet::Record& record,
                         const wallet::WalletLine& line, const Wording& wording,
                         Balances balances = Balances::told);

/// The fields of BalanceResponse without braces: they stand at top level and under `data`.
void append_balance_fields(std::string& out, const wallet::Wallet& wallet, const Wording& wording);

/// WalletIntegrityResult.
void append_integrity(std::string& out, const engine::Integrity& integrity);

}  // namespace coffer::api
