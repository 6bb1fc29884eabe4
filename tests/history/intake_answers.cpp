#include <algorithm>

#include "tests/history/intake.h"

// What was answered with ok, all but pages.

namespace coffer::tests::history {

void Intake::wrong_answer() { malformed("not the answer that this request has"); }

void Intake::ok(const char* line) {
    Fields fields{line};
    fields.letter();
    const Number operation = fields.index();
    const Instant at = fields.number();
    const Client* const asked = answered(operation, at, Client::State::idle);
    if (asked == nullptr) return;
    ++all_.counts.ok;
    switch (asked->verb) {
        case Verb::deposit:
        case Verb::withdraw:
        case Verb::adjust_up:
        case Verb::adjust_down:
        case Verb::refund:
        case Verb::cancel:
        case Verb::take_back:
        case Verb::capture: return ok_movement(fields, *asked, at);
        case Verb::transfer: return ok_transfer(fields, *asked, at);
        case Verb::freeze:
        case Verb::freeze_until:
        case Verb::unfreeze: return ok_hold(fields, *asked, at);
        case Verb::request:
        case Verb::request_paid:
        case Verb::approve:
        case Verb::reject: return ok_request(fields, *asked, at);
        case Verb::status: return ok_status(fields, *asked, at);
        case Verb::balance: return ok_balance(fields, *asked, at);
        case Verb::page: return begin_rows(fields, *asked, at);
    }
}

/// How all answers tell of a row's balances.
void Intake::read_balances(Fields& fields, Sight& sight) {
    sight.before = fields.number();
    sight.balance = fields.number();
    sight.held = fields.number();
}

/// The row of the wallet that was asked about.
Intake::Sight Intake::read_own(Fields& fields, Number intent) {
    Sight sight{.intent = intent};
    sight.wallet = fields.index();
    sight.entry = fields.index();
    sight.seq = fields.index();
    read_balances(fields, sight);
    return sight;
}

void Intake::ok_movement(Fields& fields, const Client& asked, Instant at) {
    const char first = fields.letter();
    const Sight sight = read_own(fields, asked.subject);
    if (!fields.good()) return wrong_answer();
    first_or_repeat(first, asked);
    if (is_right(sight.wallet, all_.intents[sight.intent].wallet, asked)) {
        see(sight, {.operation = asked.operation, .completed = at});
    }
}

void Intake::ok_transfer(Fields& fields, const Client& asked, Instant at) {
    const char first = fields.letter();
    const Sight own = read_own(fields, asked.subject);
    Sight payee{.intent = asked.subject, .entry = own.entry};
    payee.wallet = fields.index();
    payee.seq = fields.index();
    read_balances(fields, payee);
    if (!fields.good()) return wrong_answer();
    first_or_repeat(first, asked);
    const Intent& wanted = all_.intents[asked.subject];
    const Source source{.operation = asked.operation, .completed = at};
    if (is_right(own.wallet, wanted.wallet, asked)) see(own, source);
    if (is_right(payee.wallet, all_.details_of(wanted).other_wallet, asked)) see(payee, source);
}

void Intake::ok_hold(Fields& fields, const Client& asked, Instant at) {
    const char first = fields.letter();
    const Number named = fields.index();
    Told told{.completed = at, .operation = asked.operation, .intent = asked.subject};
    told.balance = fields.number();
    told.held = fields.number();
    if (!fields.good()) return wrong_answer();
    first_or_repeat(first, asked);
    if (is_right(named, all_.intents[asked.subject].wallet, asked)) all_.told.push_back(told);
}

void Intake::ok_status(Fields& fields, const Client& asked, Instant at) {
    const Number named = fields.index();
    const char status = fields.letter();
    if (!fields.good()) return wrong_answer();
    if (!is_right(named, asked.subject, asked)) return;
    all_.wallets[named].status_changes.push_back({.operation = asked.operation,
                                                  .status = asked.status,
                                                  .sure = true,
                                                  .invoked = asked.invoked,
                                                  .completed = at});
    if (status != asked.status) {
        findings_.add(Rule::effect, "the answer shows another status than was set",
                      {{asked.operation}});
    }
}

void Intake::ok_balance(Fields& fields, const Client& asked, Instant at) {
    Look look{.invoked = asked.invoked, .completed = at, .operation = asked.operation};
    look.wallet = fields.index();
    look.balance = fields.number();
    look.held = fields.number();
    look.kind = Look::Kind::state;
    if (!fields.good()) return wrong_answer();
    if (is_right(look.wallet, asked.subject, asked)) all_.looks.push_back(look);
}

void Intake::first_or_repeat(char first, const Client& asked) {
    Intent& wanted = all_.intents[asked.subject];
    if (first == 'r') {
        Details& details = all_.own_details_of(wanted);
        if (details.repeat_by == none) details.repeat_by = asked.operation;
    } else if (first != 'n') {
        malformed("an answer is the first (n) or a repeat (r)");
    } else if (wanted.told_first) {
        findings_.add(
            Rule::exactly_once,
            say(all_.intent_name(asked.subject), " was answered twice as if it took effect then"),
            {{all_.first_by(asked.subject)}, {asked.operation}});
    } else {
        wanted.told_first = true;
        wanted.since = asked.invoked;
        if (all_.asked_by[asked.subject] != asked.operation) {
            all_.own_details_of(wanted).first_by = asked.operation;
        }
        if (wanted.details != none || wanted.seq != none) bound_rows(wanted);
    }
}

void Intake::wrong_wallet(Number named, Number wanted, const Client& asked) {
    if (all_.wallets[wanted].tenant != asked.tenant) {
        findings_.add(Rule::tenancy,
                      say("a process of ", all_.tenants[asked.tenant], " was answered about ",
                          all_.wallet_name(wanted), ", which is of another tenant"),
                      {{asked.operation}});
        return;
    }
    const bool foreign = !has_wallet(named) || all_.wallets[named].tenant != asked.tenant;
    findings_.add(foreign ? Rule::tenancy : Rule::effect,
                  say("asked was ", all_.wallet_name(wanted), ", the answer shows ",
                      has_wallet(named) ? all_.wallet_name(named) : "a wallet that nobody knows"),
                  {{asked.operation}});
}

}  // namespace coffer::tests::history
