#include <algorithm>

#include "tests/history/judge.h"

namespace coffer::tests::history {
namespace {

__extension__ using Wide = __int128;

/// Steps along the rows of all wallets, from their first or from their last, so that every row is
/// visited behind the one before it in each wallet that it stands in: both sides of a transfer
/// together. Answers whether it came to the end; when it did not, transfers stand in one order here
/// and in another there.
template <bool forward>
class Steps {
public:
    explicit Steps(Evidence& evidence) : all_{evidence}, done_(evidence.wallets.size(), 0) {}

    template <class Visit>
    bool run(Visit&& visit) {
        bool whole = true;
        for (Number wallet = 0; wallet < all_.wallets.size(); ++wallet) waiting_.push_back(wallet);
        while (!waiting_.empty()) {
            const Number wallet = waiting_.back();
            waiting_.pop_back();
            walk(wallet, visit);
        }
        for (Number wallet = 0; wallet < all_.wallets.size(); ++wallet) {
            whole = whole && at_end(wallet);
        }
        return whole;
    }

    [[nodiscard]] bool at_end(Number wallet) const {
        return done_[wallet] == all_.wallets[wallet].slots.size();
    }
    /// The row of the wallet that is next, from 1.
    [[nodiscard]] Number next(Number wallet) const {
        const Number size = all_.wallets[wallet].slots.size();
        return forward ? done_[wallet] + 1 : size - done_[wallet];
    }

private:
    template <class Visit>
    void walk(Number wallet, Visit& visit) {
        const Slots& slots = all_.wallets[wallet].slots;
        while (!at_end(wallet)) {
            const Number seq = next(wallet);
            // Rows stand beside each other, what was asked for does not.
            const std::size_t soon = forward ? seq + 7 : seq - 9;
            if (soon < slots.size() && (forward || slots[soon].of_transfer)) {
                __builtin_prefetch(&all_.intents[slots[soon].intent]);
            }
            if (!slots[seq - 1].of_transfer) {
                visit(wallet, slots[seq - 1].intent, seq, none);
            } else {
                const Intent& intent = all_.intents[slots[seq - 1].intent];
                const Number other = intent.wallet == wallet ? intent.payee : intent.wallet;
                const Number other_seq = intent.wallet == wallet ? intent.payee_seq : intent.seq;
                if (at_end(other) || next(other) != other_seq) return;
                visit(wallet, slots[seq - 1].intent, intent.seq, intent.payee_seq);
                ++done_[other];
                waiting_.push_back(other);
            }
            ++done_[wallet];
        }
    }

    Evidence& all_;
    std::vector<Number> done_;
    std::vector<Number> waiting_;
};

/// What a wallet holds, by rules written for this purpose alone.
struct Money {
    Wide balance = 0;
    Wide held = 0;
    Instant clock = 0;  ///< the newest row cannot have taken effect before
};

class Order {
public:
    Order(Evidence& evidence, Findings& findings)
        : all_{evidence}, findings_{findings}, money_(evidence.wallets.size()) {}

    void judge() {
        Steps<true> steps{all_};
        const bool whole = steps.run([this](Number, Number intent, Number seq, Number payee_seq) {
            play(all_.intents[intent], seq, payee_seq);
        });
        if (!whole && findings_.count() == 0) circle(steps);
        for (const Told& told : all_.told) compare(told);
    }

private:
    void play(const Intent& intent, Number seq, Number payee_seq) {
        Money& own = money_[intent.wallet];
        Slot& slot = all_.wallets[intent.wallet].slots[seq - 1];
        switch (intent.verb) {
            case Verb::deposit: own.balance += intent.amount; break;
            case Verb::transfer:
            case Verb::withdraw: own.balance -= intent.amount; break;
            case Verb::freeze: own.held += intent.amount; break;
            case Verb::unfreeze: own.held -= intent.amount; break;
            case Verb::status:
            case Verb::balance:
            case Verb::page: break;
        }
        if (intent.verb == Verb::unfreeze) freeze_comes_first(intent, seq);
        Instant clock = std::max(own.clock, intent.since);
        if (payee_seq != none) {
            Money& payee = money_[intent.payee];
            Slot& payee_slot = all_.wallets[intent.payee].slots[payee_seq - 1];
            payee.balance += intent.amount;
            clock = std::max(clock, payee.clock);
            payee.clock = clock;
            stand(payee_slot, payee, intent.payee, payee_seq);
            share(slot, payee_slot, intent);
        }
        own.clock = clock;
        stand(slot, own, intent.wallet, seq);
        death_bounds(slot, intent);
        if (clock <= slot.seen_at) return;
        late(slot, intent.wallet, seq);
        // Said once: what follows is not held against it again.
        own.clock = slot.seen_at;
        if (payee_seq != none) money_[intent.payee].clock = slot.seen_at;
    }

