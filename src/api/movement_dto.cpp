#include "api/movement_dto.h"

#include "api/json_text.h"
#include "api/wallet_dto.h"
#include "engine/public_ids.h"

namespace coffer::api {
namespace {

/// The posted balance before the record; what is only set aside or set free changes nothing.
Int128 posted_before(const wallet::Record& record, const wallet::WalletLine& line) {
    Int128 before = line.available + line.held;
    for (const ledger::Posting& posting : record.entry.postings) {
        if (posting.account.wallet != line.wallet) continue;
        before -= posting.balance_after - posting.balance_before;
    }
    return before;
}

void append_balances(std::string& out, const wallet::Record& record, const wallet::WalletLine& line,
                     int decimals) {
    out += R"(,"balance_before":)";
    append_amount(out, posted_before(record, line), decimals);
    out += R"(,"balance_after":)";
    append_amount(out, line.available + line.held, decimals);
}

/// The other user of a transfer, or of its refund.
void append_counterparty(std::string& out, const wallet::Record& record,
                         const wallet::WalletLine& line, const engine::Names& names) {
    if (record.wallets.size() < 2) {
        out += R"("")";
    } else if (&line == &record.wallets[0]) {
        append_json_text(out, names.subject(record.request.counterparty));
    } else {
        append_json_text(out, names.subject(record.request.user));
    }
}

/// Only where there is something to say: of a refund what it is of, of what was refunded how much.
void append_refunds(std::string& out, const wallet::Record& record, int decimals,
                    const wallet::Refunded* refunded) {
    if (!record.refunds.empty()) {
        out += R"(,"refund_of":")";
        engine::append_id(out, engine::transaction_prefix, record.refunds[0].transaction);
        out += '"';
    }
    if (refunded != nullptr) {
        out += R"(,"refunded_amount":)";
        append_amount(out, refunded->amount, decimals);
    }
}

}  // namespace

void append_transaction(std::string& out, const wallet::Record& record, std::size_t at,
                        const Wording& wording, Balances balances,
                        const wallet::Refunded* refunded) {
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
    const bool cancelled = refunded != nullptr && refunded->cancelled;
    out +=
        cancelled ? R"(","status":"cancelled","amount":)" : R"(","status":"completed","amount":)";
    append_amount(out, record.request.amount, currency.decimals);
    out += R"(,"currency":")";
    out += currency.code;
    out += '"';
    if (balances == Balances::told) {
        append_balances(out, record, line, currency.decimals);
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
    append_refunds(out, record, currency.decimals, refunded);
    out += R"(,"created_at":")";
    append_instant(out, record.at);
    out += "\"}";
}

void append_cancelled(std::string& out, const wallet::Record& record, const Wording& wording) {
    const int decimals = wording.currencies.decimals(record.wallets[0].currency);
    out += R"({"cancelled":true,"refund_amount":)";
    append_amount(out, record.request.amount, decimals);
    out += R"(,"transaction":)";
    append_transaction(out, record, 0, wording);
    out += R"(,"wallet":)";
    append_wallet_after(out, record, record.wallets[0], wording);
    out += '}';
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
    append_balances(out, record, line, decimals);
    out += R"(,"description":)";
    append_json_text(out, record.request.description);
    out += R"(,"date":")";
    append_instant(out, record.at);
    out += "\"}";
}

}  // namespace coffer::api
