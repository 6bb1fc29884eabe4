#include <algorithm>

#include "tests/history/judge.h"

namespace coffer::tests::history {
namespace {

constexpr Number wallet_is_frozen = 61060107;

class Frozen {
public:
    Frozen(const Evidence& evidence, Findings& findings) : all_{evidence}, findings_{findings} {}

    void judge() {
        for (Number wallet = 0; wallet < all_.wallets.size(); ++wallet) {
            for (const StatusChange& change : all_.wallets[wallet].status_changes) {
                if (change.status == 'z' && change.sure) left_meanwhile(wallet, change);
            }
        }
        for (const Refused& refused : all_.refused) {
            if (refused.code == wallet_is_frozen) reason(refused);
        }
    }

private:
    /// What a frozen wallet does not do. Operators may do all the rest.
    static bool stops(Movement movement) {
        return movement == Movement::withdraw || movement == Movement::transfer_out ||
               movement == Movement::withdrawal_hold;
    }

    /// Surely frozen: from the answer on, until somebody asks for the contrary.
    void left_meanwhile(Number number, const StatusChange& freeze) {
        const Wallet& wallet = all_.wallets[number];
        Instant until = never;
        for (const StatusChange& thaw : wallet.status_changes) {
            const bool before = thaw.completed < freeze.invoked;
            if (thaw.status == 'a' && !before) until = std::min(until, thaw.invoked);
        }
        for (Number seq = first_behind(wallet.slots, freeze.completed);
             seq <= wallet.slots.size() && wallet.slots[seq - 1].earliest < until; ++seq) {
            const Slot& slot = wallet.slots[seq - 1];
            if (!stops(slot.movement) || slot.seen_at >= until) continue;
            findings_.add(Rule::frozen,
                          say(all_.intent_name(slot.intent), " left ", all_.wallet_name(number),
                              " as row ", seq, " while it was frozen"),
                          {{freeze.operation}, {all_.asked_by[slot.intent]}, {slot.seen_by, seq}});
            return;
        }
    }

    /// The first row that surely took effect after `at`; rows stand in the order of `earliest`.
    [[nodiscard]] static Number first_behind(const Slots& slots, Instant at) {
        Number low = 0;
        for (Number high = slots.size(); low < high;) {
            const Number middle = low + (high - low) / 2;
            if (slots[middle].earliest > at) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low + 1;
    }

    /// The reason may be true: some change to frozen had begun, and none back was over by then.
    void reason(const Refused& refused) {
        const Intent& intent = all_.intents[refused.intent];
        const Number wallet = intent.wallet;
        if (!stops(intent.movement)) {
            findings_.add(Rule::refusal,
                          say(all_.intent_name(refused.intent), " was refused because ",
                              all_.wallet_name(wallet), " is frozen, which does not stop it"),
                          {{refused.operation}});
            return;
        }
        const auto& changes = all_.wallets[wallet].status_changes;
        // From the last one: most likely it is that.
        for (auto freeze = changes.rbegin(); freeze != changes.rend(); ++freeze) {
            if (freeze->status != 'z' || freeze->invoked > refused.completed) continue;
            const bool thawed = std::any_of(changes.begin(), changes.end(), [&](const auto& thaw) {
                return thaw.status == 'a' && thaw.sure && thaw.invoked > freeze->completed &&
                       thaw.completed < refused.invoked;
            });
            if (!thawed) return;
        }
        findings_.add(Rule::refusal,
                      say(all_.intent_name(refused.intent), " was refused because ",
                          all_.wallet_name(wallet), " is frozen, and it was not"),
                      {{refused.operation}});
    }

    const Evidence& all_;
    Findings& findings_;
};

}  // namespace

void judge_frozen(const Evidence& evidence, Findings& findings) {
    Frozen{evidence, findings}.judge();
}

}  // namespace coffer::tests::history
