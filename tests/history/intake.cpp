#include "tests/history/intake.h"

#include <algorithm>

// What was asked, and the ends of it that are no answers.

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
    switch (line[0]) {
        case 'i': return invoke(line);
        case 'o': return ok(line);
        case 'r': return row(line);
        case 'f': return fail(line);
        case 'n': return info(line);
        case 't': return tenant(line);
        case 'w': return wallet(line);
        case 'p': return process(line);
        case 'x': return due(line);
        case 'k': return death(line);
        case 'q': return quiet(line);
        default: malformed("no such kind of line");
    }
}

void Intake::malformed(std::string_view why) {
    findings_.add(Rule::history, say("line ", line_number_, ": ", why));
}

void Intake::tenant(const char* line) {
    Fields fields{line};
    fields.letter();
    const Number number = fields.index();
    const std::string_view name = fields.rest();
    if (!fields.good() || number != all_.tenants.size())
        return malformed("tenants are not in order");
    all_.tenants.emplace_back(name);
}

void Intake::wallet(const char* line) {
    Fields fields{line};
    fields.letter();
    const Number number = fields.index();
    const Number owner_tenant = fields.index();
    const std::string_view owner = fields.rest();
    if (!fields.good() || number != all_.wallets.size() || owner_tenant >= all_.tenants.size()) {
        return malformed("wallets are not in order");
    }
    Wallet& made = all_.wallets.emplace_back();
    made.tenant = owner_tenant;
    made.owner = owner;
}

void Intake::process(const char* line) {
    Fields fields{line};
    fields.letter();
    const Number number = fields.index();
    const Number of = fields.index();
    if (!fields.good() || number != all_.processes || of >= all_.tenants.size()) {
        return malformed("processes are not in order");
    }
    ++all_.processes;
    clients_.push_back({.tenant = of});
}

void Intake::invoke(const char* line) {
    Fields fields{line};
    fields.letter();
    const Number number = fields.index();
    const Number process = fields.index();
    if (number != all_.operations.size()) return malformed("operations are not in order");
    if (process >= clients_.size() || clients_[process].state != Client::State::idle) {
        return malformed("the process does not exist, waits for an answer or is not to be used");
    }
    Client& asked = clients_[process];
    asked.operation = number;
    asked.invoked = fields.number();
    asked.verb = static_cast<Verb>(fields.letter());
    bool fits = false;
    switch (asked.verb) {
        case Verb::deposit:
        case Verb::withdraw:
        case Verb::transfer:
        case Verb::freeze:
        case Verb::unfreeze: fits = read_intent(fields, asked); break;
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
        case Verb::page: fits = begin_page(fields, asked); break;
        case Verb::freeze_until:
        case Verb::capture:
        case Verb::adjust_up:
        case Verb::adjust_down:
        case Verb::refund:
        case Verb::cancel:
        case Verb::request:
        case Verb::request_paid:
        case Verb::approve:
        case Verb::reject:
        case Verb::take_back: fits = read_rare_intent(fields, asked); break;
    }
    if (!fits) return malformed("no such request");
    asked.state = Client::State::waits;
    all_.operations.push_back(process);
}

namespace {

/// The row of it in the wallet it is asked of.
Movement movement_of(Verb verb) {
    switch (verb) {
        case Verb::deposit: return Movement::deposit;
        case Verb::withdraw: return Movement::withdraw;
        case Verb::transfer: return Movement::transfer_out;
        case Verb::freeze: return Movement::freeze;
        case Verb::unfreeze: return Movement::unfreeze;
        case Verb::freeze_until:
        case Verb::capture:
        case Verb::adjust_up:
        case Verb::adjust_down:
        case Verb::refund:
        case Verb::cancel:
        case Verb::request:
        case Verb::request_paid:
        case Verb::approve:
        case Verb::reject:
        case Verb::take_back:
        case Verb::status:
        case Verb::balance:
        case Verb::page: break;
    }
    return Movement::deposit;
}

}  // namespace

