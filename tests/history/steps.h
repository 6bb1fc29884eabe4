#pragma once

#include <vector>

#include "tests/history/evidence.h"

namespace coffer::tests::history {

/// Steps along the rows of all wallets, from their first, so that every row is visited behind the
/// one before it in each wallet that it stands in: both sides of a transfer together.
class Steps {
public:
    explicit Steps(Evidence& evidence) : all_{evidence}, done_(evidence.wallets.size(), 0) {}

    /// Calls `alone(wallet, seq)` for a row that has no twin, `both(wallet, seq)` for one side of a
    /// transfer. Answers whether it came to the end; when it did not, transfers stand in one order
    /// here and in another there.
    template <class Alone, class Both>
    bool run(Alone&& alone, Both&& both) {
        for (Number wallet = 0; wallet < all_.wallets.size(); ++wallet) waiting_.push_back(wallet);
        while (!waiting_.empty()) {
            const Number wallet = waiting_.back();
            waiting_.pop_back();
            walk(wallet, alone, both);
        }
        bool whole = true;
        for (Number wallet = 0; wallet < all_.wallets.size(); ++wallet) {
            whole = whole && at_end(wallet);
        }
        return whole;
    }

    [[nodiscard]] bool at_end(Number wallet) const {
        return done_[wallet] == all_.wallets[wallet].slots.size();
    }
    /// The seq of the wallet's row that is next.
    [[nodiscard]] Number next(Number wallet) const { return done_[wallet] + 1; }

private:
    template <class Alone, class Both>
    void walk(Number wallet, Alone& alone, Both& both) {
        Slots& slots = all_.wallets[wallet].slots;
        while (!at_end(wallet)) {
            const Number seq = next(wallet);
            __builtin_prefetch(slots.find(seq + 11), 1);
            const Slot& slot = slots[seq - 1];
            if (!is_two_sided(slot.movement)) {
                alone(wallet, seq);
            } else {
                const Number other = slot.other_wallet;
                if (at_end(other) || next(other) != slot.other_seq) return;
                both(wallet, seq);
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

}  // namespace coffer::tests::history
