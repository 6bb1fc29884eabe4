#include "wallet/drafting.h"
#include "wallet/limits.h"
#include "wallet/outgoing.h"
#include "wallet/repeats.h"
#include "wallet/resolve.h"

namespace coffer::wallet {

void touches(const Transfer& verb, const Setting&, Keys& keys) {
    keys.push_back({.kind = Key::Kind::user, .text = verb.payer.user});
    keys.push_back({.kind = Key::Kind::user, .text = verb.payee});
    if (!verb.reference.empty()) keys.push_back({.kind = Key::Kind::prior});
}

/// Debit one wallet, credit the other: one entry, two rows. The payer's currency moves; the payee
/// must have an open wallet in it.
Decision decide(const Transfer& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const auto is_repeat = [&](const Record& first) {
        return same_payload(first, verb.payer.currency, verb.amount, verb.payee, loaded, context);
    };
    if (const auto before = repeated(verb.reference, loaded, is_repeat)) return *before;
    if (verb.payer.user == verb.payee) {
        return Refusal{.rejection = Rejection::payer_is_payee, .currency = {}};
    }
    if (!context.policy->is_on(PolicyField::transfer_enabled)) {
        return Refusal{.rejection = Rejection::transfers_disabled, .currency = {}};
    }
    // Who is paid comes before how much: see the order of the rules in rejection.h.
    const Wallet* payee = nullptr;
    const WalletChoice choice = wallet_for_write(loaded, user_of(setting, verb.payer.user),
                                                 verb.payer.currency, *context.settings);
    if (const Wallet* const* from = std::get_if<const Wallet*>(&choice)) {
        payee = open_wallet(loaded, user_of(setting, verb.payee), (*from)->currency);
        if (payee == nullptr) {
            return Refusal{.rejection = Rejection::counterparty_wallet_not_found,
                           .currency = (*from)->currency};
        }
    }
    const auto judged = payable_from(setting, verb.payer, {verb.amount}, Stopped::may_not_pay);
    if (const auto* refusal = std::get_if<Refusal>(&judged)) return *refusal;
    const auto& [payer, amount] = std::get<Payable>(judged);
    ENSURE(payee != nullptr);

    if (const auto refusal = overfilled(amount, payee->posted())) return *refusal;

    if (auto refusal = judge_incoming(context, amount, payee->posted())) return *refusal;

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::transfer);
    draft.request.user = payer->owner;
    draft.request.counterparty = payee->owner;
    draft.request.currency_asked = verb.payer.currency;
    draft.request.amount = amount.minor_units();
    draft.request.description = verb.description;
    drafting.use_reference(verb.reference);
    WalletLine& from = drafting.line_for(*payer, TransactionType::transfer_out);
    drafting.post_available(from, ledger::Side::debit, amount.minor_units());
    WalletLine& to = drafting.line_for(*payee, TransactionType::transfer_in);
    drafting.post_available(to, ledger::Side::credit, amount.minor_units());
    return Accepted{};
}

}  // namespace coffer::wallet
