#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/wording.h"

namespace coffer::api {

/// What a row of a wallet's history says, gathered from its record. Texts are the record's and the
/// book's: whoever keeps a row for later copies them.
struct TransactionRow {
    wallet::PublicId transaction;
    wallet::PublicId entry;
    wallet::PublicId wallet;
    wallet::TransactionType type = wallet::TransactionType::none;
    bool cancelled = false;
    Balances balances = Balances::told;
    const money::CurrencyInfo* currency = nullptr;
    Int128 amount = 0;
    Int128 balance_before = 0;
    Int128 balance_after = 0;
    std::uint64_t seq = 0;
    std::string_view counterparty;
    std::string_view reference;
    std::string_view description;
    std::optional<wallet::PublicId> refund_of;
    std::optional<Int128> refunded;
    Instant at;
};

/// `record` seen from the wallet of its line `line`, into a new row where it shall stand: a row is
/// large. `refunded`: what was given back of it since, if that is known and anything was.
void fill_row(TransactionRow& row, const wallet::Record& record, std::size_t line,
              const Wording& wording, Balances balances = Balances::told,
              const wallet::Refunded* refunded = nullptr);

/// TransactionResponse. Needs nothing but the row, so any thread may render it.
void append_transaction(std::string& out, const TransactionRow& row);

/// Both in one.
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
