#include <algorithm>

#include "tests/history/judge.h"

namespace coffer::tests::history {
namespace {

/// The core decided: the same request will not get another answer by itself.
bool is_decision(Number code) { return code >= 61060101 && code < 61060400; }

constexpr Number freeze_not_found = 61060203;
constexpr Number freeze_ended = 61060204;

class Outcomes {
public:
    Outcomes(const Evidence& evidence, Findings& findings) : all_{evidence}, findings_{findings} {}

    void judge() {
        for (Number wallet = 0; wallet < all_.wallets.size(); ++wallet) last_reads(wallet);
        for (Number intent = 0; intent < all_.intents.size(); ++intent) one(intent);
        for (const Refused& refused : all_.refused) refusal(refused);
    }

private:
    void last_reads(Number number) {
        const Wallet& wallet = all_.wallets[number];
        if (wallet.slots.empty() && wallet.last_statement == none) return;
        if (wallet.last_statement == none) {
            findings_.add(Rule::history,
                          say("the last reads leave out ", all_.wallet_name(number)));
            return;
        }
        for (Number seq = 1; seq <= wallet.slots.size(); ++seq) {
            const Slot& slot = wallet.slots[seq - 1];
            if (slot.in_last_reads) continue;
            if (slot.intent == none) {
                findings_.add(Rule::sequence,
                              say(all_.wallet_name(number), " has a row ", wallet.slots.size(),
                                  ", but no answer ever showed row ", seq),
                              {{wallet.last_statement}});
                return;
            }
            const char* where = wallet.last_read_seq < seq ? "end before it" : "leave it out";
            findings_.add(Rule::durability,
                          say("row ", seq, " of ", all_.wallet_name(number), ", ",
                              all_.intent_name(slot.intent), ", was shown, and the last reads ",
                              where, ": what an answer showed is lost"),
                          {{slot.seen_by, seq}, {wallet.last_statement, wallet.last_read_seq}});
            return;
        }
    }

    void one(Number number) {
        const Intent& intent = all_.intents[number];
        const bool shown = intent.seq != none;
        if (intent.payee != none && shown != (intent.payee_seq != none)) {
            const Number has = shown ? intent.wallet : intent.payee;
            const Number lacks = shown ? intent.payee : intent.wallet;
            const Number seq = shown ? intent.seq : intent.payee_seq;
            findings_.add(
                Rule::atomicity,
                say(all_.intent_name(number), " shows as row ", seq, " of ", all_.wallet_name(has),
                    " and nowhere in ", all_.wallet_name(lacks)),
                {{intent.asked_by},
                 {all_.wallets[has].slots[seq - 1].seen_by, seq},
                 {all_.wallets[lacks].last_statement, all_.wallets[lacks].last_read_seq}});
            return;
        }
        if (intent.acknowledged() && !shown) {
            const Number by = intent.first_by != none ? intent.first_by : intent.repeat_by;
            findings_.add(Rule::durability,
                          say(all_.intent_name(number), " was answered with ok and is not in the ",
                              "last reads of ", all_.wallet_name(intent.wallet)),
                          {{by}, {all_.wallets[intent.wallet].last_statement}});
            return;
        }
        if (intent.first_by != none || intent.unsure_by != none) return;
        if (intent.repeat_by != none) {
            findings_.add(Rule::exactly_once,
                          say(all_.intent_name(number), " was answered as a repeat, and no try ",
                              "before it can have taken effect"),
                          {{intent.asked_by}, {intent.repeat_by}});
        } else if (shown) {
            findings_.add(
                Rule::refusal,
                say(all_.intent_name(number), " was refused at every try and shows as row ",
                    intent.seq, " of ", all_.wallet_name(intent.wallet)),
                {{intent.asked_by}, {all_.row_of(intent)->seen_by, intent.seq}});
        }
    }

    /// Whoever had an effect already gets the first answer again, and no refusal.
    void refusal(const Refused& refused) {
        const Operation& asked = all_.operations[refused.operation];
        const Intent& intent = all_.intents[asked.subject];
        const Slot* row = all_.row_of(intent);
        if (intent.verb == Verb::unfreeze) return refused_unfreeze(refused, intent, row);
        if (row == nullptr || !is_decision(refused.code) || row->seen_at >= asked.invoked) return;
        findings_.add(Rule::exactly_once,
                      say(all_.intent_name(asked.subject), " had taken effect as row ", intent.seq,
                          ", and a repeat was refused instead of getting the first answer"),
                      {{row->seen_by, intent.seq}, {refused.operation}});
    }

    void refused_unfreeze(const Refused& refused, const Intent& intent, const Slot* row) {
        const Operation& asked = all_.operations[refused.operation];
        const Intent& freeze = all_.intents[intent.freeze];
        const Slot* frozen = all_.row_of(freeze);
        if (refused.code == freeze_ended && (row == nullptr || intent.since > refused.completed)) {
            findings_.add(Rule::refusal,
                          say("the freeze of ", freeze.amount, " was said to have ended before, ",
                              "and nothing had ended it"),
                          {{freeze.asked_by}, {refused.operation}});
        }
        if (refused.code == freeze_not_found && frozen != nullptr &&
            frozen->seen_at < asked.invoked) {
            findings_.add(Rule::refusal,
                          say("the freeze of ", freeze.amount, " was there, and an unfreeze was ",
                              "told that it is not"),
                          {{frozen->seen_by, freeze.seq}, {refused.operation}});
        }
    }

    const Evidence& all_;
    Findings& findings_;
};

}  // namespace

void judge_outcomes(Evidence& evidence, Findings& findings) {
    // Who was told ok has seen the row, though the answer named no number.
    for (const Told& told : evidence.told) {
        const Intent& intent = evidence.intents[told.intent];
        if (intent.seq == none) continue;
        Slot& slot = evidence.wallets[intent.wallet].slots[intent.seq - 1];
        if (told.completed >= slot.seen_at) continue;
        slot.seen_at = told.completed;
        slot.seen_by = told.operation;
    }
    if (evidence.quiet_since == never) {
        findings.add(Rule::history, "the last reads are missing: there is no line `q`");
        return;
    }
    Outcomes{evidence, findings}.judge();
}

}  // namespace coffer::tests::history
