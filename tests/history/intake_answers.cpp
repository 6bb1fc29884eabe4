#include <algorithm>

#include "tests/history/intake.h"

// What was answered with ok: each row that an answer shows is compared with the first answer that
// showed it.

namespace coffer::tests::history {

void Intake::ok(Fields fields) {
    const Number operation = fields.index();
    const Instant at = fields.number();
    if (!answered(operation, at, Outcome::ok)) return;
    switch (all_.operations[operation].verb) {
        case Verb::deposit:
        case Verb::withdraw: ok_movement(fields, operation, at); break;
        case Verb::transfer: ok_transfer(fields, operation, at); break;
        case Verb::freeze:
        case Verb::unfreeze: ok_hold(fields, operation, at); break;
        case Verb::status: ok_status(fields, operation, at); break;
        case Verb::balance: ok_balance(fields, operation, at); break;
        case Verb::page: ok_page(fields, operation, at); break;
    }
}

void Intake::wrong_answer() { malformed("not the answer that this request has"); }

void Intake::ok_movement(Fields fields, Number operation, Instant at) {
    const char first = fields.letter();
    const Number wanted = all_.operations[operation].subject;
    Sight sight{.intent = wanted, .operation = operation, .completed = at};
    sight.wallet = fields.index();
    sight.entry = fields.index();
    sight.seq = fields.index();
    sight.before = fields.number();
    sight.balance = fields.number();
    sight.held = fields.number();
    if (!fields.good()) return wrong_answer();
    first_or_repeat(first, operation, wanted);
    if (is_asked_wallet(sight.wallet, all_.intents[wanted].wallet, operation)) see(sight);
}

void Intake::ok_transfer(Fields fields, Number operation, Instant at) {
    const char first = fields.letter();
    const Number wanted = all_.operations[operation].subject;
    Sight own{.intent = wanted, .operation = operation, .completed = at};
    own.wallet = fields.index();
    own.entry = fields.index();
    Sight payee = own;
    for (Sight* side : {&own, &payee}) {
        if (side == &payee) payee.wallet = fields.index();
        side->seq = fields.index();
        side->before = fields.number();
        side->balance = fields.number();
        side->held = fields.number();
    }
    if (!fields.good()) return wrong_answer();
    first_or_repeat(first, operation, wanted);
    const Number asked = all_.intents[wanted].wallet;
    const Number asked_payee = all_.intents[wanted].payee;
    if (is_asked_wallet(own.wallet, asked, operation)) see(own);
    if (is_asked_wallet(payee.wallet, asked_payee, operation)) see(payee);
}

void Intake::ok_hold(Fields fields, Number operation, Instant at) {
    const char first = fields.letter();
    const Number wanted = all_.operations[operation].subject;
    const Number named = fields.index();
    Told told{.completed = at, .operation = operation, .intent = wanted};
    told.balance = fields.number();
    told.held = fields.number();
    if (!fields.good()) return wrong_answer();
    first_or_repeat(first, operation, wanted);
    if (is_asked_wallet(named, all_.intents[wanted].wallet, operation)) all_.told.push_back(told);
}

void Intake::ok_status(Fields fields, Number operation, Instant at) {
    const Operation& asked = all_.operations[operation];
    const Number named = fields.index();
    const char status = fields.letter();
    if (!fields.good()) return wrong_answer();
    if (!is_asked_wallet(named, asked.subject, operation)) return;
    all_.wallets[named].status_changes.push_back(
        {.operation = operation, .status = asked.status, .sure = true, .completed = at});
    if (status != asked.status) {
        findings_.add(Rule::effect, "the answer shows another status than was set", {{operation}});
    }
}

void Intake::ok_balance(Fields fields, Number operation, Instant at) {
    const Operation& asked = all_.operations[operation];
    Look look{.invoked = asked.invoked, .completed = at, .operation = operation};
    look.wallet = fields.index();
    look.balance = fields.number();
    look.held = fields.number();
    look.kind = Look::Kind::state;
    if (!fields.good()) return wrong_answer();
    if (is_asked_wallet(look.wallet, asked.subject, operation)) all_.looks.push_back(look);
}

void Intake::ok_page(Fields fields, Number operation, Instant at) {
    const Operation& asked = all_.operations[operation];
    Page& page = all_.pages[asked.subject];
    const Number named = fields.index();
    page.total = fields.index();
    page.more = fields.number() != 0;
    const Number rows = fields.index();
    if (!fields.good()) return wrong_answer();
    page_rows_left_ = rows;
    page_operation_ = operation;
    page_completed_ = at;
    page_is_own_ = is_asked_wallet(named, page.wallet, operation);
    if (page_rows_left_ > page.size) {
        findings_.add(Rule::statement, "the page has more rows than were asked for", {{operation}});
    }
    if (page_rows_left_ == 0) finish_page();
}

void Intake::row(Fields fields) {
    if (page_rows_left_ == 0) return malformed("a row without a page");
    Row row{.sight = {.operation = page_operation_, .completed = page_completed_}};
    Sight& sight = row.sight;
    sight.wallet = fields.index();
    sight.seq = fields.index();
    row.type = fields.letter();
    row.amount = fields.number();
    sight.before = fields.number();
    sight.balance = fields.number();
    sight.entry = fields.index();
    sight.intent = fields.index();
    row.counterparty = fields.index();
    if (!fields.good()) return malformed("not a row");
    // What was asked for lies anywhere in memory: it comes while the page's other rows are read.
    if (sight.intent < all_.intents.size()) __builtin_prefetch(&all_.intents[sight.intent]);
    if (has_wallet(sight.wallet) && sight.seq - 1 < all_.wallets[sight.wallet].slots.size()) {
        PREFETCH_SLOT(&all_.wallets[sight.wallet].slots[sight.seq - 1]);
    }
    rows_.push_back(row);
    if (--page_rows_left_ == 0) finish_page();
}

void Intake::look_at(const Row& row) {
    const Sight& sight = row.sight;
    const Page& page = all_.pages[all_.operations[page_operation_].subject];
    const Witness here{page_operation_, sight.seq};
    place_row(sight.seq, page_operation_);
    // The page's own wallet was looked at when the page began.
    if (!page_is_own_ || (sight.wallet != page.wallet &&
                          !is_asked_wallet(sight.wallet, page.wallet, page_operation_))) {
        return;
    }
    if (sight.intent >= all_.intents.size()) {
        findings_.add(Rule::invention,
                      say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet),
                          " has a reference that nobody ever sent"),
                      {here});
        return;
    }
    see(sight);
    const Intent& wanted = all_.intents[sight.intent];
    const bool payee = wanted.payee == sight.wallet;
    const char transfer = payee ? 'i' : 'o';
    const char expected = wanted.verb == Verb::transfer ? transfer : static_cast<char>(wanted.verb);
    if (row.type != expected || row.amount != wanted.amount) {
        findings_.add(Rule::effect,
                      say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet),
                          " has another type or amount than ", all_.intent_name(sight.intent),
                          ", whose reference it bears"),
                      {{wanted.asked_by}, here});
    } else if (row.counterparty != (payee ? wanted.wallet : wanted.payee)) {
        findings_.add(row.counterparty == unknown ? Rule::tenancy : Rule::effect,
                      say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet),
                          " names another counterparty than ", all_.intent_name(sight.intent)),
                      {{wanted.asked_by}, here});
    }
}

