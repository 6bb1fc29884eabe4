#include <algorithm>

#include "tests/history/hindsight.h"
#include "tests/history/judge.h"

namespace coffer::tests::history {
namespace {

/// In the order in which they were asked. A read that sees a row before its own answer came moves
/// what others must have seen, but only those that are asked later.
class Looks {
public:
    Looks(Evidence& evidence, Findings& findings)
        : all_{evidence},
          findings_{findings},
          hindsight_{evidence},
          seen_(evidence.wallets.size()) {}

    void judge() {
        sort(all_.looks);
        hindsight_.carry_all();
        for (const Look& look : all_.looks) one(look);
    }

private:
    /// A look that is not over for one that began meanwhile.
    struct Placed {
        Instant completed;
        Number seq;
        Number operation;
    };

    /// What whoever asks next for a wallet must see.
    struct Seen {
        Number surely = 0;  // rows that were there before he asked
        Number least = 0;   // rows that a look saw which was over by then
        Number least_by = none;
        std::vector<Placed> under_way;
    };

    /// By when they were asked. They come nearly so, by when they were answered: a sort that looks
    /// at the neighbours only, unless that turns out to be a bad idea.
    static void sort(std::vector<Look>& looks) {
        std::size_t moves = 0;
        for (std::size_t place = 1; place < looks.size(); ++place) {
            const Look look = looks[place];
            std::size_t free = place;
            for (; free > 0 && looks[free - 1].invoked > look.invoked; --free, ++moves) {
                looks[free] = looks[free - 1];
            }
            if (free != place) looks[free] = look;
            if (moves > 32 * looks.size()) break;
        }
        const auto by_asking = [](const Look& left, const Look& right) {
            return left.invoked < right.invoked;
        };
        if (moves > 32 * looks.size()) std::sort(looks.begin(), looks.end(), by_asking);
    }

    void one(const Look& look) {
        slots_ = &all_.wallets[look.wallet].slots;
        Seen& seen = seen_[look.wallet];
        const Number size = slots_->size();
        while (seen.surely < size && (*slots_)[seen.surely].seen_at < look.invoked) ++seen.surely;
        // The next look at this wallet will come from here, but not soon.
        __builtin_prefetch(slots_->find(seen.surely + 4));
        std::erase_if(seen.under_way, [&](const Placed& placed) {
            if (placed.completed >= look.invoked) return false;
            if (placed.seq > seen.least) {
                seen.least = placed.seq;
                seen.least_by = placed.operation;
            }
            return true;
        });
        const Number from = std::max(seen.surely, seen.least);
        for (Number seq = from; seq == from || (seq <= size && possible(seq, look)); ++seq) {
            if (!agrees(look, seq)) continue;
            seen.under_way.push_back({look.completed, seq, look.operation});
            if (seq > seen.surely) {
                hindsight_.carry(look.wallet, seq, look.completed, look.operation);
            }
            return;
        }
        contradiction(look, seen, from);
    }

    [[nodiscard]] bool possible(Number seq, const Look& look) const {
        return seq == 0 || (*slots_)[seq - 1].earliest <= look.completed;
    }

    [[nodiscard]] bool agrees(const Look& look, Number seq) const {
        const Minor balance = seq == 0 ? 0 : (*slots_)[seq - 1].balance;
        const Minor held = seq == 0 ? 0 : (*slots_)[seq - 1].held;
        switch (look.kind) {
            case Look::Kind::state: return look.balance == balance && look.held == held;
            case Look::Kind::number: return look.number == seq;
            case Look::Kind::absent: return seq == 0;
            case Look::Kind::left: return is_left(look, seq);
            case Look::Kind::still_held: return is_still_held(look, seq);
            case Look::Kind::decided: return is_decided(look, seq);
            case Look::Kind::shortfall:
                return seq > 0 && balance - held < look.held &&
                       (look.balance == not_said || look.balance == balance - held);
        }
        return false;
    }

