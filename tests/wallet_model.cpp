#include "tests/wallet_model.h"

#include <algorithm>

#include "tests/model_money.h"

namespace coffer::tests {

using wallet::PolicyField;
using wallet::WalletStatus;

std::vector<std::size_t> WalletModel::wallets_of(const std::string& tenant,
                                                 const std::string& user) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < wallets_.size(); ++i) {
        if (wallets_[i].tenant == tenant && wallets_[i].user == user) found.push_back(i);
    }
    return found;
}

std::optional<std::size_t> WalletModel::open_in(const std::string& tenant, const std::string& user,
                                                const std::string& currency) const {
    for (const std::size_t i : wallets_of(tenant, user)) {
        const Wallet& wallet = wallets_[i];
        if (wallet.currency == currency && wallet.status != WalletStatus::closed) return i;
    }
    return std::nullopt;
}

// A write goes to the open wallet in the named currency; without one to the only open wallet, else
// to the one in the default currency, else the currency must be named.
WalletModel::Pick WalletModel::pick(const Ask& ask) const {
    std::vector<std::size_t> open;
    bool any = false;
    for (const std::size_t i : wallets_of(ask.tenant, ask.user)) {
        if (!ask.currency.empty() && wallets_[i].currency != ask.currency) continue;
        any = true;
        if (wallets_[i].status != WalletStatus::closed) open.push_back(i);
    }
    if (open.size() == 1) return {open[0], ""};
    if (open.size() > 1) {
        const auto found = open_in(ask.tenant, ask.user, default_currency);
        return {found, found ? "" : "currency_must_be_named"};
    }
    return {std::nullopt, any ? "wallet_is_closed" : "wallet_not_found"};
}

const WalletModel::Wallet* WalletModel::readable(const std::string& tenant, const std::string& user,
                                                 const std::string& currency) const {
    Ask ask;
    ask.tenant = tenant;
    ask.user = user;
    ask.currency = currency;
    if (const auto found = pick(ask).first) return &wallets_[*found];
    for (const std::size_t i : wallets_of(tenant, user)) {
        if (currency.empty() || wallets_[i].currency == currency) return &wallets_[i];
    }
    return nullptr;
}

std::optional<WalletModel::Said> WalletModel::used_reference(const Ask& ask) const {
    if (ask.reference.empty()) return std::nullopt;
    const auto found = references_.find({ask.tenant, ask.user, ask.what, ask.reference});
    if (found == references_.end()) return std::nullopt;
    const Use& use = found->second;
    if (ask.what == Ask::What::refund) {
        const bool alike = use.transaction == ask.id && use.all == (ask.amount == "all") &&
                           use.cancels == ask.cancels;
        if (!alike) return "reference_reused";
        if (use.all) return "replayed";
    }
    if (ask.what == Ask::What::adjust && use.up != ask.up) return "reference_reused";
    if (ask.what == Ask::What::freeze && use.expires_at != ask.expires_at) {
        return "reference_reused";
    }
    if (ask.what == Ask::What::capture) {
        if (use.transaction != ask.id || use.payee != ask.payee) return "reference_reused";
        if (ask.amount == "all") return use.took_all ? "replayed" : "reference_reused";
    }
    const auto [amount, breach] = amount_of(ask.amount, use.wallet_currency);
    const bool same = breach.empty() && amount == use.amount && ask.payee == use.payee &&
                      ask.currency == use.currency_asked;
    return same ? "replayed" : "reference_reused";
}

void WalletModel::use_reference(const Ask& ask, const std::string& currency, long amount) {
    if (ask.reference.empty()) return;
    references_[{ask.tenant, ask.user, ask.what, ask.reference}] = {
        ask.currency,        currency,    amount, ask.payee,     ask.id,
        ask.amount == "all", ask.cancels, ask.up, ask.expires_at};
}

std::size_t WalletModel::add_wallet(const Ask& ask, const std::string& currency) {
    wallets_.push_back({.tenant = ask.tenant, .user = ask.user, .currency = currency});
    born_.back().wallet = wallets_.size() - 1;
    return wallets_.size() - 1;
}

WalletModel::Said WalletModel::open(const Ask& ask) {
    const std::string currency = ask.currency.empty() ? default_currency : ask.currency;
    if (open_in(ask.tenant, ask.user, currency)) return "wallet_already_open";
    if (wallets_of(ask.tenant, ask.user).size() >= options_.wallets_per_user_max) {
        return "wallets_of_user_at_maximum";
    }
    if (const auto said = coming_in(ask, currency, 0, 0); !said.empty()) return said;
    (void)add_wallet(ask, currency);
    return "done";
}

