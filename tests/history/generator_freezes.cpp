#include <algorithm>

#include "tests/history/generator_service.h"

// What takes from a freeze: payments out of it, and its ends.

namespace coffer::tests::history {

/// Whether nothing else is under way that could end the freeze.
bool GeneratorService::ends_alone(Number number) const {
    const Intent& wanted = intents_[number];
    if (wanted.tries > 1) return false;
    for (Number other = 0; other < intents_.size(); ++other) {
        const Intent& intent = intents_[other];
        if (other != number && intent.freeze == wanted.freeze && intent.seq == 0 &&
            !intent.by_itself) {
            return false;
        }
    }
    return !intents_[wanted.freeze].is_due;
}

auto GeneratorService::refusal_of_payment(const Intent& payment) -> Answer {
    const Intent& freeze = intents_[payment.freeze];
    const bool nobody = payment.other_wallet != none && wallets_[payment.other_wallet].rows.empty();
    const bool may =
        !payment.all_left && !nobody && wallets_[payment.wallet].held >= payment.amount;
    if (freeze.still_held == 0) {
        return may && wrongs(Mischief::pays_after_the_end) ? Answer{} : refuse(61060204);
    }
    if (freeze.is_due) return refuse(61060204);
    if (nobody) return refuse(61060102);
    if (payment.all_left || payment.amount <= freeze.still_held) return {};
    if (wrongs(Mischief::miscounts_what_is_held)) return refuse(61060214, freeze.still_held + 1);
    if (may && wrongs(Mischief::pays_more_than_held)) return {};
    return refuse(61060214, freeze.still_held);
}

auto GeneratorService::move_of_freeze(Number number) -> Answer {
    const Intent wanted = intents_[number];
    Intent& freeze = intents_[wanted.freeze];
    const bool pays = wanted.verb == Verb::capture;
    if (wanted.seq != 0 && pays) {
        if (!wanted.heard || !wrongs(Mischief::pays_twice)) return repeat(number);
        apply(number);
        return told(number, 'n');
    }
    if (wanted.seq != 0) {
        if (wanted.heard && wrongs(Mischief::ends_a_freeze_twice)) return told(number, 'n');
        return refuse(61060204);
    }
    if (freeze.seq == 0 || (pays && wrongs(Mischief::forgets_a_freeze))) return refuse(61060203);
    if (freeze.still_held != 0 && planned_ == Mischief::calls_it_ended && ends_alone(number) &&
        wrongs(Mischief::calls_it_ended)) {
        return refuse(61060204);
    }
    if (!pays && freeze.still_held == 0) return refuse(61060204);
    if (pays) {
        if (Answer refused = refusal_of_payment(wanted); !refused.ok) return refused;
    }
    apply(number);
    Answer answer = told(number, 'n');
    if (pays && wanted.other_wallet == none && wrongs(Mischief::loses_a_payment)) {
        take_back(number);
        freeze.still_held += intents_[number].amount;
    }
    return answer;
}

void GeneratorService::apply_payment(Number number) {
    Intent& payment = intents_[number];
    Intent& freeze = intents_[payment.freeze];
    if (payment.all_left && payment.seq == 0) payment.amount = freeze.still_held;
    freeze.still_held = std::max<Minor>(freeze.still_held - payment.amount, 0);
    Row row{.type = 'p',
            .amount = payment.amount,
            .before = 0,
            .balance = 0,
            .held = 0,
            .entry = 0,
            .intent = number,
            .counterparty = payment.other_wallet};
    payment.seq = add(payment.wallet, -payment.amount, -payment.amount, row);
    if (payment.other_wallet == none || wrongs(Mischief::keeps_half_a_payment)) return;
    row.type = 'i';
    row.counterparty = payment.wallet;
    payment.payee_seq = add(payment.other_wallet, payment.amount, 0, row);
}

void GeneratorService::apply_end(Number number) {
    Intent& end = intents_[number];
    Intent& freeze = intents_[end.freeze];
    if (end.freeze == kept_) {
        kept_ = none;
        did_wrong_ = false;  // somebody else has ended it
    }
    end.amount = freeze.still_held;
    if (end.amount != freeze.amount && wrongs(Mischief::gives_back_the_whole)) {
        end.amount = freeze.amount;
    }
    freeze.still_held = 0;
    end.seq = add(end.wallet, 0, -end.amount,
                  {.type = 'u',
                   .amount = end.amount,
                   .before = 0,
                   .balance = 0,
                   .held = 0,
                   .entry = 0,
                   .intent = number,
                   .counterparty = none});
}

void GeneratorService::end_by_itself(Number freeze) {
    apply(freeze + 1);
    if (!wrongs(Mischief::expires_twice)) return;
    intents_[freeze].still_held = intents_[freeze + 1].amount;
    apply(freeze + 1);
}

void GeneratorService::is_due(Number freeze) {
    intents_[freeze].is_due = true;
    if (freeze == early_) did_wrong_ = false;  // nobody need have seen it before
    due_.push_back(freeze);
}

void GeneratorService::end_due_freezes() {
    for (const Number freeze : due_) {
        if (intents_[freeze].still_held == 0) continue;
        if (wrongs(Mischief::never_expires)) {
            kept_ = freeze;
        } else {
            end_by_itself(freeze);
        }
    }
    due_.clear();
    if (planned_ != Mischief::expires_early) return;
    for (Number number = 0; number < intents_.size(); ++number) {
        const Intent& freeze = intents_[number];
        const bool early = freeze.verb == Verb::freeze_until && freeze.still_held != 0;
        if (!early || !wrongs(Mischief::expires_early)) continue;
        end_by_itself(number);
        early_ = number;
    }
}

}  // namespace coffer::tests::history