bool Intake::read_intent(Fields& fields, Client& asked) {
    Intent wanted;
    Details details;
    wanted.movement = movement_of(asked.verb);
    wanted.wallet = fields.index();
    if (asked.verb == Verb::transfer) details.other_wallet = fields.index();
    const Number number = asked.subject = fields.index();
    if (asked.verb == Verb::unfreeze) {
        details.origin = fields.index();
        if (details.origin >= all_.intents.size()) return false;
        const Intent& frozen = all_.intents[details.origin];
        if (frozen.movement != Movement::freeze || frozen.wallet != wanted.wallet) return false;
        wanted.amount = not_said;
        wanted.all_left = true;
    } else {
        wanted.amount = fields.number();
    }
    if (!fields.good() || !has_wallet(wanted.wallet)) return false;
    Wallet& wallet = all_.wallets[wanted.wallet];
    // Its answer will come soon, and is about the rows that come next.
    __builtin_prefetch(wallet.slots.next(), 1);
    if (asked.verb == Verb::transfer) {
        if (!has_wallet(details.other_wallet) || details.other_wallet == wanted.wallet)
            return false;
        __builtin_prefetch(all_.wallets[details.other_wallet].slots.next(), 1);
    }
    if (number != all_.intents.size()) return is_same(number, wanted, details);
    ++wallet.writes_asked;
    if (details.other_wallet != none) ++all_.wallets[details.other_wallet].writes_asked;
    if (asked.verb == Verb::transfer || asked.verb == Verb::unfreeze) {
        wanted.details = static_cast<Number>(all_.details.size());
        all_.details.push_back(details);
    }
    all_.intents.push_back(wanted);
    all_.asked_by.push_back(asked.operation);
    return true;
}

bool Intake::is_same(Number intent, const Intent& again, const Details& details) const {
    if (intent >= all_.intents.size()) return false;
    const Intent& before = all_.intents[intent];
    const Details& its = all_.details_of(before);
    return before.movement == again.movement && before.wallet == again.wallet &&
           before.all_left == again.all_left && before.cancels == again.cancels &&
           (before.amount == again.amount || again.all_left) &&
           its.other_wallet == details.other_wallet && its.origin == details.origin;
}

bool Intake::begin_page(Fields& fields, Client& asked) {
    Page page{.operation = asked.operation};
    page.wallet = fields.index();
    page.size = fields.index();
    const Number after = fields.index();
    if (!fields.good() || !has_wallet(page.wallet) || page.size == 0) return false;
    page.after = page_of(after);
    if (after != none && page.after == none) return false;
    asked.subject = static_cast<Number>(all_.pages.size());
    all_.pages.push_back(page);
    return true;
}

Number Intake::page_of(Number operation) const {
    const auto found =
        std::lower_bound(all_.pages.begin(), all_.pages.end(), operation,
                         [](const Page& page, Number wanted) { return page.operation < wanted; });
    if (found == all_.pages.end() || found->operation != operation) return none;
    return static_cast<Number>(found - all_.pages.begin());
}

auto Intake::answered(Number operation, Instant at, Client::State next) -> const Client* {
    if (operation >= all_.operations.size()) {
        malformed("the answer of an operation that does not exist");
        return nullptr;
    }
    Client& asked = clients_[all_.operations[operation]];
    if (asked.operation != operation || asked.state != Client::State::waits || at < asked.invoked) {
        malformed("the operation has an answer already, or has it before it was asked");
        return nullptr;
    }
    asked.state = next;
    return &asked;
}

void Intake::fail(const char* line) {
    Fields fields{line};
    fields.letter();
    const Number operation = fields.index();
    const Instant at = fields.number();
    const Number code = fields.index();
    const Minor available = fields.number_or_none();
    if (!fields.good()) return malformed("not a refusal");
    const Client* const asked = answered(operation, at, Client::State::idle);
    if (asked == nullptr) return;
    ++all_.counts.refused;
    const bool money = moves_money(asked->verb);
    if (money) {
        all_.refused.push_back({.invoked = asked->invoked,
                                .completed = at,
                                .operation = operation,
                                .intent = asked->subject,
                                .code = code});
    }
    Look look{.invoked = asked->invoked, .completed = at, .operation = operation};
    const Intent* wanted = money ? &all_.intents[asked->subject] : nullptr;
    if (wanted != nullptr && follows_another(wanted->movement)) [[unlikely]] {
        if (is_refund(wanted->movement)) return refused_refund(look, code, available, *asked);
        if (is_decision(wanted->movement)) return refused_decision(look, code, *asked);
        return refused_of_freeze(look, code, available, *asked);
    }
    switch (code) {
        case 61060101:  // there is no such wallet
            look.kind = Look::Kind::absent;
            look.wallet = wanted != nullptr           ? wanted->wallet
                          : asked->verb == Verb::page ? all_.pages[asked->subject].wallet
                                                      : asked->subject;
            break;
        case 61060102:  // the payee has none
            if (wanted == nullptr || wanted->movement != Movement::transfer_out) return;
            look.kind = Look::Kind::absent;
            look.wallet = all_.details_of(*wanted).other_wallet;
            break;
        case 61060201:  // not sufficient
            if (wanted == nullptr) return;
            look.kind = Look::Kind::shortfall;
            look.wallet = wanted->wallet;
            look.balance = available;
            look.held = wanted->amount;
            if (rule_of(wanted->movement).balance > 0) look.held = 0;  // it takes nothing away
            break;
        default: return;
    }
    add_look(look, *asked);
}

