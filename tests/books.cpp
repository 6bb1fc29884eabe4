#include "tests/books.h"

namespace coffer::tests {

using ledger::AccountKind;
using ledger::Side;

void Books::expect(bool holds, const char* invariant) {
    if (!holds) findings_.push_back("record " + std::to_string(records_) + ": " + invariant);
}

void Books::enter(const KeptRecord& kept) {
    ++records_;
    const wallet::Record& record = kept.record;
    audit_order(record);
    audit_reference(record, kept.user);
    audit_postings(record);
    audit_lines(kept);
    audit_approvals(record);
    audit_refunds(record);
    audit_holds(record);
}

void Books::audit_order(const wallet::Record& record) {
    expect(record.at >= last_at_, "I24: time goes back");
    expect(record.ordinal == 0 || record.ordinal == last_ordinal_ + 1,
           "I6: a gap in the numbers of a batch");
    last_at_ = record.at;
    last_ordinal_ = record.ordinal;
}

void Books::audit_reference(const wallet::Record& record, const std::string& user) {
    if (!record.request.has_reference) return;
    expect(references_
               .emplace(record.request.tenant.value, user, record.kind, record.request.reference)
               .second,
           "I9: a reference took effect twice");
}

void Books::audit_postings(const wallet::Record& record) {
    const auto& postings = record.entry.postings;
    expect(postings.size() != 1, "I1: an entry of one posting");
    std::map<money::Currency, Int128> debits_less_credits;
    for (const ledger::Posting& posting : postings) {
        const ledger::AccountRef& account = posting.account;
        expect(account.tenant == record.request.tenant, "I21: another tenant's account");
        expect(posting.amount >= 1 && posting.amount <= money::amount_minor_units_max,
               "I23: an amount out of bounds");
        const Int128 signed_amount = posting.side == Side::debit ? posting.amount : -posting.amount;
        debits_less_credits[account.currency] += signed_amount;
        imbalance_[{account.tenant.value, account.currency}] += signed_amount;

        Line& line = accounts_[account];
        // Balances are written in the direction in which an account of its type grows.
        const bool debit_grows = account.kind == AccountKind::settlement ||
                                 account.kind == AccountKind::promotions ||
                                 account.kind == AccountKind::expense_adjustments;
        const auto balance = [&] { return debit_grows ? line.net_debit() : -line.net_debit(); };
        expect(posting.balance_before == balance(), "I4: a balance before is not the one after");
        (posting.side == Side::debit ? line.debits : line.credits) += posting.amount;
        ++line.postings;
        expect(posting.balance_after == balance(), "I3: a balance is not the sum of its entries");
        const bool of_wallet = account.wallet.value != 0;
        expect(posting.number == (of_wallet ? 0 : line.postings), "I5: a gap in an account");
    }
    for (const auto& [currency, sum] : debits_less_credits) {
        expect(sum == 0, "I1: debits and credits differ");
    }
    for (const auto& [whose, sum] : imbalance_) expect(sum == 0, "I2: the books do not balance");
}

void Books::audit_lines(const KeptRecord& kept) {
    const wallet::Record& record = kept.record;
    for (std::size_t i = 0; i < record.wallets.size(); ++i) {
        const wallet::WalletLine& line = record.wallets[i];
        const std::string& owner = i == 0 ? kept.user : kept.counterparty;
        const bool is_new = !wallets_.contains(line.wallet.value);
        expect(is_new == line.opened, "I5: a wallet opened twice, or never");
        WalletPage& page = wallets_[line.wallet.value];
        if (is_new) {
            page = {.tenant = record.request.tenant.value,
                    .owner = owner,
                    .currency = line.currency,
                    .id = line.id};
        }
        expect(page.tenant == record.request.tenant.value, "I21: another tenant's wallet");
        expect(page.owner == owner, "I12: the wallet of somebody else");
        expect(page.currency == line.currency, "I22: a wallet changed its currency");
        expect(!page.closed || record.entry.postings.empty(), "a closed wallet moved");
        expect(line.event == ++page.events, "I5: a gap in a wallet's events");
        const bool is_row = line.type != wallet::TransactionType::none;
        if (is_row) ++page.rows;
        expect(line.transactions == page.rows, "I5: a gap in a wallet's rows");
        page.available = line.available;
        page.held = line.held;
        page.closed = line.status == wallet::WalletStatus::closed;
    }
}

void Books::audit_approvals(const wallet::Record& record) {
    for (const wallet::ApprovalLine& line : record.approvals) {
        auto& held = wallets_[line.wallet.value].pending_withdrawals;
        const bool withdrawal = line.kind == wallet::ApprovalKind::withdrawal;
        if (line.state == wallet::ApprovalState::auto_approved) continue;
        if (line.state == wallet::ApprovalState::pending) {
            expect(pending_.emplace(line.id, record.request.actor).second, "asked for twice");
            if (withdrawal) held[line.id] = line.amount;
            continue;
        }
        expect(pending_.contains(line.id), "decided twice, or never asked for");
        if (line.state == wallet::ApprovalState::completed) {
            expect(pending_[line.id] != record.request.actor, "approved by who asked");
        }
        pending_.erase(line.id);
        if (withdrawal) expect(held.erase(line.id) == 1, "a withdrawal of another wallet decided");
    }
}

void Books::audit_refunds(const wallet::Record& record) {
    using enum wallet::RecordKind;
    const auto kind = record.kind;
    if (kind == deposit || kind == withdraw || kind == transfer || kind == auto_withdrawal ||
        kind == pay_withdrawal || kind == capture) {
        moved_[record.ids.entry] = record.request.amount;
    }
    for (const wallet::RefundLine& line : record.refunds) {
        expect(moved_.contains(line.entry), "I8: a refund of nothing");
        Int128& sum = refunded_[line.entry];
        sum += record.request.amount;
        expect(sum <= moved_[line.entry], "I8: more was refunded than moved");
        expect(sum == line.amount, "I8: the sum of the refunds is another");
    }
}

void Books::audit_holds(const wallet::Record& record) {
    for (const wallet::HoldLine& hold : record.holds) {
        auto& open = wallets_[hold.wallet.value].open_holds;
        if (record.kind == wallet::RecordKind::freeze) {
            expect(holds_.emplace(hold.id, hold.wallet.value).second, "I7: a hold opened twice");
            open[hold.id] = hold.amount;
        } else {
            expect(holds_.contains(hold.id) && holds_[hold.id] == hold.wallet.value,
                   "I7: a hold of another wallet changed");
            expect(open.contains(hold.id), "I7: a hold ended twice");
            Int128& left = open[hold.id];
            left -= record.request.amount;
            expect(left >= 0, "I7: more was captured and released than held");
            const bool ended = hold.state != wallet::HoldState::open;
            expect(ended == (left == 0), "I7: a hold ended with something left, or did not end");
            expect(hold.amount - hold.captured >= left, "I7: the sum of the captures is another");
            if (ended) open.erase(hold.id);
        }
    }
    for (const wallet::WalletLine& line : record.wallets) {
        audit_wallet(line, wallets_[line.wallet.value]);
    }
}

void Books::audit_wallet(const wallet::WalletLine& line, WalletPage& page) {
    Int128 held = 0;
    for (const auto& [id, amount] : page.open_holds) held += amount;
    for (const auto& [id, amount] : page.pending_withdrawals) held += amount;
    expect(held == line.held, "I7: held is not the sum of the open holds");
    expect(page.open_holds.size() == line.open_holds, "I7: the number of open holds");
    expect(line.held >= 0 && line.available >= 0, "I8: a wallet is overdrawn");
    expect(line.available + line.held <= money::amount_minor_units_max,
           "I23: a wallet over its bound");
    expect(!page.closed || line.available + line.held == 0, "a wallet was closed with money in it");
    const ledger::AccountRef available{
        {page.tenant}, AccountKind::wallet_available, page.currency, line.wallet};
    const ledger::AccountRef frozen{
        {page.tenant}, AccountKind::wallet_frozen, page.currency, line.wallet};
    expect(-accounts_[available].net_debit() == line.available, "I3: available is not the books'");
    expect(-accounts_[frozen].net_debit() == line.held, "I3: held is not the books'");
}

}  // namespace coffer::tests