    [[nodiscard]] bool is_decided(const Look& look, Number seq) const {
        const Number request = all_.details_of(all_.intents[look.number]).origin;
        const Intent& asked = all_.intents[request];
        if (asked.movement == Movement::withdraw) return asked.seq != none && asked.seq <= seq;
        const auto found = all_.decided_at.find(request);
        return found != all_.decided_at.end() && found->second <= seq;
    }

    [[nodiscard]] bool is_left(const Look& look, Number seq) const {
        const Number original = all_.details_of(all_.intents[look.number]).origin;
        const auto left = all_.left_of(original, look.wallet, seq);
        return left == look.balance && *left < look.held;
    }

    /// Nothing where it has ended, which is said in other words than that less is left.
    [[nodiscard]] bool is_still_held(const Look& look, Number seq) const {
        const Number freeze = all_.details_of(all_.intents[look.number]).origin;
        const auto left = all_.held_by_freeze(freeze, seq);
        return left == look.balance && *left < look.held;
    }

    void contradiction(const Look& look, const Seen& seen, Number from) {
        Number last = from;
        while (last < slots_->size() && possible(last + 1, look)) ++last;
        std::vector<Witness> witnesses{{look.operation}};
        std::string words = say("an answer about ", all_.wallet_name(look.wallet), " shows ",
                                shown(look), ". While it was asked there were ", from);
        if (last != from) words += say(" to ", last);
        words += " rows";
        if (from > 0) words += say(", balance ", state(from));
        words += ". ";
        words += like_before(look, from);
        if (from == 0) {
            if (last < slots_->size()) witnesses.push_back({(*slots_)[last].seen_by, last + 1});
        } else if (seen.least > seen.surely) {
            words += say(" Row ", seen.least, " had been seen by an earlier read.");
            witnesses.push_back({seen.least_by});
        } else {
            const Number by = (*slots_)[from - 1].seen_by;
            const bool same = all_.operations[by] == all_.operations[look.operation];
            words += say(" Row ", from, " was known before it was asked",
                         same ? ", to the same client." : ".");
            witnesses.push_back({by, from});
        }
        const bool refusal = look.kind != Look::Kind::state && look.kind != Look::Kind::number;
        findings_.add(refusal ? Rule::refusal : Rule::reads, std::move(words),
                      std::move(witnesses));
    }

    [[nodiscard]] std::string shown(const Look& look) const {
        switch (look.kind) {
            case Look::Kind::state: return say("the balance ", look.balance, " held ", look.held);
            case Look::Kind::number: return say(look.number, " as its newest row");
            case Look::Kind::absent: return "that it does not exist";
            case Look::Kind::decided:
                return say("that what ", all_.intent_name(look.number), " decides was decided");
            case Look::Kind::left:
                return say("that ", look.balance, " is left for ", all_.intent_name(look.number));
            case Look::Kind::still_held:
                if (look.balance == 0) {
                    return say("that the freeze has ended which ", all_.intent_name(look.number),
                               " takes from");
                }
                return say("that ", look.balance, " is still held for ",
                           all_.intent_name(look.number));
            case Look::Kind::shortfall:
                return say("that ", look.held, " is more than what is available",
                           look.balance == not_said ? std::string{} : say(", ", look.balance));
        }
        return {};
    }

    [[nodiscard]] std::string state(Number seq) const {
        return say((*slots_)[seq - 1].balance, " held ", (*slots_)[seq - 1].held);
    }

    [[nodiscard]] std::string like_before(const Look& look, Number from) const {
        for (Number seq = from; seq-- > 0;) {
            if (agrees(look, seq))
                return say("It is true of the state after row ", seq, ": a stale one.");
        }
        return "It was never true before.";
    }

    Evidence& all_;
    Findings& findings_;
    Hindsight hindsight_;
    std::vector<Seen> seen_;  // by wallet
    const Slots* slots_ = nullptr;
};

}  // namespace

void judge_looks(Evidence& evidence, Findings& findings) { Looks{evidence, findings}.judge(); }

}  // namespace coffer::tests::history
