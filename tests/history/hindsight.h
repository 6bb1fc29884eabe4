#pragma once

#include <vector>

#include "tests/history/evidence.h"

namespace coffer::tests::history {

/// Who saw a row saw all before it: carries seen_at and seen_by back to the rows that come before,
/// in the same wallet and through transfers in others. Needs judge_order.
class Hindsight {
public:
    explicit Hindsight(Evidence& evidence) : all_{evidence} {}

    /// From every row.
    void carry_all() {
        for (Number wallet = 0; wallet < all_.wallets.size(); ++wallet) {
            const Slots& slots = all_.wallets[wallet].slots;
            for (Number seq = slots.size(); seq > 1; --seq) {
                const Slot& slot = slots[seq - 1];
                carry(wallet, seq - 1, slot.seen_at, slot.seen_by);
            }
        }
    }

    /// From this one, seen now or before. Ends where a row was seen sooner: not far, because
    /// there are only so many clients whose answers may still be on their way.
    void carry(Number wallet, Number seq, Instant at, Number by) {
        back(wallet, seq, at, by);
        while (!twins_.empty()) {
            const Twin twin = twins_.back();
            twins_.pop_back();
            back(twin.wallet, twin.seq, at, by);
        }
    }

private:
    struct Twin {
        Number wallet;
        Number seq;
    };

    void back(Number wallet, Number seq, Instant at, Number by) {
        Slots& slots = all_.wallets[wallet].slots;
        for (; seq > 0 && slots[seq - 1].seen_at > at; --seq) {
            Slot& slot = slots[seq - 1];
            slot.seen_at = at;
            slot.seen_by = by;
            if (is_two_sided(slot.movement)) twins_.push_back({slot.other_wallet, slot.other_seq});
        }
    }

    Evidence& all_;
    std::vector<Twin> twins_;
};

}  // namespace coffer::tests::history
