#include "wallet/drafting.h"
#include "wallet/limits.h"
#include "wallet/outgoing.h"
#include "wallet/repeats.h"
#include "wallet/resolve.h"
#include "wallet/verbs.h"

namespace coffer::wallet {
namespace {

/// Where the money goes: a wallet, or the currency of one that is to be opened, or nowhere.
struct Destination {
    const Wallet* wallet = nullptr;
    money::Currency currency;
    std::optional<Rejection> refused;
};

Destination destination_of(const Deposit& verb, const Setting& setting) {
    const auto& [caller, loaded, context] = setting;
    const User* user = user_of(setting, verb.target.user);
    const WalletChoice choice =
        wallet_for_write(loaded, user, verb.target.currency, *context.settings);
    if (const Wallet* const* wallet = std::get_if<const Wallet*>(&choice)) {
        return {.wallet = *wallet, .currency = (*wallet)->currency, .refused = std::nullopt};
    }
    const Rejection rejection = std::get<Rejection>(choice);
    const bool none_open =
        rejection == Rejection::wallet_not_found || rejection == Rejection::wallet_is_closed;
    if (!none_open || !context.policy->is_on(PolicyField::auto_open_wallets)) {
        return {.refused = rejection};
    }
    if (wallets_of(loaded, user) >= context.wallets_per_user_max) {
        return {.refused = Rejection::wallets_of_user_at_maximum};
    }
    return {.currency = verb.target.currency.named() ? verb.target.currency
                                                     : context.settings->default_currency,
            .refused = std::nullopt};
}

}  // namespace

void touches(const Deposit& verb, const Setting& setting, Keys& keys) {
    keys.push_back({.kind = Key::Kind::user, .text = verb.target.user});
    if (!verb.reference.empty()) keys.push_back({.kind = Key::Kind::prior});
    touches_settlement(setting, destination_of(verb, setting).currency, keys);
}

/// Debit settlement, credit the wallet's available account. Opens a wallet when the user has none
/// that fits and the settings allow it. A frozen wallet takes money in; a closed one does not.
Decision decide(const Deposit& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const auto is_repeat = [&](const Record& first) {
        return same_payload(first, verb.target.currency, verb.amount, {}, loaded, context);
    };
    if (const auto before = repeated(verb.reference, loaded, is_repeat)) return *before;
    const Destination destination = destination_of(verb, setting);
    if (destination.refused) {
        return Refusal{.rejection = *destination.refused, .currency = verb.target.currency};
    }
    const auto parsed = amount_in(verb.amount, destination.currency, context);
    if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
        return Refusal{.rejection = *rejection, .currency = destination.currency};
    }
    const auto amount = std::get<money::Amount>(parsed);
    const Int128 posted = destination.wallet == nullptr ? 0 : destination.wallet->posted();
    if (const auto refusal = overfilled(amount, posted)) return *refusal;
    if (auto refusal = judge_incoming(context, amount, posted)) return *refusal;

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::deposit);
    if (auto refusal = judge_float(setting, drafting.tenant(), amount)) return *refusal;
    draft.request.user = drafting.subject(verb.target.user);
    draft.request.currency_asked = verb.target.currency;
    draft.request.amount = amount.minor_units();
    draft.request.description = verb.description;
    drafting.use_reference(verb.reference);
    WalletLine& line = destination.wallet == nullptr
                           ? drafting.line_for_new(draft.request.user, destination.currency,
                                                   TransactionType::deposit)
                           : drafting.line_for(*destination.wallet, TransactionType::deposit);
    drafting.post_house(ledger::AccountKind::settlement, ledger::Side::debit, amount);
    drafting.post_available(line, ledger::Side::credit, amount.minor_units());
    return Accepted{};
}

}  // namespace coffer::wallet
