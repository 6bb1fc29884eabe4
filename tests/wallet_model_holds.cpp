#include <algorithm>

#include "tests/model_money.h"
#include "tests/wallet_model.h"

// What becomes of a hold: captured from, released, expired.

namespace coffer::tests {

std::pair<WalletModel::Hold*, WalletModel::Said> WalletModel::open_hold(const Ask& ask) {
    const auto hold = std::ranges::find(holds_, ask.id, &Hold::id);
    if (hold == holds_.end() || wallets_[hold->wallet].tenant != ask.tenant ||
        (!ask.user.empty() && wallets_[hold->wallet].user != ask.user)) {
        return {nullptr, "hold_not_found"};
    }
    if (!hold->open) return {nullptr, "hold_already_ended"};
    return {&*hold, ""};
}

void WalletModel::give_back(Hold& hold) {
    Wallet& wallet = wallets_[hold.wallet];
    wallet.held -= hold.left;
    wallet.available += hold.left;
    hold.left = 0;
    hold.open = false;
    --wallet.open_holds;
}

WalletModel::Said WalletModel::unfreeze(const Ask& ask) {
    const auto [hold, declined] = open_hold(ask);
    if (hold == nullptr) return declined;
    give_back(*hold);
    return "posted";
}

// Of the engine alone, which asks for nobody's in particular.
WalletModel::Said WalletModel::expire(const Ask& ask) {
    const auto [hold, declined] = open_hold(ask);
    if (hold == nullptr) return declined;
    if (!is_due(*hold)) return "hold_not_found";
    give_back(*hold);
    return "posted";
}

WalletModel::Said WalletModel::capture(const Ask& asked) {
    Ask ask = asked;
    ask.currency.clear();  // the hold has one
    if (const auto said = used_reference(ask)) return *said;
    if (ask.user == ask.payee) return "payer_is_payee";
    const auto [hold, declined] = open_hold(ask);
    if (hold == nullptr) return declined;
    if (is_due(*hold)) return "hold_already_ended";
    Wallet& from = wallets_[hold->wallet];
    std::optional<std::size_t> payee;
    if (!ask.payee.empty()) {
        payee = open_in(ask.tenant, ask.payee, from.currency);
        if (!payee) return "counterparty_wallet_not_found";
    }
    const auto [amount, breach] = ask.amount == "all" ? std::pair{hold->left, std::string{}}
                                                      : amount_of(ask.amount, from.currency);
    if (!breach.empty()) return breach;
    if (amount > hold->left) {
        return "exceeds_hold available " + text_of(hold->left, from.currency) + " needed " +
               text_of(amount, from.currency);
    }
    if (payee) {
        const Wallet& to = wallets_[*payee];
        const auto said = coming_in(ask, from.currency, to.available + to.held, amount);
        if (!said.empty()) return said;
        wallets_[*payee].available += amount;
    } else {
        settlement_[{ask.tenant, from.currency}] -= amount;
    }
    from.held -= amount;
    hold->left -= amount;
    if (hold->left == 0) {
        hold->open = false;
        --from.open_holds;
    }
    add_entry(hold->wallet, payee, amount);
    use_reference(ask, from.currency, amount);
    if (!ask.reference.empty()) {
        references_[{ask.tenant, ask.user, ask.what, ask.reference}].took_all = !hold->open;
    }
    return "posted";
}

}  // namespace coffer::tests