WalletModel::Said WalletModel::deposit(const Ask& ask) {
    if (const auto said = used_reference(ask)) return *said;
    auto [target, declined] = pick(ask);
    std::string currency;
    if (target) {
        currency = wallets_[*target].currency;
    } else {
        const std::string opens = options_.auto_open_wallets ? "true" : "false";
        if (declined == "currency_must_be_named" ||
            field_of(ask, PolicyField::auto_open_wallets, opens) == "false") {
            return declined;
        }
        if (wallets_of(ask.tenant, ask.user).size() >= options_.wallets_per_user_max) {
            return "wallets_of_user_at_maximum";
        }
        currency = ask.currency.empty() ? default_currency : ask.currency;
    }
    const auto [amount, breach] = amount_of(ask.amount, currency);
    if (!breach.empty()) return breach;
    const long posted = target ? wallets_[*target].available + wallets_[*target].held : 0;
    if (const auto said = coming_in(ask, currency, posted, amount); !said.empty()) return said;
    if (const auto said = over_float(ask, currency, amount); !said.empty()) return said;
    settlement_[{ask.tenant, currency}] += amount;
    const bool opened = !target.has_value();
    if (opened) target = add_wallet(ask, currency);
    wallets_[*target].available += amount;
    add_entry(std::nullopt, *target, amount);
    use_reference(ask, currency, amount);
    return opened ? "posted, wallet opened" : "posted";
}

// Withdraw, transfer and freeze: money leaves what is available.
WalletModel::Said WalletModel::pay(const Ask& ask) {
    if (const auto said = used_reference(ask)) return *said;
    const bool is_transfer = ask.what == Ask::What::transfer;
    if (is_transfer && ask.user == ask.payee) return "payer_is_payee";
    if (is_transfer && field_of(ask, PolicyField::transfer_enabled, "true") == "false") {
        return "transfers_disabled";
    }
    const auto [payer, declined] = pick(ask);
    if (!payer) return declined;
    Wallet& from = wallets_[*payer];
    const auto payee = is_transfer ? open_in(ask.tenant, ask.payee, from.currency) : std::nullopt;
    if (is_transfer && !payee) return "counterparty_wallet_not_found";
    if (from.status == WalletStatus::frozen && ask.what != Ask::What::freeze) {
        return "wallet_is_frozen";
    }
    const bool everything = ask.amount == "all";
    const auto [amount, breach] = everything
                                      ? std::pair{std::max(from.available, 1L), std::string{}}
                                      : amount_of(ask.amount, from.currency);
    if (!breach.empty()) return breach;
    if (amount > from.available) {
        return "exceeds_available_balance available " + text_of(from.available, from.currency) +
               " needed " + text_of(amount, from.currency);
    }
    if (ask.expires_at != Instant{} && ask.expires_at <= now_) return "expires_in_past";
    if (is_transfer) {
        const Wallet& to = wallets_[*payee];
        const auto said = coming_in(ask, from.currency, to.available + to.held, amount);
        if (!said.empty()) return said;
    }
    if (ask.what == Ask::What::withdraw) {
        if (const auto said = going_out(ask, from, amount); !said.empty()) return said;
        from.withdrawn += amount;
        settlement_[{ask.tenant, from.currency}] -= amount;
    }
    from.available -= amount;
    if (is_transfer) wallets_[*payee].available += amount;
    if (ask.what != Ask::What::freeze) add_entry(*payer, payee, amount);
    if (ask.what == Ask::What::freeze) {
        from.held += amount;
        ++from.open_holds;
        holds_.push_back({.wallet = *payer, .left = amount, .expires_at = ask.expires_at});
        born_.back().hold = holds_.size() - 1;
    }
    use_reference(ask, from.currency, amount);
    return "posted";
}

WalletModel::Said WalletModel::change_status(const Ask& ask) {
    const auto wallet = std::ranges::find(wallets_, ask.id, &Wallet::id);
    if (wallet == wallets_.end() || wallet->tenant != ask.tenant) return "wallet_not_found";
    if (wallet->status == WalletStatus::closed) return "status_change_not_allowed";
    if (ask.status == WalletStatus::closed) {
        if (wallet->open_holds > 0) return "wallet_has_open_holds";
        const long total = wallet->available + wallet->held;
        if (total > 0) {
            return "wallet_not_empty available " + text_of(total, wallet->currency);
        }
    }
    wallet->status = ask.status;
    return "done";
}

std::string WalletModel::field_of(const Ask& ask, PolicyField field,
                                  const std::string& otherwise) const {
    const auto policy = policies_.find({ask.tenant, ask.application});
    if (policy == policies_.end()) return otherwise;
    const auto found = policy->second.find(field);
    return found == policy->second.end() ? otherwise : found->second;
}

