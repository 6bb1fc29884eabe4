#include <algorithm>

#include "tests/history/judge.h"

namespace coffer::tests::history {
namespace {

/// The core decided: the same request will not get another answer by itself.
bool is_of_the_core(Number code) { return code >= 61060101 && code < 61060400; }

constexpr Number freeze_not_found = 61060203;
constexpr Number transaction_not_found = 61060207;
constexpr Number transaction_not_refundable = 61060208;
constexpr Number already_refunded = 61060209;
constexpr Number approval_not_found = 61060211;
constexpr Number already_decided = 61060212;
constexpr Number own_request = 61060213;

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
        if (wallet.rows_read_last == wallet.slots.size()) return;
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
        if (shown && intent.told_first && intent.details == none) return;  // most of them
        if (intent.movement == Movement::expiry) return expired(number);
        const Details& details = all_.details_of(intent);
        const Number asked_by = all_.asked_by[number];
        const Number first_by = all_.first_by(number);
        if (details.other_wallet != none && shown != (details.other_seq != none)) {
            const Number has = shown ? intent.wallet : details.other_wallet;
            const Number lacks = shown ? details.other_wallet : intent.wallet;
            const Number seq = shown ? intent.seq : details.other_seq;
            findings_.add(
                Rule::atomicity,
                say(all_.intent_name(number), " shows as row ", seq, " of ", all_.wallet_name(has),
                    " and nowhere in ", all_.wallet_name(lacks)),
                {{asked_by},
                 {all_.row(has, seq).seen_by, seq},
                 {all_.wallets[lacks].last_statement, all_.wallets[lacks].last_read_seq}});
            return;
        }
        if (!shown && (first_by != none || details.repeat_by != none)) {
            findings_.add(Rule::durability,
                          say(all_.intent_name(number), " was answered with ok and is not in the ",
                              "last reads of ", all_.wallet_name(intent.wallet)),
                          {{first_by != none ? first_by : details.repeat_by},
                           {all_.wallets[intent.wallet].last_statement}});
            return;
        }
        if (first_by != none || details.unsure_by != none) return;
        if (details.repeat_by != none) {
            findings_.add(Rule::exactly_once,
                          say(all_.intent_name(number), " was answered as a repeat, and no try ",
                              "before it can have taken effect"),
                          {{asked_by}, {details.repeat_by}});
        } else if (shown) {
            findings_.add(
                Rule::refusal,
                say(all_.intent_name(number), " was refused at every try and shows as row ",
                    intent.seq, " of ", all_.wallet_name(intent.wallet)),
                {{asked_by}, {all_.row_of(intent)->seen_by, intent.seq}});
        }
    }

    /// Nobody asked for it, and nobody is told.
    void expired(Number number) {
        const Intent& expiry = all_.intents[number];
        if (expiry.seq == none || expiry.since != never) return;
        findings_.add(Rule::holds,
                      say("row ", expiry.seq, " of ", all_.wallet_name(expiry.wallet),
                          " ends a freeze by itself that was not due"),
                      {{all_.asked_by[number]}, {all_.row_of(expiry)->seen_by, expiry.seq}});
    }

    /// Whoever had an effect already gets the first answer again, and no refusal.
    void refusal(const Refused& refused) {
        const Intent& intent = all_.intents[refused.intent];
        const Slot* row = all_.row_of(intent);
        if (is_of_freeze(intent.movement)) {
            refused_of_freeze(refused, intent);
            // An unfreeze has no reference: a repeat cannot have the first answer.
            if (intent.movement == Movement::unfreeze) return;
        }
        if (is_refund(intent.movement)) {
            refused_refund(refused, intent);
            if (intent.cancels && refused.code == already_refunded) return;  // nor has it
        }
        if (is_decision(intent.movement)) {
            refused_decision(refused, intent);
            if (refused.code == already_decided) return;  // likewise
        }
        if (row == nullptr || !is_of_the_core(refused.code) || row->seen_at >= refused.invoked)
            return;
        findings_.add(Rule::exactly_once,
                      say(all_.intent_name(refused.intent), " had taken effect as row ", intent.seq,
                          ", and a repeat was refused instead of getting the first answer"),
                      {{row->seen_by, intent.seq}, {refused.operation}});
    }

    /// Only what somebody had an answer about is given back.
    void refused_refund(const Refused& refused, const Intent& intent) {
        if (refused.code != transaction_not_found && refused.code != transaction_not_refundable) {
            return;
        }
        const Number number = all_.details_of(intent).origin;
        const Slot* original = all_.row_of(all_.intents[number]);
        if (original == nullptr || original->seen_at >= refused.invoked) return;
        findings_.add(
            Rule::refusal,
            say(all_.intent_name(number), " was there, and ", all_.intent_name(refused.intent),
                " was told that ",
                refused.code == transaction_not_found ? "it is not" : "it cannot be refunded"),
            {{original->seen_by, all_.intents[number].seq}, {refused.operation}});
    }

    /// Only what somebody had an answer about is decided, and by somebody else.
    void refused_decision(const Refused& refused, const Intent& intent) {
        if (refused.code != approval_not_found && refused.code != own_request) return;
        const Number number = all_.details_of(intent).origin;
        const Slot* request = all_.row_of(all_.intents[number]);
        if (request == nullptr || request->seen_at >= refused.invoked) return;
        findings_.add(Rule::refusal,
                      say(all_.intent_name(number), " was there, and ",
                          all_.intent_name(refused.intent), " was told that it is not, or its own"),
                      {{request->seen_by, all_.intents[number].seq}, {refused.operation}});
    }

    void refused_of_freeze(const Refused& refused, const Intent& intent) {
        const Number number = all_.details_of(intent).origin;
        const Intent& freeze = all_.intents[number];
        const Slot* frozen = all_.row_of(freeze);
        if (refused.code != freeze_not_found || frozen == nullptr ||
            frozen->seen_at >= refused.invoked) {
            return;
        }
        findings_.add(Rule::refusal,
                      say("the freeze of ", freeze.amount, " was there, and ",
                          all_.intent_name(refused.intent), " was told that it is not"),
                      {{frozen->seen_by, freeze.seq}, {refused.operation}});
    }

    const Evidence& all_;
    Findings& findings_;
};

}  // namespace

void judge_outcomes(Evidence& evidence, Findings& findings) {
    // Who was told ok has seen the row, though the answer named no number.
    each_row_told(evidence, [](const Told& told, Slot& slot) {
        if (told.completed >= slot.seen_at) return;
        slot.seen_at = told.completed;
        slot.seen_by = told.operation;
    });
    if (evidence.quiet_since == never) {
        findings.add(Rule::history, "the last reads are missing: there is no line `q`");
        return;
    }
    Outcomes{evidence, findings}.judge();
}

}  // namespace coffer::tests::history
