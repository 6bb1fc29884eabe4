#include "tests/history/generator_service.h"

// Refunds and cancellations, and what is decided about withdrawals.

namespace coffer::tests::history {

/// Whether the wallet that is asked gets the money.
bool GeneratorService::gives_to_asked(const Intent& refund) const {
    const Intent& original = intents_[refund.origin];
    return refund.other_wallet == none ? original.verb != Verb::deposit
                                       : refund.wallet == original.wallet;
}

Minor GeneratorService::available_for(const Intent& refund, Minor amount) const {
    const Number payer = gives_to_asked(refund) ? refund.other_wallet : refund.wallet;
    return payer == none ? amount : wallets_[payer].balance - wallets_[payer].held;
}

/// Whether nothing is under way that could give the same original back, or decide the same request:
/// a refusal for that reason might be true otherwise, before long.
bool GeneratorService::is_alone(Number number) const {
    if (intents_[number].tries > 1) return false;
    for (Number other = 0; other < intents_.size(); ++other) {
        const Intent& intent = intents_[other];
        const bool same = other != number && intent.origin == intents_[number].origin;
        if (same && intent.seq == 0) return false;
    }
    return true;
}

auto GeneratorService::refusal_of_refund(const Intent& refund) const -> Answer {
    const Intent& original = intents_[refund.origin];
    const Minor left = original.amount - original.given_back;
    if (left <= 0) return refuse(61060209);
    const Minor amount = refund.all_left ? left : refund.amount;
    if (amount > left) return refuse(61060210, left);
    const Minor available = available_for(refund, amount);
    return available < amount ? refuse(61060201, available) : Answer{};
}

auto GeneratorService::move_refund(Number number) -> Answer {
    const Intent refund = intents_[number];
    if (refund.seq != 0) {
        // Without a reference no repeat gets the first answer.
        if (refund.verb != Verb::cancel) return repeat(number);
        if (refund.heard && wrongs(Mischief::cancels_twice)) return told(number, 'n');
        return refuse(61060209);
    }
    const Intent& original = intents_[refund.origin];
    Answer refused = refusal_of_refund(refund);
    if (!refused.ok) {
        const bool less_left = refused.text.starts_with("61060210");
        const bool none_left = refused.text.starts_with("61060209");
        const bool may = !refund.all_left && available_for(refund, refund.amount) >= refund.amount;
        if (less_left && wrongs(Mischief::miscounts_what_is_left)) {
            return refuse(61060210, original.amount - original.given_back + 1);
        }
        if (!(less_left && may && wrongs(Mischief::refunds_too_much)) &&
            !(none_left && may && original.cancelled && wrongs(Mischief::refunds_after_cancel))) {
            return refused;
        }
    } else if (planned_ == Mischief::calls_it_refunded && is_alone(number) &&
               wrongs(Mischief::calls_it_refunded)) {
        return refuse(61060209);
    } else if (wrongs(Mischief::forgets_a_transaction)) {
        return refuse(61060207);
    }
    apply(number);
    return told(number, 'n');
}

auto GeneratorService::move_decision(Number number) -> Answer {
    const Intent decision = intents_[number];
    Intent& request = intents_[decision.origin];
    const Wallet& wallet = wallets_[request.wallet];
    if (request.decided) {
        const bool may =
            decision.seq == 0 && request.verb == Verb::request && wallet.held >= request.amount;
        if (!may || !wrongs(Mischief::decides_twice)) return refuse(61060212);
    } else if (planned_ == Mischief::calls_it_decided && is_alone(number) &&
               wrongs(Mischief::calls_it_decided)) {
        return refuse(61060212);
    } else if (wrongs(Mischief::forgets_a_request)) {
        return refuse(61060211);
    }
    apply(number);
    Answer answer = told(number, 'n');
    if (tells_state(decision.verb) && wrongs(Mischief::tells_another_state)) {
        answer.text.back() = 'q';
    }
    if (wrongs(Mischief::loses_a_decision)) {
        take_back(number);
        request.decided = false;
    }
    return answer;
}

void GeneratorService::apply_decision(Number number) {
    Intent& decision = intents_[number];
    intents_[decision.origin].decided = true;
    bool pays = decision.verb == Verb::approve;
    if (!pays && wrongs(Mischief::pays_what_it_rejects)) pays = true;
    const bool keeps = pays && wrongs(Mischief::keeps_it_held);
    decision.seq = add(decision.wallet, pays ? -decision.amount : 0, keeps ? 0 : -decision.amount,
                       {.type = pays ? 'w' : 'l',
                        .amount = decision.amount,
                        .before = 0,
                        .balance = 0,
                        .held = 0,
                        .entry = 0,
                        .intent = number,
                        .counterparty = none});
}

void GeneratorService::apply_refund(Number number) {
    Intent& refund = intents_[number];
    Intent& original = intents_[refund.origin];
    if (refund.all_left) refund.amount = original.amount - original.given_back;
    if (refund.verb == Verb::cancel) {
        original.cancelled = true;
        if (refund.amount > 1 && wrongs(Mischief::cancels_less)) --refund.amount;
    }
    original.given_back += refund.amount;
    const bool to_asked = gives_to_asked(refund) != wrongs(Mischief::refunds_the_wrong_way);
    const Minor change = to_asked ? refund.amount : -refund.amount;
    Row row{.type = 'r',
            .amount = refund.amount,
            .before = 0,
            .balance = 0,
            .held = 0,
            .entry = 0,
            .intent = number,
            .counterparty = refund.other_wallet};
    refund.seq = add(refund.wallet, change, 0, row);
    if (refund.other_wallet == none || wrongs(Mischief::keeps_half_a_refund)) return;
    row.counterparty = refund.wallet;
    refund.payee_seq = add(refund.other_wallet, -change, 0, row);
}

}  // namespace coffer::tests::history