WalletModel::Said WalletModel::set_policy(const Ask& ask) {
    Fields& fields = policies_[{ask.tenant, ask.policy_of}];
    for (const auto& [field, text] : ask.policy) {
        if (text == "null") {
            fields.erase(field);
        } else {
            fields[field] = text;
        }
    }
    return "done";
}

WalletModel::Said WalletModel::remove_policy(const Ask& ask) {
    return policies_.erase({ask.tenant, ask.policy_of}) == 0 ? "policy_not_found" : "done";
}

WalletModel::Said WalletModel::coming_in(const Ask& ask, const std::string& currency, long posted,
                                         long amount) const {
    const std::string supported = field_of(ask, PolicyField::supported_currencies, "");
    if (!supported.empty() && supported.find(currency) == supported.npos) {
        return "currency_not_supported";
    }
    const long most = limit_in(field_of(ask, PolicyField::max_balance, "0"), currency);
    return most == 0 ? "" : over("balance_over_limit", currency, most, posted, amount);
}

WalletModel::Said WalletModel::over_float(const Ask& ask, const std::string& currency,
                                          long amount) const {
    if (field_of(ask, PolicyField::prefunded, "false") == "false") return "";
    const auto found = settlement_.find({ask.tenant, currency});
    const long so_far = found == settlement_.end() ? 0 : found->second;
    const long most = limit_in(field_of(ask, PolicyField::prefunded_float, "0"), currency);
    return over("float_exceeded", currency, most, so_far, amount);
}

WalletModel::Said WalletModel::going_out(const Ask& ask, const Wallet& from, long amount) const {
    const auto limit = [&](PolicyField field) {
        return limit_in(field_of(ask, field, "0"), from.currency);
    };
    const long least = limit(PolicyField::min_withdraw_amount);
    if (amount < least) {
        return "withdrawal_below_minimum available " + text_of(least, from.currency) + " needed " +
               text_of(amount, from.currency);
    }
    for (const auto& [field, rule] :
         {std::pair{PolicyField::daily_withdraw_limit, "daily_withdraw_limit_exceeded"},
          std::pair{PolicyField::monthly_withdraw_limit, "monthly_withdraw_limit_exceeded"}}) {
        const long most = limit(field);
        if (most == 0) continue;
        const auto said = over(rule, from.currency, most, from.withdrawn, amount);
        if (!said.empty()) return said;
    }
    if (ask.what == Ask::What::request_withdrawal || ask.actor != ask.user) return "";
    return unreviewed(ask, from, amount);
}

WalletModel::Said WalletModel::unreviewed(const Ask& ask, const Wallet& from, long amount) const {
    const std::string reviewed = options_.review_withdrawals ? "true" : "false";
    if (field_of(ask, PolicyField::withdrawal_require_review, reviewed) == "false") return "";
    const long most = limit_in(field_of(ask, PolicyField::auto_approve_limit, "0"), from.currency);
    return over("withdrawal_needs_review", from.currency, most, 0, amount);
}

std::string WalletModel::expected(const Ask& ask) {
    born_.emplace_back();
    switch (ask.what) {
        using enum Ask::What;
        case open: return this->open(ask);
        case deposit: return this->deposit(ask);
        case withdraw:
        case transfer:
        case freeze: return pay(ask);
        case unfreeze: return this->unfreeze(ask);
        case capture: return this->capture(ask);
        case expire: return this->expire(ask);
        case status: return change_status(ask);
        case adjust: return this->adjust(ask);
        case refund: return this->refund(ask);
        case request_withdrawal: return this->request_withdrawal(ask);
        case decide: return this->decide(ask);
        case take_back: return this->take_back(ask);
        case set_policy: return this->set_policy(ask);
        case remove_policy: return this->remove_policy(ask);
        case approvals:
        case read_policy:
        case read:
        case wallets:
        case list:
        case integrity: break;
    }
    unreachable_value();
}

void WalletModel::learn(const Reply& reply) {
    const Born& born = born_[learned_++];
    if (!reply.took_effect()) return;
    if (born.wallet) wallets_[*born.wallet].id = reply.line().id;
    if (born.hold) holds_[*born.hold].id = reply.hold();
    if (born.approval) approvals_[*born.approval].id = reply.approval();
    if (born.entry) {
        Entry& entry = entries_[*born.entry];
        const auto& ids = reply.record.record.ids.transactions;
        if (entry.payer) entry.ids[0] = ids[0];
        if (entry.payee) entry.ids[1] = entry.payer ? ids[1] : ids[0];
    }
}

}  // namespace coffer::tests
