#include "tests/history/intake.h"

// What is seldom asked for. It stands apart, so that the rest stays in registers.

namespace coffer::tests::history {

bool Intake::read_rare_intent(Fields fields, Client& asked) {
    Intent wanted;
    Details details;
    wanted.wallet = fields.index();
    asked.subject = fields.index();
    if (!has_wallet(wanted.wallet)) return false;
    switch (asked.verb) {
        case Verb::refund:
        case Verb::cancel:
            details.origin = fields.index();
            wanted.cancels = asked.verb == Verb::cancel;
            wanted.amount = wanted.cancels ? not_said : fields.number_or_none();
            wanted.all_left = wanted.amount == not_said;
            if (!begin_refund(wanted, details)) return false;
            break;
        case Verb::approve:
        case Verb::reject:
        case Verb::take_back:
            details.origin = fields.index();
            if (!begin_decision(asked.verb, wanted, details)) return false;
            break;
        case Verb::request:
        case Verb::request_paid:
            wanted.movement =
                asked.verb == Verb::request ? Movement::withdrawal_hold : Movement::withdraw;
            wanted.amount = fields.number();
            break;
        default:
            wanted.movement =
                asked.verb == Verb::adjust_up ? Movement::adjust_up : Movement::adjust_down;
            wanted.amount = fields.number();
    }
    return fields.good() && enter(asked.subject, wanted, details, asked.operation);
}

/// Which way the money goes, what is given back says.
bool Intake::begin_refund(Intent& refund, Details& details) const {
    if (details.origin >= all_.intents.size()) return false;
    const Intent& original = all_.intents[details.origin];
    const Number payee = all_.details_of(original).other_wallet;
    switch (original.movement) {
        case Movement::deposit: refund.movement = Movement::refund_out; break;
        case Movement::withdrawal_paid:
        case Movement::withdraw: refund.movement = Movement::refund_in; break;
        case Movement::transfer_out:
            refund.movement = refund.wallet == payee ? Movement::return_out : Movement::return_in;
            details.other_wallet = refund.wallet == payee ? original.wallet : payee;
            return refund.wallet == payee || refund.wallet == original.wallet;
        default: return false;
    }
    return refund.wallet == original.wallet;
}

/// What was paid at once may be asked about, too: to be told that it was decided.
bool Intake::begin_decision(Verb verb, Intent& decision, const Details& details) const {
    if (details.origin >= all_.intents.size()) return false;
    const Intent& request = all_.intents[details.origin];
    decision.movement =
        verb == Verb::approve ? Movement::withdrawal_paid : Movement::withdrawal_release;
    decision.amount = request.amount;
    return request.wallet == decision.wallet && (request.movement == Movement::withdrawal_hold ||
                                                 request.movement == Movement::withdraw);
}

/// A new intent, or one more try of one.
bool Intake::enter(Number number, Intent wanted, const Details& details, Number asked_in) {
    if (number != all_.intents.size()) return is_same(number, wanted, details);
    ++all_.wallets[wanted.wallet].writes_asked;
    if (details.other_wallet != none) ++all_.wallets[details.other_wallet].writes_asked;
    if (details.origin != none) {
        wanted.details = static_cast<Number>(all_.details.size());
        all_.details.push_back(details);
    }
    all_.intents.push_back(wanted);
    all_.asked_by.push_back(asked_in);
    return true;
}

/// How much was left, the first row says that shows it; judge_order holds that against the rows
/// before it.
bool Intake::learn_amount(Intent& wanted, const Sight& sight, const Source& source) {
    const bool own = sight.wallet == wanted.wallet;
    const Movement movement = own ? wanted.movement : opposite_of(wanted.movement);
    const Minor amount = change_by(movement, sight.balance - sight.before);
    if (amount > 0) {
        wanted.amount = amount;
        return true;
    }
    findings_.add(Rule::effect,
                  say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet), " goes from ",
                      sight.before, " to ", sight.balance, ", and not where ",
                      all_.intent_name(sight.intent), " should have moved it"),
                  {{all_.asked_by[sight.intent]}, {source.operation, sight.seq}});
    return false;
}

void Intake::ok_request(Fields fields, const Client& asked, Instant at) {
    const char first = fields.letter();
    const Number named = fields.index();
    const char state = fields.letter();
    if (!fields.good()) return wrong_answer();
    first_or_repeat(first, asked);
    if (!is_right(named, all_.intents[asked.subject].wallet, asked)) return;
    all_.told.push_back({.completed = at,
                         .operation = asked.operation,
                         .intent = asked.subject,
                         .balance = not_said,
                         .held = not_said});
    if (state != static_cast<char>(asked.verb)) {
        findings_.add(
            Rule::effect,
            say("the answer shows another state than ", all_.intent_name(asked.subject), " makes"),
            {{asked.operation}});
    }
}

void Intake::refused_decision(Look look, Number code, const Client& asked) {
    look.wallet = all_.intents[asked.subject].wallet;
    switch (code) {
        case 61060101:  // there is no such wallet
            look.kind = Look::Kind::absent;
            break;
        case 61060201:  // not sufficient: it was set aside
            look.kind = Look::Kind::shortfall;
            look.balance = not_said;
            break;
        case 61060212:  // decided before
            look.kind = Look::Kind::decided;
            look.number = asked.subject;
            break;
        default: return;
    }
    add_look(look, asked);
}

void Intake::refused_refund(Look look, Number code, Minor available, const Client& asked) {
    const Intent& refund = all_.intents[asked.subject];
    look.wallet = refund.wallet;
    look.balance = available;
    switch (code) {
        case 61060101:  // there is no such wallet
        case 61060102: look.kind = Look::Kind::absent; break;
        case 61060201:  // not sufficient, in the wallet that gives back
            look.kind = Look::Kind::shortfall;
            look.held = refund.all_left ? all_.intents[all_.details_of(refund).origin].amount
                                        : refund.amount;
            if (refund.movement == Movement::return_in) {
                look.wallet = all_.details_of(refund).other_wallet;
            }
            if (refund.movement == Movement::refund_in) look.held = 0;  // none does
            break;
        case 61060209:  // nothing is left
            look.kind = Look::Kind::left;
            look.number = asked.subject;
            look.balance = 0;
            look.held = 1;
            break;
        case 61060210:  // less is left
            look.kind = Look::Kind::left;
            look.number = asked.subject;
            look.held = refund.all_left ? 0 : refund.amount;
            break;
        default: return;
    }
    add_look(look, asked);
}

}  // namespace coffer::tests::history