void Intake::place_row(Number seq, Number operation) {
    Page& page = all_.pages[all_.operations[operation].subject];
    ++page.rows;
    if (page.rows == 1) {
        page.newest = page.oldest = seq;
        return;
    }
    if (seq != page.oldest - 1) {
        findings_.add(Rule::statement,
                      say("row ", page.oldest, " is followed by row ", seq, " on one page",
                          seq >= page.oldest ? ": twice" : ": left out"),
                      {{operation, page.oldest}, {operation, seq}});
    }
    page.oldest = seq;
}

void Intake::finish_page() {
    for (const Row& row : rows_) look_at(row);
    rows_.clear();
    const Operation& asked = all_.operations[page_operation_];
    const Page& page = all_.pages[asked.subject];
    Wallet& wallet = all_.wallets[page.wallet];
    if (page.after == none) {
        if (page.total != page.newest) {
            findings_.add(
                Rule::statement,
                say("the total says ", page.total, " rows, the newest is number ", page.newest),
                {{page_operation_, page.newest}});
        }
        all_.looks.push_back({.invoked = asked.invoked,
                              .completed = page_completed_,
                              .operation = page_operation_,
                              .wallet = page.wallet,
                              .seq = page.newest,
                              .kind = Look::Kind::number});
        if (all_.quiet_since != never) {
            wallet.last_read_seq = page.newest;
            wallet.last_statement = page_operation_;
        }
    } else if (const Page& before = all_.pages[all_.operations[page.after].subject];
               page.rows > 0 && page.newest != before.oldest - 1) {
        findings_.add(Rule::statement,
                      say("one page ends with row ", before.oldest, ", the next begins with row ",
                          page.newest, page.newest >= before.oldest ? ": twice" : ": left out"),
                      {{page.after, before.oldest}, {page_operation_, page.newest}});
    }
    if (page.rows > 0 && page.more != (page.oldest > 1)) {
        findings_.add(Rule::statement,
                      say("the page ends with row ", page.oldest, " and says that ",
                          page.more ? "more" : "no", " rows follow"),
                      {{page_operation_, page.oldest}});
    }
    if (page.more && page.rows < page.size) {
        findings_.add(Rule::statement, "the page is not full, and more rows are said to follow",
                      {{page_operation_, page.oldest}});
    }
}

