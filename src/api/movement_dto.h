#pragma once

#include <string>

#include "api/wording.h"

namespace coffer::api {

/// TransactionResponse: `record` seen from the wallet of its line `line`. `refunded`: what was
/// given back of it since, if that is known and anything was.
void append_transaction(std::string& out, const wallet::Record& record, std::size_t line,
                        const Wording& wording, Balances balances = Balances::told,
                        const wallet::Refunded* refunded = nullptr);

/// DepositResult, WithdrawResult, RefundResult and ManualAdjustResult: `{transaction, wallet}`, and
/// `wallet_opened` when it was.
void append_movement(std::string& out, const wallet::Record& record, const Wording& wording);

/// CancelTransactionResult, with the transaction and wallet that came of it.
void append_cancelled(std::string& out, const wallet::Record& record, const Wording& wording);

/// TransferResult. `payee` tells whether the caller may see what the payee has.
void append_transfer(std::string& out, const wallet::Record& record, const Wording& wording,
                     Balances payee);

/// BalanceHistoryEntry.
void append_balance_change(std::string& out, const wallet::Record& record, std::size_t line,
                           const Wording& wording);

}  // namespace coffer::api
