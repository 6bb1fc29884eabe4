#include "store_embedded/audit.h"

namespace coffer::store_embedded {
namespace {

/// What is held is held for somebody: an open freeze, or a withdrawal that was asked for.
bool held_for_something(const wallet::Wallet& wallet) {
    const auto set_aside = static_cast<std::size_t>(wallet::TransactionType::withdrawal_hold) - 1;
    if (wallet.held == 0) return wallet.open_holds == 0;
    return wallet.open_holds != 0 || wallet.counts[set_aside] != 0;
}

bool wallet_holds(const wallet::Wallet& wallet) {
    std::uint64_t rows = 0;
    for (const std::uint64_t count : wallet.counts) rows += count;
    return wallet.available >= 0 && wallet.held >= 0 &&
           wallet.available + wallet.held <= money::amount_minor_units_max &&
           rows == wallet.transactions && wallet.transactions <= wallet.events &&
           held_for_something(wallet) &&
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
