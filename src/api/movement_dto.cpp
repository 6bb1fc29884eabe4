#include "api/movement_dto.h"

#include "api/json_text.h"
#include "api/short_text.h"
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

void append_balances(std::string& out, Int128 before, Int128 after, int decimals) {
    out += R"(,"balance_before":)";
    append_amount(out, before, decimals);
    out += R"(,"balance_after":)";
    append_amount(out, after, decimals);
}

/// The other user of a transfer, or of its refund.
std::string_view counterparty_of(const wallet::Record& record, std::size_t at,
                                 const engine::Names& names) {
    if (record.wallets.size() < 2) return {};
    return names.subject(at == 0 ? record.request.counterparty : record.request.user);
}

}  // namespace

void fill_row(TransactionRow& row, const wallet::Record& record, std::size_t at,
              const Wording& wording, Balances balances, const wallet::Refunded* refunded) {
    const wallet::WalletLine& line = record.wallets[at];
    row.transaction = record.ids.transactions[at];
    row.entry = record.ids.entry;
    row.wallet = wording.names.wallet(line.wallet).id;
    row.type = line.type;
    row.cancelled = refunded != nullptr && refunded->cancelled;
    row.balances = balances;
    row.currency = &wording.currencies.info(line.currency);
    row.amount = record.request.amount;
    row.seq = line.transactions;
    row.counterparty = counterparty_of(record, at, wording.names);
    row.reference = record.request.reference;
    row.description = record.request.description;
    row.at = record.at;
    if (balances == Balances::told) {
        row.balance_before = posted_before(record, line);
        row.balance_after = line.available + line.held;
    }
    if (!record.refunds.empty()) row.refund_of = record.refunds[0].transaction;
    if (refunded != nullptr) row.refunded = refunded->amount;
}

void append_transaction(std::string& out, const TransactionRow& row) {
    const money::CurrencyInfo& currency = *row.currency;
    ShortText<512> text;
    text.put(R"({"id":")").put_id(engine::transaction_prefix, row.transaction);
    text.put(R"(","entry_id":")").put_id(engine::entry_prefix, row.entry);
    text.put(R"(","wallet_id":")").put_id(engine::wallet_prefix, row.wallet);
    text.put(R"(","type":")").put_text(wallet::to_text(row.type));
    text.put(R"(","status":")").put_text(row.cancelled ? "cancelled" : "completed");
    text.put(R"(","amount":")").put_amount(row.amount, currency.decimals);
    text.put(R"(","currency":")").put_text(currency.code);
    if (row.balances == Balances::told) {
        text.put(R"(","balance_before":")").put_amount(row.balance_before, currency.decimals);
        text.put(R"(","balance_after":")").put_amount(row.balance_after, currency.decimals);
        text.put(R"(","seq":)").put_number(row.seq);
    } else {
        text.put(R"(","balance_before":"","balance_after":"","seq":0)");
    }
    text.put(R"(,"counterparty_id":)").append_to(out);
    append_json_text(out, row.counterparty);
    out += R"(,"reference_id":)";
    append_json_text(out, row.reference);
    out += R"(,"description":)";
    append_json_text(out, row.description);
    // Only where there is something to say: of a refund what it is of, of what was refunded how
    // much.
    if (row.refund_of) {
        out += R"(,"refund_of":")";
        engine::append_id(out, engine::transaction_prefix, *row.refund_of);
        out += '"';
    }
    if (row.refunded) {
        out += R"(,"refunded_amount":)";
        append_amount(out, *row.refunded, currency.decimals);
    }
    out += R"(,"created_at":")";
    append_instant(out, row.at);
    out += "\"}";
}

void append_transaction(std::string& out, const wallet::Record& record, std::size_t at,
                        const Wording& wording, Balances balances,
                        const wallet::Refunded* refunded) {
    TransactionRow row;
    fill_row(row, record, at, wording, balances, refunded);
    append_transaction(out, row);
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
    append_balances(out, posted_before(record, line), line.available + line.held, decimals);
    out += R"(,"description":)";
    append_json_text(out, record.request.description);
    out += R"(,"date":")";
    append_instant(out, record.at);
    out += "\"}";
}

}  // namespace coffer::api
