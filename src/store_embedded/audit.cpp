#include "store_embedded/audit.h"

namespace coffer::store_embedded {
namespace {

bool wallet_holds(const wallet::Wallet& wallet) {
    std::uint64_t rows = 0;
    for (const std::uint64_t count : wallet.counts) rows += count;
    return wallet.available >= 0 && wallet.held >= 0 &&
           wallet.available + wallet.held <= money::amount_minor_units_max &&
           rows == wallet.transactions && wallet.transactions <= wallet.events &&
           (wallet.held == 0) == (wallet.open_holds == 0) &&
           (wallet.status != wallet::WalletStatus::closed || wallet.posted() == 0);
}

Int128 stored_balance(const State& state, const ledger::AccountRef& ref) {
    if (ref.kind == ledger::AccountKind::wallet_available) {
        return state.wallet(ref.wallet).wallet.available;
    }
    if (ref.kind == ledger::AccountKind::wallet_frozen) {
        return state.wallet(ref.wallet).wallet.held;
    }
    return state.house_account(ref).balance;
}

}  // namespace

bool holds_after(const State& state, const wallet::Record& record) {
    Int128 net = 0;
    for (const ledger::Posting& posting : record.entry.postings) {
        if (stored_balance(state, posting.account) != posting.balance_after) return false;
        if (posting.account.currency != record.entry.postings[0].account.currency) return false;
        net += posting.side == ledger::Side::debit ? posting.amount : -posting.amount;
    }
    if (net != 0) return false;
    for (const wallet::WalletLine& line : record.wallets) {
        if (!wallet_holds(state.wallet(line.wallet).wallet)) return false;
    }
    return true;
}

}  // namespace coffer::store_embedded
