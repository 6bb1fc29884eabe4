#include "wallet/drafting.h"
#include "wallet/verbs.h"

namespace coffer::wallet {

void touches(const ChangeStatus& verb, const Setting&, Keys& keys) {
    keys.push_back({.kind = Key::Kind::wallet, .id = verb.wallet});
}

/// active ↔ frozen at will; closed only with nothing in the wallet and nothing held, for ever.
/// Setting the status it has is accepted and recorded: the operator asked, the book says so.
Decision decide(const ChangeStatus& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const Tenant* tenant = loaded.tenant(caller.tenant);
    const Wallet* wallet = loaded.wallet(verb.wallet);
    if (tenant == nullptr || wallet == nullptr || wallet->tenant != tenant->number) {
        return Refusal{.rejection = Rejection::wallet_not_found, .currency = {}};
    }
    if (wallet->status == WalletStatus::closed) {
        return Refusal{.rejection = Rejection::status_change_not_allowed,
                       .currency = wallet->currency};
    }
    if (verb.status == WalletStatus::closed) {
        if (wallet->open_holds != 0) {
            return Refusal{.rejection = Rejection::wallet_has_open_holds,
                           .currency = wallet->currency};
        }
        if (wallet->posted() != 0) {
            return Refusal{.rejection = Rejection::wallet_not_empty,
                           .currency = wallet->currency,
                           .available = wallet->posted()};
        }
    }

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::change_status);
    draft.request.user = wallet->owner;
    drafting.line_for(*wallet, TransactionType::none).status = verb.status;
    return Accepted{};
}

}  // namespace coffer::wallet
