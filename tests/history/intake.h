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
        evidence.asked_by.reserve(bytes / 80);
        evidence.details.reserve(bytes / 400);
        evidence.looks.reserve(bytes / 120);
        evidence.told.reserve(bytes / 500);
        evidence.refused.reserve(bytes / 500);
    }

    /// One line; `line` ends in its line feed.
    void line(const char* line);
    /// After the last line: what never got an answer is unknown.
    void end();

private:
    /// A process, and what it asked: only that much of an operation is kept, until its answer.
    /// `subject` is the intent of what moves money, the page of a page, else the wallet.
    struct Client {
        enum class State : std::uint8_t { idle, waits, retired };
        Instant invoked = 0;
        Number operation = none;
        Number subject = none;
        Number tenant = none;
        Verb verb{};
        char status = 'a';  ///< of a change of status
        State state{};
    };

    /// What an answer says about one row.
    struct Sight {
        Number wallet = none;  ///< that the answer names
        Number seq = none;
        Number intent = none;
        Number entry = none;
        Minor amount = not_said;  ///< only where a page shows it
        Minor before = 0;
        Minor balance = 0;
        Minor held = not_said;
    };

    /// Which answer that is.
    struct Source {
        Number operation = none;
        Instant completed = 0;
        bool is_last_read = false;  ///< everybody else is silent
    };

    // One kind of line each, from its first character on.
    void tenant(const char* line);
    void wallet(const char* line);
    void process(const char* line);
    void invoke(const char* line);
    void ok(const char* line);
    void row(const char* line);
    void fail(const char* line);
    void info(const char* line);
    void due(const char* line);
    void death(const char* line);
    void quiet(const char* line);

    // The rest of a line. Inlined, so that fields are read in registers.
    [[nodiscard, gnu::always_inline]] inline bool read_intent(Fields& fields, Client& asked);
    [[nodiscard]] bool read_rare_intent(Fields fields, Client& asked);
    [[nodiscard, gnu::always_inline]] inline bool begin_page(Fields& fields, Client& asked);
    static void read_balances(Fields& fields, Sight& sight);
    static Sight read_own(Fields& fields, Number intent);
    [[gnu::always_inline]] inline void ok_movement(Fields& fields, const Client& asked, Instant at);
    [[gnu::always_inline]] inline void ok_transfer(Fields& fields, const Client& asked, Instant at);
    [[gnu::always_inline]] inline void ok_hold(Fields& fields, const Client& asked, Instant at);
    [[gnu::always_inline]] inline void ok_status(Fields& fields, const Client& asked, Instant at);
    [[gnu::always_inline]] inline void ok_balance(Fields& fields, const Client& asked, Instant at);

    /// Who asked, and from now on does not wait; null where that makes no sense.
    [[nodiscard]] const Client* answered(Number operation, Instant at, Client::State next);
    [[nodiscard]] Number page_of(Number operation) const;
    [[nodiscard]] bool begin_refund(Intent& refund, Details& details) const;
    [[nodiscard]] bool begin_payment(Intent& payment, const Details& details) const;
    [[nodiscard]] bool begin_expiry(Number freeze, Number wallet, Number asked_in);
    [[nodiscard]] bool is_expiry_of(Number expiry, Number freeze) const;
    [[nodiscard]] bool begin_decision(Verb verb, Intent& decision, const Details& details) const;
    [[nodiscard]] bool enter(Number number, Intent wanted, const Details& details, Number asked_in);
    [[nodiscard]] bool is_same(Number intent, const Intent& again, const Details& details) const;
    void first_or_repeat(char first, const Client& asked);
    void unsure(const Client& asked);
    void bound_rows(const Intent& intent);
    /// The answer is about the wallet that was asked for, and of the asker's tenant.
    [[nodiscard]] bool is_right(Number named, Number wanted, const Client& asked) {
        if (named == wanted && all_.wallets[wanted].tenant == asked.tenant) [[likely]]
            return true;
        wrong_wallet(named, wanted, asked);
        return false;
    }
    void wrong_wallet(Number named, Number wanted, const Client& asked);

    void see(const Sight& sight, const Source& source);
    [[nodiscard]] bool learn_amount(Intent& wanted, const Sight& sight, const Source& source);
    void ok_request(Fields fields, const Client& asked, Instant at);
    void refused_decision(Look look, Number code, const Client& asked);
    void refused_of_freeze(Look look, Number code, Minor available, const Client& asked);
    void refused_refund(Look look, Number code, Minor available, const Client& asked);
    void join_sides(const Intent& two_sided);
    void seen_again(Slot& slot, Wallet& wallet, const Source& source);
    [[nodiscard]] bool fits(const Sight& sight, Minor change, const Source& source);
    void compare(const Sight& sight, const Slot& slot, const Source& source);

    void begin_rows(Fields fields, const Client& asked, Instant at);
    /// The row is the one that an answer before showed.
    [[nodiscard]] bool is_as_before(const Sight& sight, char type, Number counterparty) const;
    void look_at(const Sight& sight, char type, Number counterparty);
    void place_row(Number seq);
    void finish_page();
    void add_look(const Look& look, const Client& asked);
    void malformed(std::string_view why);
    void wrong_answer();
    [[nodiscard]] bool has_wallet(Number wallet) const { return wallet < all_.wallets.size(); }

    Evidence& all_;
    Findings& findings_;
    std::size_t line_number_ = 0;
    std::vector<Client> clients_;
    Number page_rows_left_ = 0;
    Number page_ = none;  // whose rows come now
    Client page_asked_;
    Source page_source_;
    bool page_is_own_ = false;
};

}  // namespace coffer::tests::history