    /// The row as the model has it.
    void stand(Slot& slot, const Money& money, Number wallet, Number seq) {
        if (slot.balance != money.balance || (slot.held != not_said && slot.held != money.held)) {
            findings_.add(
                Rule::balance,
                say("row ", seq, " of ", all_.wallet_name(wallet), " shows the balance ",
                    slot.balance,
                    slot.held != not_said ? say(" of which held ", slot.held) : std::string{},
                    "; all rows up to it make ", text(money.balance), " of which held ",
                    text(money.held)),
                neighbours(wallet, seq));
        }
        if (money.held < 0 || money.balance < money.held) {
            findings_.add(Rule::floor,
                          say("after row ", seq, " ", all_.wallet_name(wallet), " holds ",
                              text(money.balance), " of which held ", text(money.held),
                              ": more left than was available"),
                          neighbours(wallet, seq));
        }
        slot.held = static_cast<Minor>(money.held);
        slot.earliest = money.clock;
    }

    /// Both sides of a transfer are one thing, seen as soon as one of them is.
    void share(Slot& one, Slot& other, const Intent& intent) {
        if (one.entry != other.entry) {
            findings_.add(
                Rule::atomicity,
                say("the two rows of ", all_.intent_name(one.intent),
                    " are of two journal entries"),
                {{intent.asked_by}, {one.seen_by, intent.seq}, {other.seen_by, intent.payee_seq}});
        }
        Slot& later = one.seen_at > other.seen_at ? one : other;
        const Slot& sooner = one.seen_at > other.seen_at ? other : one;
        later.seen_at = sooner.seen_at;
        later.seen_by = sooner.seen_by;
    }

    void freeze_comes_first(const Intent& unfreeze, Number seq) {
        const Number frozen = all_.intents[unfreeze.freeze].seq;
        if (frozen != none && frozen < seq) return;
        findings_.add(Rule::order,
                      say("row ", seq, " of ", all_.wallet_name(unfreeze.wallet),
                          " ends a freeze that the rows before it do not have"),
                      {{unfreeze.asked_by}, {all_.intents[unfreeze.freeze].asked_by}});
    }

    /// What nobody knew the outcome of was decided when the process died.
    void death_bounds(Slot& slot, const Intent& intent) {
        if (intent.first_by != none) return;
        const auto death =
            std::lower_bound(all_.deaths.begin(), all_.deaths.end(), intent.unsure_until);
        if (death == all_.deaths.end() || *death >= slot.seen_at) return;
        slot.seen_at = *death;
        slot.seen_by = intent.unsure_by;
        if (intent.payee == none) return;
        Slot& other = all_.wallets[intent.payee].slots[intent.payee_seq - 1];
        other.seen_at = slot.seen_at;
        other.seen_by = slot.seen_by;
    }

    void late(const Slot& slot, Number wallet, Number seq) {
        const Number before = asked_at(slot.earliest, wallet, seq);
        findings_.add(Rule::order,
                      say("row ", seq, " of ", all_.wallet_name(wallet), ", ",
                          all_.intent_name(slot.intent), ", was seen at ", slot.seen_at,
                          before == slot.intent ? ", before it was asked for, at "
                                                : ", and comes behind what was asked for later: ",
                          before == slot.intent ? std::string{} : all_.intent_name(before),
                          before == slot.intent ? "" : ", at ", slot.earliest),
                      {{slot.seen_by, seq}, {all_.intents[before].asked_by}});
    }

