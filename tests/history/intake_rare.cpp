#include "tests/history/intake.h"

// What is seldom asked for. It stands apart, so that the rest stays in registers.

namespace coffer::tests::history {

bool Intake::read_rare_intent(Fields fields, Client& asked) {
    Intent wanted;
    Details details;
    wanted.wallet = fields.index();
    if (asked.verb == Verb::capture) details.other_wallet = fields.index();
    asked.subject = fields.index();
    if (!has_wallet(wanted.wallet)) return false;
    switch (asked.verb) {
        case Verb::freeze_until:
            wanted.movement = Movement::freeze;
            wanted.amount = fields.number();
            return fields.good() && enter(asked.subject, wanted, details, asked.operation) &&
                   begin_expiry(asked.subject, wanted.wallet, asked.operation);
        case Verb::capture:
            details.origin = fields.index();
            wanted.amount = fields.number_or_none();
            if (!begin_payment(wanted, details)) return false;
            break;
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
        case Movement::payment:
        case Movement::withdrawal_paid:
        case Movement::withdraw: refund.movement = Movement::refund_in; break;
        case Movement::payment_out:
        case Movement::transfer_out:
            refund.movement = refund.wallet == payee ? Movement::return_out : Movement::return_in;
            details.other_wallet = refund.wallet == payee ? original.wallet : payee;
            return refund.wallet == payee || refund.wallet == original.wallet;
        default: return false;
    }
    return refund.wallet == original.wallet;
}

bool Intake::begin_payment(Intent& payment, const Details& details) const {
    payment.all_left = payment.amount == not_said;
    payment.movement = details.other_wallet == none ? Movement::payment : Movement::payment_out;
    if (details.origin >= all_.intents.size()) return false;
    const Intent& freeze = all_.intents[details.origin];
    if (freeze.movement != Movement::freeze || freeze.wallet != payment.wallet) return false;
    return details.other_wallet == none ||
           (has_wallet(details.other_wallet) && details.other_wallet != payment.wallet);
}

/// What nobody asks for, comes with the freeze.
bool Intake::begin_expiry(Number freeze, Number wallet, Number asked_in) {
    if (freeze + 1 != all_.intents.size()) return is_expiry_of(freeze + 1, freeze);
    const Intent expiry{
        .amount = not_said, .wallet = wallet, .movement = Movement::expiry, .all_left = true};
    return enter(freeze + 1, expiry, {.origin = freeze}, asked_in);
}

bool Intake::is_expiry_of(Number number, Number freeze) const {
    return number < all_.intents.size() && all_.intents[number].movement == Movement::expiry &&
           all_.details_of(all_.intents[number]).origin == freeze;
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
    if (details.origin != none || details.other_wallet != none) {
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
    const bool moves = rule_of(movement).balance != 0;
    const Minor amount = moves ? change_by(movement, sight.balance - sight.before) : sight.amount;
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

void Intake::refused_of_freeze(Look look, Number code, Minor available, const Client& asked) {
    const Intent& wanted = all_.intents[asked.subject];
    const Details& details = all_.details_of(wanted);
    look.wallet = wanted.wallet;
    look.number = asked.subject;
    switch (code) {
        case 61060101:  // there is no such wallet
            look.kind = Look::Kind::absent;
            break;
        case 61060102:  // the payee has none
            look.kind = Look::Kind::absent;
            if (details.other_wallet != none) look.wallet = details.other_wallet;
            break;
        case 61060201:  // not sufficient: it was set aside
            look.kind = Look::Kind::shortfall;
            look.balance = not_said;
            break;
        case 61060204:  // it has ended, or nothing is paid any more because it is due
            if (is_payment(wanted.movement) && is_expiry_of(details.origin + 1, details.origin) &&
                all_.intents[details.origin + 1].since != never) {
                return;
            }
            look.kind = Look::Kind::still_held;
            look.balance = 0;
            look.held = 1;
            break;
        case 61060214:  // less is left
            look.kind = Look::Kind::still_held;
            look.balance = available;
            look.held = wanted.all_left ? 0 : wanted.amount;
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
            if (look.held == not_said) return;  // nobody knew of the original
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