/// To another tenant a wallet is absent whatever it holds.
void Intake::add_look(const Look& look, const Client& asked) {
    if (all_.wallets[look.wallet].tenant == asked.tenant) all_.looks.push_back(look);
}

void Intake::info(const char* line) {
    Fields fields{line};
    fields.letter();
    const Number operation = fields.index();
    const Instant at = fields.number();
    if (!fields.good()) return malformed("not an unknown outcome");
    if (const Client* asked = answered(operation, at, Client::State::retired)) unsure(*asked);
}

void Intake::unsure(const Client& asked) {
    ++all_.counts.unknown;
    if (asked.verb == Verb::status) {
        all_.wallets[asked.subject].status_changes.push_back(
            {.operation = asked.operation, .status = asked.status, .invoked = asked.invoked});
    }
    if (!moves_money(asked.verb)) return;
    Intent& wanted = all_.intents[asked.subject];
    Details& details = all_.own_details_of(wanted);
    if (details.unsure_by == none) details.unsure_by = asked.operation;
    details.unsure_until = std::max(details.unsure_until, asked.invoked);
    if (wanted.told_first) return;
    wanted.since = std::min(wanted.since, asked.invoked);
    bound_rows(wanted);
}

void Intake::bound_rows(const Intent& intent) {
    const auto bound = [&](Number wallet, Number seq) {
        if (seq == none) return;
        Slot& slot = all_.row(wallet, seq);
        slot.earliest = intent.since;
        slot.told_first = intent.told_first;
    };
    bound(intent.wallet, intent.seq);
    if (intent.details == none) return;
    const Details& details = all_.details[intent.details];
    bound(details.other_wallet, details.other_seq);
}

void Intake::due(const char* line) {
    Fields fields{line};
    fields.letter();
    const Instant at = fields.number();
    const Number freeze = fields.index();
    if (!fields.good() || !is_expiry_of(freeze + 1, freeze)) return malformed("nothing is due");
    Intent& expiry = all_.intents[freeze + 1];
    if (expiry.since != never) return malformed("due twice");
    expiry.since = at;
    all_.due.push_back(freeze);
    bound_rows(expiry);
}

void Intake::death(const char* line) {
    Fields fields{line};
    fields.letter();
    const Instant at = fields.number();
    if (!fields.good()) return malformed("not a death");
    if (!all_.deaths.empty() && all_.deaths.back() > at) return malformed("deaths not in order");
    all_.deaths.push_back(at);
}

void Intake::quiet(const char* line) {
    Fields fields{line};
    fields.letter();
    const Instant at = fields.number();
    if (!fields.good() || all_.quiet_since != never) return malformed("not the quiet, or twice");
    all_.quiet_since = at;
}

void Intake::end() {
    if (page_rows_left_ > 0) malformed("rows of the last page are missing");
    // In the order in which they were asked.
    std::vector<Client*> waiting;
    for (Client& client : clients_) {
        if (client.state == Client::State::waits) waiting.push_back(&client);
    }
    std::sort(waiting.begin(), waiting.end(), [](const Client* left, const Client* right) {
        return left->operation < right->operation;
    });
    for (const Client* client : waiting) unsure(*client);
    if (line_number_ == 0) malformed("there is nothing");
}

}  // namespace coffer::tests::history
