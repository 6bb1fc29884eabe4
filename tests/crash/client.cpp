#include "tests/crash/client.h"

namespace coffer::tests::crash {
namespace {

void add(std::string& text, UInt128 value) {
    char digits[40];
    std::size_t count = 0;
    do {
        digits[count++] = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    } while (value != 0);
    while (count != 0) text += digits[--count];
    text += ' ';
}

template <class Number>
void add(std::string& text, Number value) {
    add(text, static_cast<UInt128>(value));
}

std::string text_of(const wallet::Record& record) {
    std::string text;
    text.reserve(512);
    add(text, record.kind);
    add(text, record.ordinal);
    add(text, record.at.unix_ms);
    add(text, record.ids.entry.value);
    add(text, record.request.amount);
    text += record.request.reference;
    text += '|';
    text += record.request.description;
    text += '|';
    for (std::size_t i = 0; i < record.wallets.size(); ++i) {
        const wallet::WalletLine& line = record.wallets[i];
        add(text, record.ids.transactions[i].value);
        add(text, line.wallet.value);
        add(text, line.event);
        add(text, line.transactions);
        add(text, line.type);
        add(text, line.status);
        add(text, line.available);
        add(text, line.held);
        add(text, line.open_holds);
        add(text, line.opened);
        if (line.opened) add(text, line.id.value);
    }
    for (const ledger::Posting& posting : record.entry.postings) {
        add(text, posting.account.kind);
        add(text, posting.side);
        add(text, posting.amount);
        add(text, posting.balance_before);
        add(text, posting.balance_after);
        add(text, posting.number);
    }
    for (const wallet::HoldLine& hold : record.holds) {
        add(text, hold.id.value);
        add(text, hold.amount);
        add(text, hold.state);
        add(text, hold.created_at.unix_ms);
        text += hold.reason;
    }
    return text;
}

std::string text_of(const wallet::Wallet& wallet) {
    std::string text = "available ";
    add(text, wallet.available);
    text += "held ";
    add(text, wallet.held);
    text += "open holds ";
    add(text, wallet.open_holds);
    text += "status ";
    add(text, wallet.status);
    text += "rows ";
    add(text, wallet.transactions);
    return text;
}

class Collector final : public engine::Answers {
public:
    explicit Collector(std::size_t count) : told(count) {}

    void answer(engine::Cookie cookie, const engine::Answer& answer,
                const engine::Names& names) override {
        Told& into = told.at(cookie);
        ENSURE(into.kind == Told::Kind::nothing);  // one answer to each question
        ++answered;
        if (const auto* applied = std::get_if<engine::Applied>(&answer)) {
            into = told_of(*applied, names);
        } else if (std::holds_alternative<engine::Settled>(answer)) {
            into = kept_.at(cookie);
        } else if (const auto* found = std::get_if<engine::Found>(&answer)) {
            into.kind = Told::Kind::found;
            into.text = text_of(*found->wallet);
            into.wallet = found->wallet->id;
        } else if (const auto* refusal = std::get_if<wallet::Refusal>(&answer)) {
            into.kind = Told::Kind::refused;
            into.text = "refused " + std::to_string(static_cast<int>(refusal->rejection));
        } else {
            into.kind = Told::Kind::failed;
            into.failed = std::get<engine::Failed>(answer).kind;
        }
    }

    /// Every other one, so that the store is cut off in either.
    bool keep(engine::Cookie cookie, const wallet::Record& record,
              const engine::Names& names) override {
        if (cookie % 2 == 0) return false;
        kept_.emplace(cookie, told_of({.record = &record, .replayed = false}, names));
        return true;
    }

    std::vector<Told> told;
    std::size_t answered = 0;

private:
    static Told told_of(const engine::Applied& applied, const engine::Names& names) {
        Told told;
        const wallet::Record& record = *applied.record;
        told.kind = applied.replayed ? Told::Kind::replayed : Told::Kind::applied;
        told.text = text_of(record);
        told.wallet = names.wallet(record.wallets[0].wallet).id;
        if (!record.holds.empty()) told.hold = record.holds[0].id;
        return told;
    }

    std::map<engine::Cookie, Told> kept_;
};

}  // namespace

std::vector<Told> ask_all(engine::Store& store, const std::vector<Ask>& asks) {
    engine::Batch batch;
    for (const Ask& ask : asks) {
        batch.add(batch.entries.size(), item_of(ask, batch, store.currencies()));
    }
    Collector collector{asks.size()};
    store.execute(batch, collector);
    for (int i = 0; i < 3 && collector.answered < asks.size(); ++i) store.poll(collector);
    return std::move(collector.told);
}

Told ask_one(engine::Store& store, const Ask& ask) { return ask_all(store, {ask}).front(); }

void poll(engine::Store& store) {
    Collector nobody{0};
    store.poll(nobody);
}

}  // namespace coffer::tests::crash