    /// The intent that made the rows up to this one so late.
    Number asked_at(Instant earliest, Number wallet, Number seq) const {
        while (true) {
            const Slot& slot = all_.wallets[wallet].slots[seq - 1];
            const Intent& intent = all_.intents[slot.intent];
            if (intent.since == earliest) return slot.intent;
            if (seq > 1 && all_.wallets[wallet].slots[seq - 2].earliest == earliest) {
                --seq;
            } else if (intent.payee != none) {
                const bool payee = wallet == intent.payee;
                wallet = payee ? intent.wallet : intent.payee;
                seq = payee ? intent.seq : intent.payee_seq;
                if (seq <= 1) return slot.intent;
                --seq;
            } else {
                return slot.intent;
            }
        }
    }

    /// Follows who waits for whom until somebody comes again.
    void circle(const Steps<true>& steps) {
        Number wallet = 0;
        while (steps.at_end(wallet)) ++wallet;
        std::vector<Number> passed;
        while (std::find(passed.begin(), passed.end(), wallet) == passed.end()) {
            passed.push_back(wallet);
            const Intent& intent = waits_for(steps, wallet);
            wallet = intent.wallet == wallet ? intent.payee : intent.wallet;
        }
        passed.erase(passed.begin(), std::find(passed.begin(), passed.end(), wallet));
        std::string words = "transfers stand in an order that no single order explains:";
        std::vector<Witness> witnesses;
        for (const Number at : passed) {
            const Intent& intent = waits_for(steps, at);
            words += say(" row ", steps.next(at), " of ", all_.wallet_name(at), " is ",
                         all_.intent_name(all_.wallets[at].slots[steps.next(at) - 1].intent),
                         ", which comes later in the other wallet;");
            witnesses.push_back(
                {all_.wallets[at].slots[steps.next(at) - 1].seen_by, steps.next(at)});
            witnesses.push_back({intent.asked_by});
        }
        findings_.add(Rule::order, std::move(words), std::move(witnesses));
    }
    const Intent& waits_for(const Steps<true>& steps, Number wallet) const {
        return all_.intents[all_.wallets[wallet].slots[steps.next(wallet) - 1].intent];
    }

    void compare(const Told& told) {
        const Intent& intent = all_.intents[told.intent];
        const Slot* slot = all_.row_of(intent);
        if (slot == nullptr || (slot->balance == told.balance && slot->held == told.held)) return;
        findings_.add(Rule::balance,
                      say(all_.intent_name(told.intent), " was answered with the balance ",
                          told.balance, " of which held ", told.held, "; its row ", intent.seq,
                          " stands at ", slot->balance, " of which held ", slot->held),
                      {{told.operation}, {slot->seen_by, intent.seq}});
    }

    std::vector<Witness> neighbours(Number wallet, Number seq) const {
        const auto& slots = all_.wallets[wallet].slots;
        std::vector<Witness> found;
        if (seq > 1) found.push_back({slots[seq - 2].seen_by, seq - 1});
        found.push_back({slots[seq - 1].seen_by, seq});
        return found;
    }
    static std::string text(Wide value) { return std::to_string(static_cast<std::int64_t>(value)); }

    Evidence& all_;
    Findings& findings_;
    std::vector<Money> money_;
};

}  // namespace

void judge_order(Evidence& evidence, Findings& findings) { Order{evidence, findings}.judge(); }

void spread_back(Evidence& evidence) {
    const auto spread = [&evidence](Slot& slot, Number wallet, Number seq) {
        const auto& slots = evidence.wallets[wallet].slots;
        if (seq == slots.size() || slots[seq].seen_at >= slot.seen_at) return;
        slot.seen_at = slots[seq].seen_at;
        slot.seen_by = slots[seq].seen_by;
    };
    Steps<false> steps{evidence};
    steps.run([&](Number wallet, Number number, Number seq, Number payee_seq) {
        if (payee_seq == none) {
            return spread(evidence.wallets[wallet].slots[seq - 1], wallet, seq);
        }
        const Intent& intent = evidence.intents[number];
        Slot& slot = evidence.wallets[intent.wallet].slots[seq - 1];
        spread(slot, intent.wallet, seq);
        Slot& other = evidence.wallets[intent.payee].slots[payee_seq - 1];
        spread(other, intent.payee, payee_seq);
        Slot& later = slot.seen_at > other.seen_at ? slot : other;
        const Slot& sooner = slot.seen_at > other.seen_at ? other : slot;
        later.seen_at = sooner.seen_at;
        later.seen_by = sooner.seen_by;
    });
}

}  // namespace coffer::tests::history
