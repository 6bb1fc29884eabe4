#include "wallet/adjustments.h"
#include "wallet/verbs.h"

// The second person's word: approve, reject, take back. Each approval is decided once.

namespace coffer::wallet {
namespace {

using ledger::AccountKind;
using ledger::Side;

struct Open {
    const Approval* approval;
    const Wallet* wallet;
};

/// Another tenant's, another user's or the other kind of approval does not exist here.
std::variant<Open, Refusal> open_approval(PublicId id, bool adjustment, std::string_view user,
                                          const Setting& setting) {
    const Refusal not_found{.rejection = Rejection::approval_not_found};
    const Approval* approval = setting.loaded.approval(id);
    const Tenant* tenant = setting.loaded.tenant(setting.caller.tenant);
    if (approval == nullptr || tenant == nullptr || is_adjustment(approval->kind) != adjustment) {
        return not_found;
    }
    const Wallet* wallet = setting.loaded.find_wallet(approval->wallet);
    if (wallet == nullptr || wallet->tenant != tenant->number) return not_found;
    if (!user.empty()) {
        const User* owner = user_of(setting, user);
        if (owner == nullptr || wallet->owner != owner->number) return not_found;
    }
    if (approval->state != ApprovalState::pending) {
        return Refusal{.rejection = Rejection::already_decided, .currency = wallet->currency};
    }
    return Open{approval, wallet};
}

bool is_requester(const Approval& approval, const Setting& setting) {
    const User* actor = user_of(setting, setting.caller.actor);
    return actor != nullptr && actor->number == approval.requester;
}

Decision pay(const Open& open, Drafting& drafting, Record& draft) {
    const auto& [approval, wallet] = open;
    drafting.start(RecordKind::pay_withdrawal);
    draft.request.amount = approval->amount;
    WalletLine& line = drafting.line_for(*wallet, TransactionType::withdraw);
    drafting.post_frozen(line, Side::debit, approval->amount);
    drafting.post_house(AccountKind::settlement, Side::credit,
                        {wallet->currency, approval->amount});
    drafting.count_withdrawal(*wallet, approval->amount);
    drafting.end_approval(*approval, ApprovalState::completed);
    return Accepted{};
}

Decision release(const Open& open, ApprovalState state, Drafting& drafting, Record& draft) {
    const auto& [approval, wallet] = open;
    drafting.start(RecordKind::release_withdrawal);
    draft.request.amount = approval->amount;
    WalletLine& line = drafting.line_for(*wallet, TransactionType::withdrawal_release);
    drafting.post_frozen(line, Side::debit, approval->amount);
    drafting.post_available(line, Side::credit, approval->amount);
    drafting.end_approval(*approval, state);
    return Accepted{};
}

Decision adjust(const Open& open, Drafting& drafting, Record& draft) {
    const auto& [approval, wallet] = open;
    const money::Amount amount{wallet->currency, approval->amount};
    if (const auto refusal = refused_adjustment(*wallet, approval->kind, amount)) return *refusal;
    drafting.start(RecordKind::approve_adjustment);
    draft.request.amount = approval->amount;
    WalletLine& line = drafting.line_for(*wallet, TransactionType::adjustment);
    post_adjustment(drafting, line, approval->kind, amount);
    drafting.end_approval(*approval, ApprovalState::completed);
    return Accepted{};
}

Decision drop(const Open& open, ApprovalState state, Drafting& drafting, Record& draft) {
    drafting.start(RecordKind::reject_adjustment);
    draft.request.amount = open.approval->amount;
    drafting.line_for(*open.wallet, TransactionType::none);
    drafting.end_approval(*open.approval, state);
    return Accepted{};
}

}  // namespace

void touches(const DecideApproval& verb, const Setting& setting, Keys& keys) {
    keys.push_back({.kind = Key::Kind::approval, .id = verb.approval});
    const Approval* approval = setting.loaded.approval(verb.approval);
    if (approval == nullptr) return;
    const Wallet* wallet = setting.loaded.find_wallet(approval->wallet);
    if (wallet == nullptr) return;
    touches_house(
        setting,
        is_adjustment(approval->kind) ? account_of(approval->kind) : AccountKind::settlement,
        wallet->currency, keys);
}

/// Whoever asked may not approve; saying no to oneself is taking it back.
Decision decide(const DecideApproval& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const bool adjustment = verb.of == DecideApproval::Of::adjustment;
    const auto found = open_approval(verb.approval, adjustment, {}, setting);
    if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
    const Open& open = std::get<Open>(found);
    const bool own = is_requester(*open.approval, setting);
    if (verb.approve && own) {
        return Refusal{.rejection = Rejection::own_request, .currency = open.wallet->currency};
    }
    const ApprovalState no = own ? ApprovalState::cancelled : ApprovalState::rejected;
    Drafting drafting{loaded, context, caller, draft};
    const Decision decision =
        adjustment
            ? (verb.approve ? adjust(open, drafting, draft) : drop(open, no, drafting, draft))
            : (verb.approve ? pay(open, drafting, draft) : release(open, no, drafting, draft));
    if (std::holds_alternative<Accepted>(decision)) {
        draft.request.user = open.wallet->owner;
        draft.request.description = verb.remark;
    }
    return decision;
}

void touches(const CancelWithdrawal& verb, const Setting&, Keys& keys) {
    if (!verb.user.empty()) keys.push_back({.kind = Key::Kind::user, .text = verb.user});
    keys.push_back({.kind = Key::Kind::approval, .id = verb.approval});
}

Decision decide(const CancelWithdrawal& verb, const Setting& setting, Record& draft) {
    const auto& [caller, loaded, context] = setting;
    const auto found = open_approval(verb.approval, false, verb.user, setting);
    if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
    const Open& open = std::get<Open>(found);
    Drafting drafting{loaded, context, caller, draft};
    const Decision decision = release(open, ApprovalState::cancelled, drafting, draft);
    draft.request.user = open.wallet->owner;
    draft.request.description = verb.remark;
    return decision;
}

}  // namespace coffer::wallet