void Intake::first_or_repeat(char first, Number operation, Number number) {
    Intent& wanted = all_.intents[number];
    if (first == 'r') {
        if (wanted.repeat_by == none) wanted.repeat_by = operation;
    } else if (first != 'n') {
        malformed("an answer is the first (n) or a repeat (r)");
    } else if (wanted.first_by != none) {
        findings_.add(
            Rule::exactly_once,
            say(all_.intent_name(number), " was answered twice as if it took effect then"),
            {{wanted.first_by}, {operation}});
    } else {
        wanted.first_by = operation;
        wanted.since = all_.operations[operation].invoked;
    }
}

bool Intake::is_asked_wallet(Number named, Number asked, Number operation) {
    const Number asker = all_.process_tenants[all_.operations[operation].process];
    if (all_.wallets[asked].tenant != asker) {
        findings_.add(Rule::tenancy,
                      say("a process of ", all_.tenants[asker], " was answered about ",
                          all_.wallet_name(asked), ", which is of another tenant"),
                      {{operation}});
        return false;
    }
    if (named == asked) return true;
    const bool foreign = !has_wallet(named) || all_.wallets[named].tenant != asker;
    findings_.add(foreign ? Rule::tenancy : Rule::effect,
                  say("asked was ", all_.wallet_name(asked), ", the answer shows ",
                      has_wallet(named) ? all_.wallet_name(named) : "a wallet that nobody knows"),
                  {{operation}});
    return false;
}

void Intake::see(const Sight& sight) {
    Intent& wanted = all_.intents[sight.intent];
    Wallet& wallet = all_.wallets[sight.wallet];
    const bool payee = wanted.payee == sight.wallet;
    if (!payee && wanted.wallet != sight.wallet) {
        const bool foreign = all_.wallets[wanted.wallet].tenant != wallet.tenant;
        findings_.add(foreign ? Rule::tenancy : Rule::invention,
                      say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet),
                          " bears the reference of ", all_.intent_name(sight.intent), " in ",
                          all_.wallet_name(wanted.wallet)),
                      {{wanted.asked_by}, {sight.operation, sight.seq}});
        return;
    }
    if (sight.seq == 0 || sight.seq > wallet.writes_asked) {
        findings_.add(Rule::sequence,
                      say(all_.wallet_name(sight.wallet), " shows row ", sight.seq, ", but only ",
                          wallet.writes_asked, " were ever asked for"),
                      {{sight.operation, sight.seq}});
        return;
    }
    if (!fits(sight, wanted, payee)) return;
    if (sight.seq > wallet.slots.size()) wallet.slots.grow(sight.seq);
    Slot& slot = wallet.slots[sight.seq - 1];
    Number& seq = payee ? wanted.payee_seq : wanted.seq;
    if (seq != none && seq != sight.seq) {
        findings_.add(
            Rule::exactly_once,
            say(all_.intent_name(sight.intent), " shows twice in ", all_.wallet_name(sight.wallet),
                ": as row ", seq, " and as row ", sight.seq),
            {{wallet.slots[seq - 1].seen_by, seq}, {sight.operation, sight.seq}});
        return;
    }
    if (slot.intent == none) {
        seq = sight.seq;
        slot.intent = sight.intent;
        slot.entry = sight.entry;
        slot.of_transfer = wanted.payee != none;
        slot.balance = sight.balance;
        slot.held = sight.held;
        slot.seen_by = sight.operation;
        slot.seen_at = sight.completed;
    } else {
        compare(sight, slot);
        if (slot.held == not_said) slot.held = sight.held;
        if (sight.completed < slot.seen_at) {
            slot.seen_at = sight.completed;
            slot.seen_by = sight.operation;
        }
    }
    if (all_.quiet_since != never && all_.operations[sight.operation].verb == Verb::page) {
        slot.in_last_reads = true;
    }
}

bool Intake::fits(const Sight& sight, const Intent& intent, bool as_payee) {
    Minor change = 0;
    switch (intent.verb) {
        case Verb::deposit: change = intent.amount; break;
        case Verb::withdraw: change = -intent.amount; break;
        case Verb::transfer: change = as_payee ? intent.amount : -intent.amount; break;
        default: break;  // what is set aside stays in the whole balance
    }
    if (sight.balance == sight.before + change) return true;
    findings_.add(Rule::effect,
                  say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet), " goes from ",
                      sight.before, " to ", sight.balance, "; ", all_.intent_name(sight.intent),
                      " should have changed it by ", change),
                  {{intent.asked_by}, {sight.operation, sight.seq}});
    return false;
}

void Intake::compare(const Sight& sight, const Slot& slot) {
    const bool same_row = slot.intent == sight.intent;
    if (same_row && slot.balance == sight.balance && slot.entry == sight.entry &&
        (slot.held == not_said || sight.held == not_said || slot.held == sight.held)) {
        return;
    }
    const std::vector<Witness> both{{slot.seen_by, sight.seq}, {sight.operation, sight.seq}};
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
