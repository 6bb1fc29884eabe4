#include "wallet/drafting.h"
#include "wallet/verbs.h"

namespace coffer::wallet {

void touches(const Unfreeze& verb, const Setting&, Keys& keys) {
    if (!verb.user.empty()) keys.push_back({.kind = Key::Kind::user, .text = verb.user});
    keys.push_back({.kind = Key::Kind::hold, .id = verb.hold});
}

namespace {

bool is_found(const Unfreeze& verb, const Setting& setting, const Wallet* wallet) {
    if (wallet == nullptr) return false;
    if (verb.user.empty()) {
        const Tenant* tenant = setting.loaded.tenant(setting.caller.tenant);
        return tenant != nullptr && wallet->tenant == tenant->number;
    }
    const User* user = user_of(setting, verb.user);
    return user != nullptr && wallet->owner == user->number;
}

}  // namespace

/// Ends one hold, whole: frozen back to available. A hold of somebody else does not exist here.
Decision decide(const Unfreeze& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const Hold* hold = loaded.hold(verb.hold);
    const Wallet* wallet = hold == nullptr ? nullptr : loaded.find_wallet(hold->wallet);
    if (!is_found(verb, setting, wallet)) {
        return Refusal{.rejection = Rejection::hold_not_found, .currency = {}};
    }
    if (hold->state != HoldState::open) {
        return Refusal{.rejection = Rejection::hold_already_ended, .currency = wallet->currency};
    }

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::unfreeze);
    draft.request.user = wallet->owner;
    draft.request.amount = hold->amount;
    draft.request.description = verb.reason;
    WalletLine& line = drafting.line_for(*wallet, TransactionType::unfreeze);
    --line.open_holds;
    drafting.post_frozen(line, ledger::Side::debit, hold->amount);
    drafting.post_available(line, ledger::Side::credit, hold->amount);
    draft.holds.push_back({.id = hold->id,
                           .wallet = wallet->number,
                           .amount = hold->amount,
                           .state = HoldState::released,
                           .purpose = hold->purpose,
                           .version = static_cast<std::uint8_t>(hold->version + 1),
                           .created_at = hold->created_at,
                           .reason = hold->reason});
    return Accepted{};
}

}  // namespace coffer::wallet
