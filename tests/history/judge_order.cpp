#include <algorithm>

#include "tests/history/judge.h"
#include "tests/history/steps.h"

namespace coffer::tests::history {
namespace {

__extension__ using Wide = __int128;

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
        Steps steps{all_};
        const bool whole =
            steps.run([this](Number wallet, Number seq) { play(wallet, seq); },
                      [this](Number wallet, Number seq) { play_transfer(wallet, seq); });
        if (!whole && findings_.count() == 0) circle(steps);
        if (findings_.count() == 0) due_freezes();
        each_row_told(all_, [this](const Told& told, const Slot& slot) { compare(told, slot); });
    }

private:
    void play(Number wallet, Number seq) {
        Money& money = money_[wallet];
        Slot& slot = all_.row(wallet, seq);
        money.balance += change_by(slot.movement, slot.amount);
        money.held += held_by(slot.movement, slot.amount);
        if (follows_another(slot.movement)) [[unlikely]]
            comes_behind(slot, wallet, seq);
        money.clock = std::max(money.clock, slot.earliest);
        stand(slot, money, wallet, seq);
        death_bounds(slot);
        if (money.clock <= slot.seen_at) return;
        late(slot, wallet, seq);
        money.clock = slot.seen_at;  // said once: what follows is not held against it again
    }

    /// From either of its sides.
    void play_transfer(Number wallet, Number seq) {
        Slot* slot = &all_.row(wallet, seq);
        Slot* payee_slot = &all_.row(slot->other_wallet, slot->other_seq);
        if (rule_of(slot->movement).balance > 0) std::swap(slot, payee_slot);
        play_sides(*slot, *payee_slot);
    }

    void play_sides(Slot& slot, Slot& payee_slot) {
        const Number wallet = payee_slot.other_wallet;
        const Number seq = payee_slot.other_seq;
        Money& own = money_[wallet];
        Money& payee = money_[slot.other_wallet];
        own.balance -= slot.amount;
        own.held += held_by(slot.movement, slot.amount);
        payee.balance += slot.amount;
        own.clock = payee.clock = std::max({own.clock, payee.clock, slot.earliest});
        stand(payee_slot, payee, slot.other_wallet, slot.other_seq);
        share(slot, payee_slot);
        stand(slot, own, wallet, seq);
        if (follows_another(slot.movement)) [[unlikely]]
            comes_behind(slot, wallet, seq);
        if (death_bounds(slot)) see_as(slot, payee_slot);
        if (own.clock <= slot.seen_at) return;
        late(slot, wallet, seq);
        own.clock = payee.clock = slot.seen_at;
    }

