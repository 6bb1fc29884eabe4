#include <algorithm>

#include "tests/history/judge.h"

namespace coffer::tests::history {
namespace {

// A read that sees a row before its own answer came may move what others must have seen; after so
// many rounds the rest is left (nothing false is ever reported for it).
constexpr int rounds_max = 4;

class Looks {
public:
    Looks(Evidence& evidence, Findings& findings) : all_{evidence}, findings_{findings} {}

    void judge() {
        sort();
        for (int round = 0; round < rounds_max; ++round) {
            spread_back(all_);
            moved_ = false;
            std::size_t place = 0;
            for (Number wallet = 0; wallet < all_.wallets.size(); ++wallet) {
                if (place != ends_[wallet]) begin(wallet);
                for (; place < ends_[wallet]; ++place) {
                    const std::size_t soon = std::min(place + 8, order_.size() - 1);
                    __builtin_prefetch(&all_.looks[order_[soon]]);
                    one(all_.looks[order_[place]]);
                }
            }
            if (!moved_ || findings_.count() != 0) return;
        }
    }

private:
    /// A look that is not over for one that began meanwhile.
    struct Placed {
        Instant completed;
        Number seq;
        Number operation;
    };

    /// By wallet, then by when they were asked; they come nearly so, by when they were answered.
    void sort() {
        ends_.assign(all_.wallets.size(), 0);
        for (const Look& look : all_.looks) ++ends_[look.wallet];
        std::size_t sum = 0;
        for (std::size_t& end : ends_) sum = end += sum;
        order_.resize(all_.looks.size());
        std::vector<std::size_t> free = ends_;
        for (auto place = static_cast<Number>(all_.looks.size()); place-- > 0;) {
            order_[--free[all_.looks[place].wallet]] = place;
        }
        for (std::size_t wallet = 0; wallet < ends_.size(); ++wallet) {
            std::sort(order_.begin() + static_cast<std::ptrdiff_t>(free[wallet]),
                      order_.begin() + static_cast<std::ptrdiff_t>(ends_[wallet]),
                      [this](Number left, Number right) {
                          return all_.looks[left].invoked < all_.looks[right].invoked;
                      });
        }
    }

    void begin(Number wallet) {
        slots_ = &all_.wallets[wallet].slots;
        surely_ = least_ = 0;
        least_by_ = none;
        under_way_.clear();
    }

    void one(const Look& look) {
        const Number size = slots_->size();
        while (surely_ < size && (*slots_)[surely_].seen_at < look.invoked) ++surely_;
        std::erase_if(under_way_, [&](const Placed& placed) {
            if (placed.completed >= look.invoked) return false;
            if (placed.seq > least_) {
                least_ = placed.seq;
                least_by_ = placed.operation;
            }
            return true;
        });
        const Number from = std::max(surely_, least_);
        for (Number seq = from; seq == from || (seq <= size && possible(seq, look)); ++seq) {
            if (!agrees(look, seq)) continue;
            under_way_.push_back({look.completed, seq, look.operation});
            if (seq > surely_ && (*slots_)[seq - 1].seen_at > look.completed) {
                Slot& slot = (*slots_)[seq - 1];
                slot.seen_at = look.completed;
                slot.seen_by = look.operation;
                moved_ = true;
            }
            return;
        }
        contradiction(look, from);
    }

    [[nodiscard]] bool possible(Number seq, const Look& look) const {
        return seq == 0 || (*slots_)[seq - 1].earliest <= look.completed;
    }

    [[nodiscard]] bool agrees(const Look& look, Number seq) const {
        const Minor balance = seq == 0 ? 0 : (*slots_)[seq - 1].balance;
        const Minor held = seq == 0 ? 0 : (*slots_)[seq - 1].held;
        switch (look.kind) {
            case Look::Kind::state: return look.balance == balance && look.held == held;
            case Look::Kind::number: return look.seq == seq;
            case Look::Kind::absent: return seq == 0;
            case Look::Kind::shortfall:
                return seq > 0 && balance - held < look.held &&
                       (look.balance == not_said || look.balance == balance - held);
        }
        return false;
    }

    void contradiction(const Look& look, Number from) {
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
        } else if (least_ > surely_) {
            words += say(" Row ", least_, " had been seen by an earlier read.");
            witnesses.push_back({least_by_});
        } else {
            const Number by = (*slots_)[from - 1].seen_by;
            const Number process = all_.operations[look.operation].process;
            words += say(" Row ", from, " was known before it was asked",
                         all_.operations[by].process == process ? ", to the same client." : ".");
            witnesses.push_back({by, from});
        }
        const bool refusal = look.kind == Look::Kind::shortfall || look.kind == Look::Kind::absent;
        findings_.add(refusal ? Rule::refusal : Rule::reads, std::move(words),
                      std::move(witnesses));
    }

    [[nodiscard]] std::string shown(const Look& look) const {
        switch (look.kind) {
            case Look::Kind::state: return say("the balance ", look.balance, " held ", look.held);
            case Look::Kind::number: return say(look.seq, " as its newest row");
            case Look::Kind::absent: return "that it does not exist";
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
    std::vector<std::size_t> ends_;  // by wallet: behind its last place in `order_`
    std::vector<Number> order_;
    Slots* slots_ = nullptr;
    Number surely_ = 0;  // rows that were there before the look was asked
    Number least_ = 0;   // rows that a look saw which was over by then
    Number least_by_ = none;
    std::vector<Placed> under_way_;
    bool moved_ = false;
};

}  // namespace

void judge_looks(Evidence& evidence, Findings& findings) { Looks{evidence, findings}.judge(); }

}  // namespace coffer::tests::history
