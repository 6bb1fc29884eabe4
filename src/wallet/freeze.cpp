#include "wallet/drafting.h"
#include "wallet/outgoing.h"
#include "wallet/repeats.h"
#include "wallet/resolve.h"

namespace coffer::wallet {

void touches(const Freeze& verb, const Setting&, Keys& keys) {
    keys.push_back({.kind = Key::Kind::user, .text = verb.target.user});
    if (!verb.reference.empty()) keys.push_back({.kind = Key::Kind::prior});
}

/// A hold: available to frozen. The total stays; what is held cannot leave. Operators may hold
/// money in a wallet whose status is frozen, too.
Decision decide(const Freeze& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    ENSURE(!verb.everything || verb.reference.empty());
    const auto is_repeat = [&](const Record& first) {
        return same_payload(first, verb.target.currency, verb.amount, {}, loaded, context) &&
               first.holds[0].expires_at == verb.expires_at;
    };
    if (const auto before = repeated(verb.reference, loaded, is_repeat)) return *before;
    const auto judged =
        payable_from(setting, verb.target, {verb.amount, verb.everything}, Stopped::may_pay);
    if (const auto* refusal = std::get_if<Refusal>(&judged)) return *refusal;
    const auto& [wallet, amount] = std::get<Payable>(judged);
    if (verb.expires_at != Instant{} && verb.expires_at <= context.now) {
        return Refusal{.rejection = Rejection::expires_in_past, .currency = wallet->currency};
    }

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::freeze);
    draft.request.user = wallet->owner;
    draft.request.currency_asked = verb.target.currency;
    draft.request.amount = amount.minor_units();
    draft.request.description = verb.reason;
    drafting.use_reference(verb.reference);
    WalletLine& line = drafting.line_for(*wallet, TransactionType::freeze);
    ++line.open_holds;
    drafting.post_available(line, ledger::Side::debit, amount.minor_units());
    drafting.post_frozen(line, ledger::Side::credit, amount.minor_units());
    draft.holds.push_back({.id = context.ids.hold,
                           .wallet = wallet->number,
                           .amount = amount.minor_units(),
                           .state = HoldState::open,
                           .purpose = HoldPurpose::freeze,
                           .version = 1,
                           .created_at = context.now,
                           .expires_at = verb.expires_at,
                           .reason = verb.reason});
    return Accepted{};
}

}  // namespace coffer::wallet
