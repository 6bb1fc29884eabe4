#include "wallet/drafting.h"
#include "wallet/limits.h"
#include "wallet/outgoing.h"
#include "wallet/repeats.h"
#include "wallet/resolve.h"

namespace coffer::wallet {

void touches(const Withdraw& verb, const Setting& setting, Keys& keys) {
    keys.push_back({.kind = Key::Kind::user, .text = verb.target.user});
    if (!verb.reference.empty()) keys.push_back({.kind = Key::Kind::prior});
    const WalletChoice choice = wallet_for_write(setting.loaded, user_of(setting, verb.target.user),
                                                 verb.target.currency, *setting.context.settings);
    if (const Wallet* const* wallet = std::get_if<const Wallet*>(&choice)) {
        touches_settlement(setting, (*wallet)->currency, keys);
    }
}

/// Debit the wallet's available account, credit settlement: never more than is available.
Decision decide(const Withdraw& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const auto is_repeat = [&](const Record& first) {
        return same_payload(first, verb.target.currency, verb.amount, {}, loaded, context);
    };
    if (const auto before = repeated(verb.reference, loaded, is_repeat)) return *before;
    const auto judged = payable_from(setting, verb.target, {verb.amount}, Stopped::may_not_pay);
    if (const auto* refusal = std::get_if<Refusal>(&judged)) return *refusal;
    const auto& [wallet, amount] = std::get<Payable>(judged);

    if (auto refusal = judge_withdrawal(setting, *wallet, amount)) return *refusal;
    // A user's own; an operator who pays out has looked at it.
    if (caller.actor == verb.target.user && needs_review(context, amount)) {
        return Refusal{
            .rejection = Rejection::withdrawal_needs_review,
            .currency = wallet->currency,
            .available = ceiling_in(context.policy->limit(PolicyField::auto_approve_limit),
                                    context.currencies->decimals(wallet->currency)),
            .needed = amount.minor_units()};
    }

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(RecordKind::withdraw);
    draft.request.user = wallet->owner;
    draft.request.currency_asked = verb.target.currency;
    draft.request.amount = amount.minor_units();
    draft.request.description = verb.description;
    drafting.use_reference(verb.reference);
    WalletLine& line = drafting.line_for(*wallet, TransactionType::withdraw);
    drafting.post_available(line, ledger::Side::debit, amount.minor_units());
    drafting.post_house(ledger::AccountKind::settlement, ledger::Side::credit, amount);
    drafting.count_withdrawal(*wallet, amount.minor_units());
    return Accepted{};
}

}  // namespace coffer::wallet
