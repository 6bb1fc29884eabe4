#include <algorithm>

#include "wallet/adjustments.h"
#include "wallet/repeats.h"
#include "wallet/resolve.h"

namespace coffer::wallet {
namespace {

ApprovalKind kind_of(const Adjust& verb) {
    return verb.direction == Adjust::Direction::up ? ApprovalKind::adjustment_up
                                                   : ApprovalKind::adjustment_down;
}

bool is_same(const Record& first, const Adjust& verb, const Setting& setting) {
    if (!same_payload(first, verb.target.currency, verb.amount, {}, setting.loaded,
                      setting.context)) {
        return false;
    }
    if (!first.approvals.empty()) return first.approvals[0].kind == kind_of(verb);
    return std::ranges::any_of(first.entry.postings, [&](const ledger::Posting& posting) {
        return posting.account.kind == account_of(kind_of(verb));
    });
}

std::variant<Payable, Refusal> adjustable(const Adjust& verb, const Setting& setting) {
    const WalletChoice choice = wallet_for_write(setting.loaded, user_of(setting, verb.target.user),
                                                 verb.target.currency, *setting.context.settings);
    if (const auto* rejection = std::get_if<Rejection>(&choice)) {
        return Refusal{.rejection = *rejection, .currency = verb.target.currency};
    }
    const Wallet* wallet = std::get<const Wallet*>(choice);
    const auto parsed = amount_in(verb.amount, wallet->currency, setting.context);
    if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
        return Refusal{.rejection = *rejection, .currency = wallet->currency};
    }
    const auto amount = std::get<money::Amount>(parsed);
    if (const auto refusal = refused_adjustment(*wallet, kind_of(verb), amount)) return *refusal;
    return Payable{wallet, amount};
}

/// Whether so much needs a second operator.
bool needs_second(money::Amount amount, const Context& context) {
    if (!context.adjust_alone_max) return false;
    const int decimals = context.currencies->decimals(amount.currency());
    return amount.minor_units() > ceiling_in(*context.adjust_alone_max, decimals);
}

}  // namespace

void touches(const Adjust& verb, const Setting& setting, Keys& keys) {
    keys.push_back({.kind = Key::Kind::user, .text = verb.target.user});
    if (!verb.reference.empty()) keys.push_back({.kind = Key::Kind::prior});
    const WalletChoice choice = wallet_for_write(setting.loaded, user_of(setting, verb.target.user),
                                                 verb.target.currency, *setting.context.settings);
    if (const Wallet* const* wallet = std::get_if<const Wallet*>(&choice)) {
        touches_house(setting, account_of(kind_of(verb)), (*wallet)->currency, keys);
    }
}

/// Up: debit expenses:adjustments, credit the wallet. Down: debit the wallet, credit
/// income:adjustments. Above the operator's limit nothing moves until a second one approves.
Decision decide(const Adjust& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const auto is_repeat = [&](const Record& first) { return is_same(first, verb, setting); };
    if (const auto before = repeated(verb.reference, loaded, is_repeat)) return *before;
    const auto judged = adjustable(verb, setting);
    if (const auto* refusal = std::get_if<Refusal>(&judged)) return *refusal;
    const auto& [wallet, amount] = std::get<Payable>(judged);
    const bool proposes = needs_second(amount, context);

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(proposes ? RecordKind::propose_adjustment : RecordKind::adjust);
    draft.request.user = wallet->owner;
    draft.request.currency_asked = verb.target.currency;
    draft.request.amount = amount.minor_units();
    draft.request.description = verb.reason;
    drafting.use_reference(verb.reference);
    if (proposes) {
        drafting.line_for(*wallet, TransactionType::none);
        drafting.begin_approval(*wallet, kind_of(verb), ApprovalState::pending, amount);
    } else {
        WalletLine& line = drafting.line_for(*wallet, TransactionType::adjustment);
        post_adjustment(drafting, line, kind_of(verb), amount);
    }
    return Accepted{};
}

}  // namespace coffer::wallet
