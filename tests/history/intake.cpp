#include "tests/history/intake.h"

#include <algorithm>

namespace coffer::tests::history {

void Intake::line(const char* line) {
    ++line_number_;
    if (line_number_ == 1) {
        if (Fields{line}.rest() != heading) malformed("the first line is not the heading");
        return;
    }
    if (page_rows_left_ > 0 && line[0] != 'r') {
        malformed("rows of the page before are missing");
        page_rows_left_ = 0;
    }
    Fields fields{line};
    switch (fields.letter()) {
        case 'i': return invoke(fields);
        case 'o': return ok(fields);
        case 'r': return row(fields);
        case 'f': return fail(fields);
        case 'n': return info(fields);
        case 't': return tenant(fields);
        case 'w': return wallet(fields);
        case 'p': return process(fields);
        case 'k': return death(fields);
        case 'q': return quiet(fields);
        default: malformed("no such kind of line");
    }
}

void Intake::malformed(std::string_view why) {
    findings_.add(Rule::history, say("line ", line_number_, ": ", why));
}

void Intake::tenant(Fields fields) {
    const Number number = fields.index();
    if (number != all_.tenants.size()) return malformed("tenants are not in order");
    all_.tenants.emplace_back(fields.rest());
}

void Intake::wallet(Fields fields) {
    const Number number = fields.index();
    const Number owner_tenant = fields.index();
    if (number != all_.wallets.size() || owner_tenant >= all_.tenants.size()) {
        return malformed("wallets are not in order");
    }
    Wallet& made = all_.wallets.emplace_back();
    made.tenant = owner_tenant;
    made.owner = fields.rest();
}

void Intake::process(Fields fields) {
    const Number number = fields.index();
    const Number of = fields.index();
    if (!fields.good() || number != all_.process_tenants.size() || of >= all_.tenants.size()) {
        return malformed("processes are not in order");
    }
    all_.process_tenants.push_back(of);
    open_.push_back(none);
}

void Intake::invoke(Fields fields) {
    const Number number = fields.index();
    Operation asked;
    asked.process = fields.index();
    asked.invoked = fields.number();
    asked.verb = static_cast<Verb>(fields.letter());
    if (number != all_.operations.size()) return malformed("operations are not in order");
    if (asked.process >= open_.size() || open_[asked.process] != none) {
        return malformed("the process does not exist, waits for an answer or is not to be used");
    }
    bool fits = false;
    switch (asked.verb) {
        case Verb::deposit:
        case Verb::withdraw:
        case Verb::transfer:
        case Verb::freeze:
        case Verb::unfreeze: fits = read_intent(asked.verb, fields, number, asked.subject); break;
        case Verb::status:
            asked.subject = fields.index();
            asked.status = fields.letter();
            fits = fields.good() && has_wallet(asked.subject) &&
                   (asked.status == 'a' || asked.status == 'z');
            break;
        case Verb::balance:
            asked.subject = fields.index();
            fits = fields.good() && has_wallet(asked.subject);
            break;
        case Verb::page: fits = begin_page(fields, number, asked.subject); break;
    }
    if (!fits) return malformed("no such request");
    open_[asked.process] = number;
    all_.operations.push_back(asked);
}

bool Intake::read_intent(Verb verb, Fields fields, Number operation, Number& number) {
    Intent wanted;
    wanted.verb = verb;
    wanted.asked_by = operation;
    wanted.wallet = fields.index();
    if (verb == Verb::transfer) wanted.payee = fields.index();
    number = fields.index();
    if (verb == Verb::unfreeze) {
        wanted.freeze = fields.index();
        if (wanted.freeze >= all_.intents.size()) return false;
        const Intent& frozen = all_.intents[wanted.freeze];
        if (frozen.verb != Verb::freeze || frozen.wallet != wanted.wallet) return false;
        wanted.amount = frozen.amount;
    } else {
        wanted.amount = fields.number();
    }
    if (!fields.good() || !has_wallet(wanted.wallet)) return false;
    if (verb == Verb::transfer && (!has_wallet(wanted.payee) || wanted.payee == wanted.wallet)) {
        return false;
    }
    // Its answer will come soon, and is about the rows that come next.
    PREFETCH_SLOT(all_.wallets[wanted.wallet].slots.next());
    if (wanted.payee != none) PREFETCH_SLOT(all_.wallets[wanted.payee].slots.next());
    if (number == all_.intents.size()) {
        ++all_.wallets[wanted.wallet].writes_asked;
        if (wanted.payee != none) ++all_.wallets[wanted.payee].writes_asked;
        all_.intents.push_back(wanted);
        return true;
    }
    if (number > all_.intents.size()) return false;
    const Intent& before = all_.intents[number];
    return before.verb == verb && before.wallet == wanted.wallet && before.payee == wanted.payee &&
           before.freeze == wanted.freeze && before.amount == wanted.amount;
}

bool Intake::begin_page(Fields fields, Number operation, Number& number) {
    Page page;
    page.wallet = fields.index();
    page.size = fields.index();
    page.after = fields.index();
    if (!fields.good() || !has_wallet(page.wallet) || page.size == 0) return false;
    if (page.after != none &&
        (page.after >= operation || all_.operations[page.after].verb != Verb::page)) {
        return false;
    }
    number = static_cast<Number>(all_.pages.size());
    all_.pages.push_back(page);
    return true;
}

bool Intake::answered(Number operation, Instant at, Outcome outcome) {
    if (operation >= all_.operations.size()) {
        malformed("the answer of an operation that does not exist");
        return false;
    }
    Operation& asked = all_.operations[operation];
    if (asked.outcome != Outcome::open || at < asked.invoked) {
        malformed("the operation has an answer already, or has it before it was asked");
        return false;
    }
    asked.outcome = outcome;
    open_[asked.process] = outcome == Outcome::info ? unknown : none;
    return true;
}

void Intake::fail(Fields fields) {
    const Number operation = fields.index();
    const Instant at = fields.number();
    const Number code = fields.index();
    const Minor available = fields.number_or_none();
    if (!fields.good()) return malformed("not a refusal");
    if (!answered(operation, at, Outcome::fail)) return;
    const Operation& asked = all_.operations[operation];
    if (moves_money(asked.verb)) {
        all_.refused.push_back({.completed = at, .operation = operation, .code = code});
    }
    Look look{.invoked = asked.invoked, .completed = at, .operation = operation};
    const Intent* wanted = moves_money(asked.verb) ? &all_.intents[asked.subject] : nullptr;
    switch (code) {
        case 61060101:  // there is no such wallet
            look.kind = Look::Kind::absent;
            look.wallet = wanted != nullptr          ? wanted->wallet
                          : asked.verb == Verb::page ? all_.pages[asked.subject].wallet
                                                     : asked.subject;
            break;
        case 61060102:  // the payee has none
            if (wanted == nullptr || wanted->payee == none) return;
            look.kind = Look::Kind::absent;
            look.wallet = wanted->payee;
            break;
        case 61060201:  // not sufficient
            if (wanted == nullptr) return;
            look.kind = Look::Kind::shortfall;
            look.wallet = wanted->wallet;
            look.balance = available;
            look.held = wanted->amount;
            break;
        default: return;
    }
    // To another tenant a wallet is absent whatever it holds.
    if (all_.wallets[look.wallet].tenant == all_.process_tenants[asked.process]) {
        all_.looks.push_back(look);
    }
}

void Intake::info(Fields fields) {
    const Number operation = fields.index();
    const Instant at = fields.number();
    if (!fields.good()) return malformed("not an unknown outcome");
    if (answered(operation, at, Outcome::info)) unsure(operation);
}

void Intake::unsure(Number operation) {
    const Operation& asked = all_.operations[operation];
    if (asked.verb == Verb::status) {
        all_.wallets[asked.subject].status_changes.push_back(
            {.operation = operation, .status = asked.status});
    }
    if (!moves_money(asked.verb)) return;
    Intent& wanted = all_.intents[asked.subject];
    if (wanted.unsure_by == none) wanted.unsure_by = operation;
    if (wanted.first_by == none) wanted.since = std::min(wanted.since, asked.invoked);
    if (asked.invoked > wanted.unsure_until) wanted.unsure_until = asked.invoked;
}

void Intake::death(Fields fields) {
    const Instant at = fields.number();
    if (!fields.good()) return malformed("not a death");
    if (!all_.deaths.empty() && all_.deaths.back() > at) return malformed("deaths not in order");
    all_.deaths.push_back(at);
}

void Intake::quiet(Fields fields) {
    const Instant at = fields.number();
    if (!fields.good() || all_.quiet_since != never) return malformed("not the quiet, or twice");
    all_.quiet_since = at;
}

void Intake::end() {
    if (page_rows_left_ > 0) malformed("rows of the last page are missing");
    for (Number operation = 0; operation < all_.operations.size(); ++operation) {
        if (all_.operations[operation].outcome == Outcome::open) unsure(operation);
    }
    if (line_number_ == 0) malformed("there is nothing");
}

}  // namespace coffer::tests::history
