#pragma once

#include <vector>

#include "tests/history/evidence.h"

namespace coffer::tests::history {

/// Steps along the rows of all wallets, from their first, so that every row is visited behind the
/// one before it in each wallet that it stands in: both sides of a transfer together.
class Steps {
public:
    explicit Steps(Evidence& evidence) : all_{evidence}, done_(evidence.wallets.size(), 0) {}

    /// Calls `alone(wallet, seq)` for a row that has no twin, `both(intent)` for the two of a
    /// transfer. Answers whether it came to the end; when it did not, transfers stand in one
    /// order here and in another there.
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
            fetch_early(slots, seq);
            const Slot& slot = slots[seq - 1];
            if (!is_transfer(slot.movement)) {
                alone(wallet, seq);
            } else {
                const Intent& intent = all_.intents[slot.intent];
                const Details& details = all_.details[intent.details];
                const bool pays = slot.movement == Movement::transfer_out;
                const Number other = pays ? details.payee : intent.wallet;
                if (at_end(other) || next(other) != (pays ? details.payee_seq : intent.seq)) return;
                both(slot.intent);
                ++done_[other];
                waiting_.push_back(other);
            }
            ++done_[wallet];
        }
    }

    /// Rows stand beside each other, what a transfer wanted does not.
    void fetch_early(const Slots& slots, Number seq) const {
        PREFETCH(slots.place_of(seq + 11));
        if (seq + 7 >= slots.size()) return;
        if (const Slot& soon = slots[seq + 7]; is_transfer(soon.movement)) {
            PREFETCH(&all_.intents[soon.intent]);
        }
        if (const Slot& soon = slots[seq + 3]; is_transfer(soon.movement)) {
            PREFETCH(&all_.details[all_.intents[soon.intent].details]);
        }
    }

    Evidence& all_;
    std::vector<Number> done_;
    std::vector<Number> waiting_;
};

}  // namespace coffer::tests::history
