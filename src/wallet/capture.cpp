#include "wallet/drafting.h"
#include "wallet/holds.h"
#include "wallet/limits.h"
#include "wallet/outgoing.h"
#include "wallet/repeats.h"
#include "wallet/resolve.h"

namespace coffer::wallet {
namespace {

/// A repeat of a reference: of the same hold, to the same payee, as much as then. Asking for all
/// that is left is the same as long as the first one took all.
bool is_same(const Record& first, const Capture& verb, const Setting& setting) {
    const HoldLine& line = first.holds[0];
    if (line.id != verb.hold) return false;
    const money::Decimal& amount = verb.amount;
    if (!verb.everything) {
        return same_payload(first, {}, amount, verb.payee, setting.loaded, setting.context);
    }
    const User* payee = verb.payee.empty() ? nullptr : user_of(setting, verb.payee);
    const SubjectNumber number = payee == nullptr ? SubjectNumber{} : payee->number;
    return line.state == HoldState::captured && first.request.counterparty == number &&
           verb.payee.empty() == (payee == nullptr);
}

std::variant<money::Amount, Refusal> amount_of(const Capture& verb, const OpenHold& open,
                                               const Context& context) {
    const money::Currency currency = open.wallet->currency;
    if (verb.everything) return money::Amount{currency, open.hold->left()};
    const auto parsed = amount_in(verb.amount, currency, context);
    if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
        return Refusal{.rejection = *rejection, .currency = currency};
    }
    const auto amount = std::get<money::Amount>(parsed);
    if (amount.minor_units() > open.hold->left()) {
        return Refusal{.rejection = Rejection::exceeds_hold,
                       .currency = currency,
                       .available = open.hold->left(),
                       .needed = amount.minor_units()};
    }
    return amount;
}

}  // namespace

void touches(const Capture& verb, const Setting& setting, Keys& keys) {
    keys.push_back({.kind = Key::Kind::user, .text = verb.user});
    keys.push_back({.kind = Key::Kind::hold, .id = verb.hold});
    if (!verb.reference.empty()) keys.push_back({.kind = Key::Kind::prior});
    if (!verb.payee.empty()) {
        keys.push_back({.kind = Key::Kind::user, .text = verb.payee});
        return;
    }
    const Hold* hold = setting.loaded.hold(verb.hold);
    const Wallet* wallet = hold == nullptr ? nullptr : setting.loaded.find_wallet(hold->wallet);
    if (wallet != nullptr) touches_settlement(setting, wallet->currency, keys);
}

/// Pays out of what is held: frozen to the settlement account, or to what another user has
/// available. When nothing is left of it the hold has ended. An operator's, so a wallet with the
/// status frozen pays, too.
Decision decide(const Capture& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const auto is_repeat = [&](const Record& first) { return is_same(first, verb, setting); };
    if (const auto before = repeated(verb.reference, loaded, is_repeat)) return *before;
    if (verb.user == verb.payee) {
        return Refusal{.rejection = Rejection::payer_is_payee, .currency = {}};
    }
    const auto found = open_hold(verb.hold, verb.user, setting);
    if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
    const OpenHold& open = std::get<OpenHold>(found);
    const money::Currency currency = open.wallet->currency;
    if (open.hold->is_due(context.now)) {
        return Refusal{.rejection = Rejection::hold_already_ended, .currency = currency};
    }
    const Wallet* payee = nullptr;
    if (!verb.payee.empty()) {
        payee = open_wallet(loaded, user_of(setting, verb.payee), currency);
        if (payee == nullptr) {
            return Refusal{.rejection = Rejection::counterparty_wallet_not_found,
                           .currency = currency};
        }
    }
    const auto allowed = amount_of(verb, open, context);
    if (const auto* refusal = std::get_if<Refusal>(&allowed)) return *refusal;
    const auto amount = std::get<money::Amount>(allowed);
    if (payee != nullptr) {
        if (const auto refusal = overfilled(amount, payee->posted())) return *refusal;
        if (auto refusal = judge_incoming(context, amount, payee->posted())) return *refusal;
    }

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::capture);
    draft.request.user = open.wallet->owner;
    if (payee != nullptr) draft.request.counterparty = payee->owner;
    draft.request.amount = amount.minor_units();
    draft.request.description = verb.description;
    drafting.use_reference(verb.reference);
    WalletLine& from = drafting.line_for(*open.wallet, TransactionType::payment);
    drafting.post_frozen(from, ledger::Side::debit, amount.minor_units());
    if (payee == nullptr) {
        drafting.post_house(ledger::AccountKind::settlement, ledger::Side::credit, amount);
    } else {
        WalletLine& to = drafting.line_for(*payee, TransactionType::transfer_in);
        drafting.post_available(to, ledger::Side::credit, amount.minor_units());
    }
    const Int128 captured = open.hold->captured + amount.minor_units();
    drafting.change_hold(*open.hold,
                         captured == open.hold->amount ? HoldState::captured : HoldState::open,
                         captured);
    return Accepted{};
}

}  // namespace coffer::wallet
