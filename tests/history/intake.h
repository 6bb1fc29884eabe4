#pragma once

#include <string_view>

#include "tests/history/evidence.h"
#include "tests/history/fields.h"

namespace coffer::tests::history {

/// Reads the lines of a history into tables, once, in their order. What two lines say about the
/// same thing is compared at once; only the first of them is kept.
class Intake {
public:
    /// `bytes` is the history's size, or a guess: room for what it may hold, touched when needed.
    Intake(Evidence& evidence, Findings& findings, std::size_t bytes)
        : all_{evidence}, findings_{findings} {
        evidence.operations.reserve(bytes / 60);
        evidence.intents.reserve(bytes / 80);
        evidence.looks.reserve(bytes / 120);
    }

    /// One line; `line` ends in its line feed.
    void line(const char* line);
    /// After the last line: what never got an answer is unknown.
    void end();

private:
    /// What an answer says about one row.
    struct Sight {
        Number wallet = none;  ///< that the answer names
        Number seq = none;
        Number intent = none;
        Number entry = none;
        Minor before = 0;
        Minor balance = 0;
        Minor held = not_said;
        Number operation = none;
        Instant completed = 0;
    };

    /// A row of a page, which is looked at when the page is whole.
    struct Row {
        Sight sight;
        Minor amount = 0;
        Number counterparty = none;
        char type = 0;
    };

    void tenant(Fields fields);
    void wallet(Fields fields);
    void process(Fields fields);
    void invoke(Fields fields);
    void ok(Fields fields);
    void row(Fields fields);
    void fail(Fields fields);
    void info(Fields fields);
    void death(Fields fields);
    void quiet(Fields fields);

    [[nodiscard]] bool read_intent(Verb verb, Fields fields, Number operation, Number& intent);
    [[nodiscard]] bool begin_page(Fields fields, Number operation, Number& page);
    [[nodiscard]] bool answered(Number operation, Instant at, Outcome outcome);
    void ok_movement(Fields fields, Number operation, Instant at);
    void ok_transfer(Fields fields, Number operation, Instant at);
    void ok_hold(Fields fields, Number operation, Instant at);
    void ok_status(Fields fields, Number operation, Instant at);
    void ok_balance(Fields fields, Number operation, Instant at);
    void ok_page(Fields fields, Number operation, Instant at);
    void first_or_repeat(char first, Number operation, Number intent);
    [[nodiscard]] bool is_asked_wallet(Number named, Number asked, Number operation);
    void see(const Sight& sight);
    [[nodiscard]] bool fits(const Sight& sight, const Intent& intent, bool as_payee);
    void compare(const Sight& sight, const Slot& slot);
    void look_at(const Row& row);
    void place_row(Number seq, Number operation);
    void finish_page();
    void unsure(Number operation);
    void malformed(std::string_view why);
    void wrong_answer();
    [[nodiscard]] bool has_wallet(Number wallet) const { return wallet < all_.wallets.size(); }

    Evidence& all_;
    Findings& findings_;
    std::size_t line_number_ = 0;
    std::vector<Number> open_;  // by process: its operation without answer; `unknown`: retired
    Number page_operation_ = none;
    Instant page_completed_ = 0;
    Number page_rows_left_ = 0;
    bool page_is_own_ = false;
    std::vector<Row> rows_;
};

}  // namespace coffer::tests::history
