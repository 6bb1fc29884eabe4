#include "api/movement_dto.h"

#include "api/json_text.h"
#include "api/wallet_dto.h"
#include "engine/public_ids.h"

namespace coffer::api {
namespace {

/// The posted balance before the record; what is only set aside or set free changes nothing.
Int128 posted_before(const wallet::WalletLine& line, Int128 amount) {
    const Int128 after = line.available + line.held;
    switch (line.type) {
        using enum wallet::TransactionType;
        case deposit:
        case transfer_in: return after - amount;
        case withdraw:
        case transfer_out: return after + amount;
        case freeze:
        case unfreeze:
        case none: return after;
    }
    unreachable_value();
}

void append_balances(std::string& out, const wallet::WalletLine& line, Int128 amount,
                     int decimals) {
    out += R"(,"balance_before":)";
    append_amount(out, posted_before(line, amount), decimals);
    out += R"(,"balance_after":)";
    append_amount(out, line.available + line.held, decimals);
}

/// The other user of a transfer.
void append_counterparty(std::string& out, const wallet::Record& record,
                         const wallet::WalletLine& line, const engine::Names& names) {
    if (line.type == wallet::TransactionType::transfer_out) {
        append_json_text(out, names.subject(record.request.counterparty));
    } else if (line.type == wallet::TransactionType::transfer_in) {
        append_json_text(out, names.subject(record.request.user));
    } else {
        out += R"("")";
    }
}

}  // namespace

void append_transaction(std::string& out, const wallet::Record& record, std::size_t at,
                        const Wording& wording, Balances balances) {
    const wallet::WalletLine& line = record.wallets[at];
    const money::CurrencyInfo& currency = wording.currencies.info(line.currency);
    out += R"({"id":")";
    engine::append_id(out, engine::transaction_prefix, record.ids.transactions[at]);
    out += R"(","entry_id":")";
    engine::append_id(out, engine::entry_prefix, record.ids.entry);
    out += R"(","wallet_id":")";
    engine::append_id(out, engine::wallet_prefix, wording.names.wallet(line.wallet).id);
    out += R"(","type":")";
    out += wallet::to_text(line.type);
    out += R"(","status":"completed","amount":)";
    append_amount(out, record.request.amount, currency.decimals);
    out += R"(,"currency":")";
    out += currency.code;
    out += '"';
    if (balances == Balances::told) {
        append_balances(out, line, record.request.amount, currency.decimals);
        out += R"(,"seq":)";
        append_number(out, line.transactions);
    } else {
        out += R"(,"balance_before":"","balance_after":"","seq":0)";
    }
    out += R"(,"counterparty_id":)";
    append_counterparty(out, record, line, wording.names);
    out += R"(,"reference_id":)";
    append_json_text(out, record.request.reference);
    out += R"(,"description":)";
    append_json_text(out, record.request.description);
    out += R"(,"created_at":")";
    append_instant(out, record.at);
    out += "\"}";
}

void append_movement(std::string& out, const wallet::Record& record, const Wording& wording) {
    out += R"({"transaction":)";
    append_transaction(out, record, 0, wording);
    out += R"(,"wallet":)";
    append_wallet_after(out, record, record.wallets[0], wording);
    if (record.wallets[0].opened) out += R"(,"wallet_opened":true)";
    out += '}';
}

void append_transfer(std::string& out, const wallet::Record& record, const Wording& wording,
                     Balances payee) {
    out += R"({"from_transaction":)";
    append_transaction(out, record, 0, wording);
    out += R"(,"from_wallet":)";
    append_wallet_after(out, record, record.wallets[0], wording);
    out += R"(,"to_transaction":)";
    append_transaction(out, record, 1, wording, payee);
    out += R"(,"to_wallet":)";
    append_wallet_after(out, record, record.wallets[1], wording, payee);
    out += '}';
}

void append_balance_change(std::string& out, const wallet::Record& record, std::size_t at,
                           const Wording& wording) {
    const wallet::WalletLine& line = record.wallets[at];
    const int decimals = wording.currencies.decimals(line.currency);
    out += R"({"transaction_id":")";
    engine::append_id(out, engine::transaction_prefix, record.ids.transactions[at]);
    out += R"(","type":")";
    out += wallet::to_text(line.type);
    out += R"(","amount":)";
    append_amount(out, record.request.amount, decimals);
    append_balances(out, line, record.request.amount, decimals);
    out += R"(,"description":)";
    append_json_text(out, record.request.description);
    out += R"(,"date":")";
    append_instant(out, record.at);
    out += "\"}";
}

}  // namespace coffer::api
