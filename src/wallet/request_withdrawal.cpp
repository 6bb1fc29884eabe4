#include "wallet/drafting.h"
#include "wallet/limits.h"
#include "wallet/outgoing.h"
#include "wallet/repeats.h"
#include "wallet/resolve.h"

namespace coffer::wallet {

void touches(const RequestWithdrawal& verb, const Setting& setting, Keys& keys) {
    keys.push_back({.kind = Key::Kind::user, .text = verb.target.user});
    if (!verb.reference.empty()) keys.push_back({.kind = Key::Kind::prior});
    const WalletChoice choice = wallet_for_write(setting.loaded, user_of(setting, verb.target.user),
                                                 verb.target.currency, *setting.context.settings);
    if (const Wallet* const* wallet = std::get_if<const Wallet*>(&choice)) {
        touches_settlement(setting, (*wallet)->currency, keys);
    }
}

/// Sets the amount aside until somebody decides: available to frozen, and the total stays. Where
/// nobody has to decide it is paid at once, as a withdrawal is.
Decision decide(const RequestWithdrawal& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const auto is_repeat = [&](const Record& first) {
        return same_payload(first, verb.target.currency, verb.amount, {}, loaded, context);
    };
    if (const auto before = repeated(verb.reference, loaded, is_repeat)) return *before;
    const auto judged = payable_from(setting, verb.target, {verb.amount}, Stopped::may_not_pay);
    if (const auto* refusal = std::get_if<Refusal>(&judged)) return *refusal;
    const auto& [wallet, amount] = std::get<Payable>(judged);
    if (auto refusal = judge_withdrawal(setting, *wallet, amount)) return *refusal;
    const bool waits = needs_review(context, amount);

    Drafting drafting{loaded, context, caller, draft};
    drafting.start(waits ? RecordKind::request_withdrawal : RecordKind::auto_withdrawal);
    draft.request.user = wallet->owner;
    draft.request.currency_asked = verb.target.currency;
    draft.request.amount = amount.minor_units();
    draft.request.description = verb.remark;
    drafting.use_reference(verb.reference);
    if (waits) {
        WalletLine& line = drafting.line_for(*wallet, TransactionType::withdrawal_hold);
        drafting.post_available(line, ledger::Side::debit, amount.minor_units());
        drafting.post_frozen(line, ledger::Side::credit, amount.minor_units());
    } else {
        WalletLine& line = drafting.line_for(*wallet, TransactionType::withdraw);
        drafting.post_available(line, ledger::Side::debit, amount.minor_units());
        drafting.post_house(ledger::AccountKind::settlement, ledger::Side::credit, amount);
        drafting.count_withdrawal(*wallet, amount.minor_units());
    }
    drafting.begin_approval(*wallet, ApprovalKind::withdrawal,
                            waits ? ApprovalState::pending : ApprovalState::auto_approved, amount);
    return Accepted{};
}

}  // namespace coffer::wallet