    static void see_as(const Slot& sooner, Slot& later) {
        later.seen_at = sooner.seen_at;
        later.seen_by = sooner.seen_by;
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
    void share(Slot& one, Slot& other) {
        if (one.entry != other.entry) {
            findings_.add(Rule::atomicity,
                          say("the two rows of ", all_.intent_name(one.intent),
                              " are of two journal entries"),
                          {{all_.asked_by[one.intent]},
                           {one.seen_by, other.other_seq},
                           {other.seen_by, one.other_seq}});
        }
        if (one.seen_at > other.seen_at) {
            see_as(other, one);
        } else {
            see_as(one, other);
        }
    }

    void comes_behind(const Slot& slot, Number wallet, Number seq) {
        if (is_of_freeze(slot.movement)) return take_from_freeze(slot, wallet, seq);
        if (is_decision(slot.movement)) return decide(slot, wallet, seq);
        give_back(slot, wallet, seq);
    }

    void decide(const Slot& slot, Number wallet, Number seq) {
        const Number number = all_.details_of(all_.intents[slot.intent]).origin;
        const Intent& request = all_.intents[number];
        const std::vector<Witness> witnesses{
            {all_.asked_by[number]}, {all_.asked_by[slot.intent]}, {slot.seen_by, seq}};
        if (request.movement != Movement::withdrawal_hold || request.seq == none ||
            request.seq >= seq) {
            findings_.add(Rule::order,
                          say("row ", seq, " of ", all_.wallet_name(wallet),
                              " decides what the rows before it do not hold"),
                          witnesses);
            return;
        }
        const auto [before, is_first] = all_.decided_at.emplace(number, seq);
        if (is_first) return;
        findings_.add(
            Rule::decision,
            say(all_.intent_name(number), " is decided twice in ", all_.wallet_name(wallet),
                ": as row ", before->second, " and as row ", seq),
            witnesses);
    }

    /// In sum never more than the original, whatever of it was answered.
    void give_back(const Slot& slot, Number wallet, Number seq) {
        const Intent& refund = all_.intents[slot.intent];
        const Number number = all_.details_of(refund).origin;
        const bool own = all_.intents[number].wallet == wallet;
        const std::vector<Witness> witnesses{
            {all_.asked_by[number]}, {all_.asked_by[slot.intent]}, {slot.seen_by, seq}};
        const auto before = all_.left_of(number, wallet, seq);
        if (!before) {
            findings_.add(Rule::order,
                          say("row ", seq, " of ", all_.wallet_name(wallet),
                              " gives back what the rows before it do not have"),
                          witnesses);
            return;
        }
        if (slot.amount > *before || (refund.all_left && slot.amount != *before)) {
            findings_.add(Rule::refunds,
                          say("row ", seq, " of ", all_.wallet_name(wallet), ", ",
                              all_.intent_name(slot.intent), ", gives back ", slot.amount, "; of ",
                              all_.intent_name(number), " ", *before, " was left"),
                          witnesses);
        }
        all_.given_back[number].push_back({.seq = own ? seq : slot.other_seq,
                                           .other_seq = own ? slot.other_seq : seq,
                                           .left = *before - slot.amount});
    }

    /// In sum never more than was frozen, and nothing behind its end.
    void take_from_freeze(const Slot& slot, Number wallet, Number seq) {
        const Number number = all_.details_of(all_.intents[slot.intent]).origin;
        const std::vector<Witness> witnesses{
            {all_.asked_by[number]}, {all_.asked_by[slot.intent]}, {slot.seen_by, seq}};
        const auto left = all_.held_by_freeze(number, seq);
        if (!left) {
            findings_.add(Rule::order,
                          say("row ", seq, " of ", all_.wallet_name(wallet),
                              " takes from a freeze that the rows before it do not have"),
                          witnesses);
            return;
        }
        const bool all = ends_freeze(slot.movement) || all_.intents[slot.intent].all_left;
        if (*left == 0 || slot.amount > *left || (all && slot.amount != *left)) {
            findings_.add(Rule::holds,
                          say("row ", seq, " of ", all_.wallet_name(wallet), ", ",
                              all_.intent_name(slot.intent), ", takes ", slot.amount, "; of ",
                              all_.intent_name(number), " ", *left, " was left"),
                          witnesses);
        } else if (slot.amount == *left) {
            all_.row(wallet, all_.intents[number].seq).other_seq = seq;
        } else {
            all_.paid_out[number].push_back({.seq = seq, .left = *left - slot.amount});
        }
    }

    void due_freezes() {
        for (const Number number : all_.due) {
            const Intent& freeze = all_.intents[number];
            const Number last = all_.wallets[freeze.wallet].slots.size();
            if (all_.held_by_freeze(number, last).value_or(0) == 0) continue;
            findings_.add(Rule::holds,
                          say(all_.intent_name(number), " in ", all_.wallet_name(freeze.wallet),
                              " was due, and nothing has ended it by the last reads"),
                          {{all_.asked_by[number]}, {all_.row_of(freeze)->seen_by, freeze.seq}});
        }
    }

    /// What nobody knew the outcome of was decided when the process died. Answers whether that is
    /// how the row was seen.
    bool death_bounds(Slot& slot) {
        if (slot.told_first || slot.movement == Movement::expiry) return false;
        const Details& details = all_.details_of(all_.intents[slot.intent]);
        const auto death =
            std::lower_bound(all_.deaths.begin(), all_.deaths.end(), details.unsure_until);
        if (death == all_.deaths.end() || *death >= slot.seen_at) return false;
        slot.seen_at = *death;
        slot.seen_by = details.unsure_by;
        return true;
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
                      {{slot.seen_by, seq}, {all_.asked_by[before]}});
    }

    /// The intent that made the rows up to this one so late.
    Number asked_at(Instant earliest, Number wallet, Number seq) const {
        while (true) {
            const Slot& slot = all_.wallets[wallet].slots[seq - 1];
            const Intent& intent = all_.intents[slot.intent];
            if (intent.since == earliest) return slot.intent;
            if (seq > 1 && all_.wallets[wallet].slots[seq - 2].earliest == earliest) {
                --seq;
            } else if (is_two_sided(slot.movement)) {
                wallet = slot.other_wallet;
                seq = slot.other_seq;
                if (seq <= 1) return slot.intent;
                --seq;
            } else {
                return slot.intent;
            }
        }
    }

    /// Follows who waits for whom until somebody comes again.
    void circle(const Steps& steps) {
        Number wallet = 0;
        while (steps.at_end(wallet)) ++wallet;
        std::vector<Number> passed;
        while (std::find(passed.begin(), passed.end(), wallet) == passed.end()) {
            passed.push_back(wallet);
            wallet = waits_for(steps, wallet).other_wallet;
        }
        passed.erase(passed.begin(), std::find(passed.begin(), passed.end(), wallet));
        std::string words = "transfers stand in an order that no single order explains:";
        std::vector<Witness> witnesses;
        for (const Number at : passed) {
            const Slot& slot = waits_for(steps, at);
            words += say(" row ", steps.next(at), " of ", all_.wallet_name(at), " is ",
                         all_.intent_name(slot.intent), ", which comes later in the other wallet;");
            witnesses.push_back({slot.seen_by, steps.next(at)});
            witnesses.push_back({all_.asked_by[slot.intent]});
        }
        findings_.add(Rule::order, std::move(words), std::move(witnesses));
    }
    [[nodiscard]] const Slot& waits_for(const Steps& steps, Number wallet) const {
        return all_.row(wallet, steps.next(wallet));
    }

    void compare(const Told& told, const Slot& slot) {
        if (slot.balance == told.balance && slot.held == told.held) return;
        if (told.balance == not_said) return;
        const Number seq = all_.intents[told.intent].seq;
        findings_.add(Rule::balance,
                      say(all_.intent_name(told.intent), " was answered with the balance ",
                          told.balance, " of which held ", told.held, "; its row ", seq,
                          " stands at ", slot.balance, " of which held ", slot.held),
                      {{told.operation}, {slot.seen_by, seq}});
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

}  // namespace coffer::tests::history
