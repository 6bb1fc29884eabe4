#include "tests/history/intake.h"

// Pages of statements: each follows the one before it, and its rows are those that others saw.

namespace coffer::tests::history {

void Intake::begin_rows(Fields fields, const Client& asked, Instant at) {
    Page& page = all_.pages[asked.subject];
    const Number named = fields.index();
    page.total = fields.index();
    page.more = fields.number() != 0;
    const Number rows = fields.index();
    if (!fields.good()) return wrong_answer();
    page_ = asked.subject;
    page_rows_left_ = rows;
    page_asked_ = asked;
    page_source_ = {
        .operation = asked.operation, .completed = at, .is_last_read = all_.quiet_since != never};
    page_is_own_ = is_right(named, page.wallet, asked);
    if (page_rows_left_ > page.size) {
        findings_.add(Rule::statement, "the page has more rows than were asked for",
                      {{asked.operation}});
    }
    if (page_rows_left_ == 0) finish_page();
}

void Intake::row(const char* line) {
    if (page_rows_left_ == 0) return malformed("a row without a page");
    Fields fields{line};
    fields.letter();
    Sight sight;
    sight.wallet = fields.index();
    sight.seq = fields.index();
    const char type = fields.letter();
    sight.amount = fields.number();
    sight.before = fields.number();
    sight.balance = fields.number();
    sight.entry = fields.index();
    sight.intent = fields.index();
    const Number counterparty = fields.index();
    if (!fields.good()) return malformed("not a row");
    place_row(sight.seq);
    // The page's own wallet was looked at when the page began.
    const Number wanted = all_.pages[page_].wallet;
    if (page_is_own_ && (sight.wallet == wanted || is_right(sight.wallet, wanted, page_asked_))) {
        Wallet& wallet = all_.wallets[sight.wallet];
        __builtin_prefetch(wallet.slots.find(sight.seq - 12), 1);
        if (is_as_before(sight, type, counterparty)) {
            seen_again(wallet.slots[sight.seq - 1], wallet, page_source_);
        } else {
            look_at(sight, type, counterparty);
        }
    }
    if (--page_rows_left_ == 0) finish_page();
}

bool Intake::is_as_before(const Sight& sight, char type, Number counterparty) const {
    const Slots& slots = all_.wallets[sight.wallet].slots;
    if (sight.seq - 1 >= slots.size()) return false;
    const Slot& slot = slots[sight.seq - 1];
    return slot.intent == sight.intent && slot.balance == sight.balance &&
           slot.entry == sight.entry && slot.amount == sight.amount &&
           sight.balance == sight.before + change_by(slot.movement, sight.amount) &&
           type == letter_of(slot.movement) && counterparty == slot.other_wallet;
}

void Intake::look_at(const Sight& sight, char type, Number counterparty) {
    const Witness here{page_source_.operation, sight.seq};
    if (sight.intent >= all_.intents.size()) {
        findings_.add(Rule::invention,
                      say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet),
                          " has a reference that nobody ever sent"),
                      {here});
        return;
    }
    see(sight, page_source_);
    const Intent& wanted = all_.intents[sight.intent];
    const Number other_wallet = all_.details_of(wanted).other_wallet;
    const bool other_side = other_wallet == sight.wallet;
    const Movement movement = other_side ? opposite_of(wanted.movement) : wanted.movement;
    if (type != letter_of(movement) || sight.amount != wanted.amount) {
        findings_.add(Rule::effect,
                      say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet),
                          " has another type or amount than ", all_.intent_name(sight.intent),
                          ", whose reference it bears"),
                      {{all_.asked_by[sight.intent]}, here});
    } else if (counterparty != (other_side ? wanted.wallet : other_wallet)) {
        findings_.add(counterparty == unknown ? Rule::tenancy : Rule::effect,
                      say("row ", sight.seq, " of ", all_.wallet_name(sight.wallet),
                          " names another counterparty than ", all_.intent_name(sight.intent)),
                      {{all_.asked_by[sight.intent]}, here});
    }
}

void Intake::place_row(Number seq) {
    Page& page = all_.pages[page_];
    ++page.rows;
    if (page.rows == 1) {
        page.newest = page.oldest = seq;
        return;
    }
    if (seq != page.oldest - 1) {
        const Number operation = page_source_.operation;
        findings_.add(Rule::statement,
                      say("row ", page.oldest, " is followed by row ", seq, " on one page",
                          seq >= page.oldest ? ": twice" : ": left out"),
                      {{operation, page.oldest}, {operation, seq}});
    }
    page.oldest = seq;
}

void Intake::finish_page() {
    const Number operation = page_source_.operation;
    const Page& page = all_.pages[page_];
    Wallet& wallet = all_.wallets[page.wallet];
    if (page.after == none) {
        if (page.total != page.newest) {
            findings_.add(
                Rule::statement,
                say("the total says ", page.total, " rows, the newest is number ", page.newest),
                {{operation, page.newest}});
        }
        all_.looks.push_back({.invoked = page_asked_.invoked,
                              .completed = page_source_.completed,
                              .operation = operation,
                              .wallet = page.wallet,
                              .number = page.newest,
                              .kind = Look::Kind::number});
        if (page_source_.is_last_read) {
            wallet.last_read_seq = page.newest;
            wallet.last_statement = operation;
        }
    } else if (const Page& before = all_.pages[page.after];
               page.rows > 0 && page.newest != before.oldest - 1) {
        findings_.add(Rule::statement,
                      say("one page ends with row ", before.oldest, ", the next begins with row ",
                          page.newest, page.newest >= before.oldest ? ": twice" : ": left out"),
                      {{before.operation, before.oldest}, {operation, page.newest}});
    }
    if (page.rows > 0 && page.more != (page.oldest > 1)) {
        findings_.add(Rule::statement,
                      say("the page ends with row ", page.oldest, " and says that ",
                          page.more ? "more" : "no", " rows follow"),
                      {{operation, page.oldest}});
    }
    if (page.more && page.rows < page.size) {
        findings_.add(Rule::statement, "the page is not full, and more rows are said to follow",
                      {{operation, page.oldest}});
    }
}

}  // namespace coffer::tests::history
