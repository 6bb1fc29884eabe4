#include <algorithm>

#include "tests/model_money.h"
#include "tests/wallet_model.h"

// Adjustments, refunds, and what a second person decides.

namespace coffer::tests {

using wallet::WalletStatus;

void WalletModel::add_entry(std::optional<std::size_t> payer, std::optional<std::size_t> payee,
                            long amount) {
    entries_.push_back({.payer = payer, .payee = payee, .amount = amount});
    born_.back().entry = entries_.size() - 1;
}

WalletModel::Said WalletModel::adjust(const Ask& ask) {
    if (const auto said = used_reference(ask)) return *said;
    const auto [target, declined] = pick(ask);
    if (!target) return declined;
    Wallet& wallet = wallets_[*target];
    const auto [amount, breach] = amount_of(ask.amount, wallet.currency);
    if (!breach.empty()) return breach;
    if (!ask.up && amount > wallet.available) {
        return "exceeds_available_balance available " + text_of(wallet.available, wallet.currency) +
               " needed " + text_of(amount, wallet.currency);
    }
    use_reference(ask, wallet.currency, amount);
    const long unit = decimals_of(wallet.currency) == 0 ? 1 : 100;
    if (options_.adjust_alone_max && amount > *options_.adjust_alone_max * unit) {
        add_approval({.wallet = *target,
                      .amount = amount,
                      .adjustment = true,
                      .up = ask.up,
                      .requester = ask.actor});
        return "done";
    }
    wallet.available += ask.up ? amount : -amount;
    return "posted";
}

/// What was taken from the wallet leaves the house.
void WalletModel::pay_out(std::size_t wallet, long amount) {
    Wallet& from = wallets_[wallet];
    from.withdrawn += amount;
    settlement_[{from.tenant, from.currency}] -= amount;
    add_entry(wallet, std::nullopt, amount);
}

void WalletModel::add_approval(const Approval& approval) {
    approvals_.push_back(approval);
    born_.back().approval = approvals_.size() - 1;
}

WalletModel::Said WalletModel::request_withdrawal(const Ask& ask) {
    if (const auto said = used_reference(ask)) return *said;
    const auto [target, declined] = pick(ask);
    if (!target) return declined;
    Wallet& wallet = wallets_[*target];
    if (wallet.status == WalletStatus::frozen) return "wallet_is_frozen";
    const auto [amount, breach] = amount_of(ask.amount, wallet.currency);
    if (!breach.empty()) return breach;
    if (amount > wallet.available) {
        return "exceeds_available_balance available " + text_of(wallet.available, wallet.currency) +
               " needed " + text_of(amount, wallet.currency);
    }
    if (const auto said = going_out(ask, wallet, amount); !said.empty()) return said;
    const bool waits = !unreviewed(ask, wallet, amount).empty();
    wallet.available -= amount;
    if (waits) {
        wallet.held += amount;
    } else {
        pay_out(*target, amount);
    }
    add_approval({.wallet = *target,
                  .amount = amount,
                  .adjustment = false,
                  .up = false,
                  .requester = ask.actor,
                  .pending = waits});
    use_reference(ask, wallet.currency, amount);
    return "posted";
}

std::pair<WalletModel::Approval*, WalletModel::Said> WalletModel::pending(const Ask& ask,
                                                                          bool adjustment) {
    const auto found = std::ranges::find(approvals_, ask.id, &Approval::id);
    if (found == approvals_.end() || found->adjustment != adjustment ||
        wallets_[found->wallet].tenant != ask.tenant ||
        (!ask.user.empty() && wallets_[found->wallet].user != ask.user)) {
        return {nullptr, "approval_not_found"};
    }
    if (!found->pending) return {nullptr, "already_decided"};
    return {&*found, ""};
}

void WalletModel::release(Approval& approval) {
    approval.pending = false;
    if (approval.adjustment) return;
    wallets_[approval.wallet].held -= approval.amount;
    wallets_[approval.wallet].available += approval.amount;
}

WalletModel::Said WalletModel::decide(const Ask& ask) {
    const auto [approval, declined] = pending(ask, ask.of_adjustment);
    if (approval == nullptr) return declined;
    if (!ask.approve) {
        release(*approval);
        return ask.of_adjustment ? "done" : "posted";
    }
    if (approval->requester == ask.actor) return "own_request";
    Wallet& wallet = wallets_[approval->wallet];
    if (!approval->adjustment) {
        wallet.held -= approval->amount;
        pay_out(approval->wallet, approval->amount);
    } else {
        if (wallet.status == WalletStatus::closed) return "wallet_is_closed";
        if (!approval->up && approval->amount > wallet.available) {
            return "exceeds_available_balance available " +
                   text_of(wallet.available, wallet.currency) + " needed " +
                   text_of(approval->amount, wallet.currency);
        }
        wallet.available += approval->up ? approval->amount : -approval->amount;
    }
    approval->pending = false;
    return "posted";
}

WalletModel::Said WalletModel::take_back(const Ask& ask) {
    const auto [approval, declined] = pending(ask, false);
    if (approval == nullptr) return declined;
    release(*approval);
    return "posted";
}

// An operator need not say whose the transaction is: then it is that of its owner all the same.
WalletModel::Said WalletModel::refund(const Ask& asked) {
    Ask ask = asked;
    ask.currency.clear();  // the transaction has one
    const auto entry = std::ranges::find_if(entries_, [&](const Entry& each) {
        return each.ids[0] == ask.id || each.ids[1] == ask.id;
    });
    const bool there = entry != entries_.end() && ask.id != wallet::PublicId{};
    std::optional<std::size_t> own;
    if (there) own = entry->ids[1] == ask.id ? entry->payee : entry->payer;
    if (own && ask.user.empty() && wallets_[*own].tenant == ask.tenant) {
        ask.user = wallets_[*own].user;
    }
    if (!ask.user.empty()) {
        if (const auto said = used_reference(ask)) return *said;
    }
    if (!own || wallets_[*own].tenant != ask.tenant || wallets_[*own].user != ask.user) {
        return "transaction_not_found";
    }
    const std::string& currency = wallets_[*own].currency;
    const long left = entry->amount - entry->refunded;
    if (left == 0) return "already_refunded";
    const auto [amount, breach] =
        ask.amount == "all" ? std::pair{left, std::string{}} : amount_of(ask.amount, currency);
    if (!breach.empty()) return breach;
    if (amount > left) {
        return "exceeds_refundable available " + text_of(left, currency) + " needed " +
               text_of(amount, currency);
    }
    for (const auto& side : {entry->payee, entry->payer}) {
        if (!side || wallets_[*side].status != WalletStatus::closed) continue;
        return side == own ? "wallet_is_closed" : "counterparty_wallet_is_closed";
    }
    if (entry->payee && wallets_[*entry->payee].available < amount) {
        return "exceeds_available_balance available " +
               text_of(wallets_[*entry->payee].available, currency) + " needed " +
               text_of(amount, currency);
    }
    if (entry->payee) wallets_[*entry->payee].available -= amount;
    if (entry->payer) wallets_[*entry->payer].available += amount;
    if (!entry->payer) settlement_[{ask.tenant, currency}] -= amount;
    if (!entry->payee) settlement_[{ask.tenant, currency}] += amount;
    entry->refunded += amount;
    use_reference(ask, currency, amount);
    return "posted";
}

}  // namespace coffer::tests
