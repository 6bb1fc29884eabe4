#include "tests/history/intake.h"

// Each row that an answer shows is compared with the first answer that showed it.

namespace coffer::tests::history {

void Intake::see(const Sight& sight, const Source& source) {
    Intent& wanted = all_.intents[sight.intent];
    Wallet& wallet = all_.wallets[sight.wallet];
    const bool other_side = wanted.wallet != sight.wallet;
    if (other_side && all_.details_of(wanted).other_wallet != sight.wallet) {
        const bool foreign = all_.wallets[wanted.wallet].tenant != wallet.tenant;
        findings_.add(foreign ? Rule::tenancy : Rule::invention,
                      say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet),
                          " bears the reference of ", all_.intent_name(sight.intent), " in ",
                          all_.wallet_name(wanted.wallet)),
                      {{all_.asked_by[sight.intent]}, {source.operation, sight.seq}});
        return;
    }
    if (sight.seq == 0 || sight.seq > wallet.writes_asked) {
        findings_.add(Rule::sequence,
                      say(all_.wallet_name(sight.wallet), " shows row ", sight.seq, ", but only ",
                          wallet.writes_asked, " were ever asked for"),
                      {{source.operation, sight.seq}});
        return;
    }
    const Movement movement = other_side ? opposite_of(wanted.movement) : wanted.movement;
    if (wanted.amount == not_said) [[unlikely]] {
        if (!learn_amount(wanted, sight, source)) return;
    }
    if (!fits(sight, change_by(movement, wanted.amount), source)) return;
    wallet.slots.grow(sight.seq);
    Slot& slot = wallet.slots[sight.seq - 1];
    Number& seq = other_side ? all_.details[wanted.details].other_seq : wanted.seq;
    if (seq != none && seq != sight.seq) {
        findings_.add(
            Rule::exactly_once,
            say(all_.intent_name(sight.intent), " shows twice in ", all_.wallet_name(sight.wallet),
                ": as row ", seq, " and as row ", sight.seq),
            {{wallet.slots[seq - 1].seen_by, seq}, {source.operation, sight.seq}});
        return;
    }
    if (slot.intent == none) {
        seq = sight.seq;
        slot = {.balance = sight.balance,
                .held = sight.held,
                .amount = wanted.amount,
                .earliest = wanted.since,
                .seen_at = source.completed,
                .seen_by = source.operation,
                .intent = sight.intent,
                .entry = sight.entry,
                .other_wallet = other_side ? wanted.wallet : all_.details_of(wanted).other_wallet,
                .movement = movement,
                .told_first = wanted.told_first};
        if (is_two_sided(movement)) join_sides(wanted);
    } else {
        compare(sight, slot, source);
        if (slot.held == not_said) slot.held = sight.held;
    }
    seen_again(slot, wallet, source);
}

/// Each of the two rows, as soon as both are known, says where the other one stands.
void Intake::join_sides(const Intent& two_sided) {
    const Details& details = all_.details[two_sided.details];
    if (two_sided.seq != none)
        all_.row(two_sided.wallet, two_sided.seq).other_seq = details.other_seq;
    if (details.other_seq != none)
        all_.row(details.other_wallet, details.other_seq).other_seq = two_sided.seq;
}

void Intake::seen_again(Slot& slot, Wallet& wallet, const Source& source) {
    if (source.completed < slot.seen_at) {
        slot.seen_at = source.completed;
        slot.seen_by = source.operation;
    }
    if (source.is_last_read && !slot.in_last_reads) {
        slot.in_last_reads = true;
        ++wallet.rows_read_last;
    }
}

bool Intake::fits(const Sight& sight, Minor change, const Source& source) {
    if (sight.balance == sight.before + change) return true;
    findings_.add(Rule::effect,
                  say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet), " goes from ",
                      sight.before, " to ", sight.balance, "; ", all_.intent_name(sight.intent),
                      " should have changed it by ", change),
                  {{all_.asked_by[sight.intent]}, {source.operation, sight.seq}});
    return false;
}

void Intake::compare(const Sight& sight, const Slot& slot, const Source& source) {
    const bool same_row = slot.intent == sight.intent;
    if (same_row && slot.balance == sight.balance && slot.entry == sight.entry &&
        (slot.held == not_said || sight.held == not_said || slot.held == sight.held)) {
        return;
    }
    const std::vector<Witness> both{{slot.seen_by, sight.seq}, {source.operation, sight.seq}};
    const std::string row = say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet));
    if (!same_row) {
        findings_.add(Rule::unchanged,
                      say(row, " was shown as ", all_.intent_name(slot.intent), " and as ",
                          all_.intent_name(sight.intent)),
                      both);
    } else {
        findings_.add(Rule::unchanged,
                      say(row, " was shown with the balance ", slot.balance, " and with ",
                          sight.balance, ", or with another entry or held amount"),
                      both);
    }
}

}  // namespace coffer::tests::history
