#include "wallet/drafting.h"
#include "wallet/resolve.h"
#include "wallet/verbs.h"

namespace coffer::wallet {

void touches(const OpenWallet& verb, const Setting&, Keys& keys) {
    keys.push_back({.kind = Key::Kind::user, .text = verb.target.user});
}

/// One open wallet per user and currency; the default currency when none is named.
Decision decide(const OpenWallet& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const money::Currency currency =
        verb.target.currency.named() ? verb.target.currency : context.settings->default_currency;
    const User* user = user_of(setting, verb.target.user);
    if (open_wallet(loaded, user, currency) != nullptr) {
        return Refusal{.rejection = Rejection::wallet_already_open, .currency = currency};
    }
    if (wallets_of(loaded, user) >= context.wallets_per_user_max) {
        return Refusal{.rejection = Rejection::wallets_of_user_at_maximum, .currency = currency};
    }
    if (!context.policy->supports(currency)) {
        return Refusal{.rejection = Rejection::currency_not_supported, .currency = currency};
    }
    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::open_wallet);
    draft.request.user = drafting.subject(verb.target.user);
    draft.request.currency_asked = verb.target.currency;
    drafting.line_for_new(draft.request.user, currency, TransactionType::none);
    return Accepted{};
}

}  // namespace coffer::wallet
