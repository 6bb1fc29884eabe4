#pragma once

#include <string>
#include <vector>

#include "tests/history/format.h"

namespace coffer::tests::history {

/// What a service can do wrong, once in a history.
enum class Mischief {
    keeps_every_rule,
    loses_a_deposit,       ///< answers ok and forgets it
    loses_a_freeze,        ///< likewise; its answer names no row
    loses_the_newest_row,  ///< before the last reads
    doubles_a_deposit,     ///< two rows of one reference
    repeats_an_effect,     ///< a repeat takes effect once more
    calls_a_first_a_repeat,
    calls_a_repeat_a_first,
    refuses_a_repeat,       ///< of what had taken effect
    keeps_half_a_transfer,  ///< the payee gets nothing
    splits_an_entry,        ///< the two rows of a transfer are of two entries
    changes_a_row,          ///< a page shows another entry than was answered
    adds_one_to_a_deposit,
    adds_one_between_rows,
    holds_one_more,
    pays_out_too_much,
    pays_out_while_frozen,
    calls_it_frozen,  ///< refuses, and it is not frozen
    calls_it_short,   ///< refuses, and there is enough
    calls_it_absent,  ///< refuses, and the wallet is there
    refuses_and_applies,
    applies_after_death,  ///< of what nobody knew, when everybody had seen that it is not there
    reads_stale_balance,
    reads_stale_page,
    leaves_out_a_row,  ///< in the middle of a page
    shows_a_row_twice,
    skips_between_pages,
    repeats_between_pages,
    miscounts,  ///< the total of a list
    ends_a_list_early,
    invents_a_row,
    shows_foreign_row,  ///< of another tenant's wallet, in a page
    shows_foreign_balance,
    answers_foreign_client,
    ends_a_freeze_twice,
    adjusts_the_wrong_way,
    loses_an_adjustment,
    calls_an_adjustment_frozen,  ///< refuses what the status does not stop
    refunds_too_much,            ///< in sum more than the original
    refunds_after_cancel,
    cancels_less,  ///< than is left
    cancels_twice,
    keeps_half_a_refund,  ///< of a transfer: the payer gets it and the payee keeps it, or neither
    refunds_the_wrong_way,
    calls_it_refunded,  ///< refuses, and something is left
    miscounts_what_is_left,
    forgets_a_transaction,  ///< refuses to refund what it has acknowledged
    decides_twice,
    calls_it_decided,  ///< refuses, and it was not
    forgets_a_request,
    loses_a_decision,
    pays_what_it_rejects,
    keeps_it_held,  ///< pays, and what was set aside stays so
    tells_another_state,
    pays_more_than_held,   ///< out of a freeze
    pays_after_the_end,    ///< of a freeze
    pays_twice,            ///< under one reference
    keeps_half_a_payment,  ///< the payee gets nothing
    loses_a_payment,
    gives_back_the_whole,  ///< of a freeze that was paid out of
    calls_it_ended,        ///< refuses, and the freeze is there
    miscounts_what_is_held,
    forgets_a_freeze,
    expires_early,
    expires_twice,
    never_expires,
};

/// The service that a generated history is of: one step at a time, in memory, and right. It answers
/// with the part of an `o` or `f` line that follows the instant; in words, because the lines that
/// are planted into histories are changed field by field.
class GeneratorService {
public:
    struct Row {
        char type;
        Minor amount;
        Minor before;
        Minor balance;
        Minor held;
        Number entry;
        Number intent;
        Number counterparty;
    };
    struct Intent {
        Verb verb{};
        Number wallet = none;
        Number payee = none;
        Number freeze = none;
        Minor amount = 0;
        Number seq = 0;  ///< 0: it has no effect yet
        Number payee_seq = 0;
        bool heard = false;          ///< somebody has an answer that says so
        Number origin = none;        ///< of a refund: what it gives back
        Number other_wallet = none;  ///< of a payment the payee; of the refund of what has one
        bool all_left = false;       ///< `amount` is known when it takes effect
        Minor given_back = 0;
        bool cancelled = false;
        bool decided = false;    ///< of a withdrawal request
        Minor still_held = 0;    ///< of a freeze
        bool is_due = false;     ///< likewise: it ends by itself
        bool by_itself = false;  ///< of an end of a freeze: nobody asks for it
        bool wanted_while_frozen = false;
        int tries = 0;
    };
    struct Answer {
        bool ok = true;
        std::string text;
        std::string rows;   ///< the lines behind it
        Number oldest = 0;  ///< of them
        bool lost = false;  ///< it does not reach the client
    };

    explicit GeneratorService(Number wallets) : wallets_(wallets) {}

    /// From now on the first request that gives the occasion is treated so.
    void plan(Mischief mischief) { planned_ = mischief; }
    /// Whether that has happened.
    [[nodiscard]] bool did_wrong() const { return did_wrong_; }
    void before_last_reads();
    /// An answer that says ok has arrived.
    void heard(Number intent) { intents_[intent].heard = true; }
    /// A request that never arrived. Answers whether it does all the same, too late.
    bool never_arrived(Number intent);

    /// A change to this status was asked for; and it was answered with ok.
    void asked_for(Number wallet, char status) {
        (status == 'a' ? wallets_[wallet].thaw_asked : wallets_[wallet].freeze_asked) = true;
    }
    void heard_of(Number wallet, char status) {
        if (status == 'z') wallets_[wallet].freeze_heard = true;
    }

    Number want(const Intent& intent);
    /// Its time has come; and what is due ends.
    void is_due(Number freeze);
    void end_due_freezes();
    void tried(Number intent) { ++intents_[intent].tries; }
    [[nodiscard]] const Intent& intent(Number number) const { return intents_[number]; }
    [[nodiscard]] std::size_t intents() const { return intents_.size(); }
    [[nodiscard]] std::size_t rows(Number wallet) const { return wallets_[wallet].rows.size(); }
    [[nodiscard]] char status(Number wallet) const { return wallets_[wallet].status; }

    [[nodiscard]] Answer move(Number intent);
    [[nodiscard]] Answer set_status(Number wallet, char status);
    [[nodiscard]] Answer balance(Number wallet, bool foreign);
    /// Rows from `newest` down; 0: from the newest.
    [[nodiscard]] Answer page(Number wallet, Number size, Number newest);

private:
    struct Wallet {
        Minor balance = 0;
        Minor held = 0;
        char status = 'a';
        bool freeze_asked = false;
        bool freeze_heard = false;
        bool thaw_asked = false;
        std::vector<Row> rows;

        /// So that everybody knows it: frozen for the first time, and nobody wants it otherwise.
        [[nodiscard]] bool surely_frozen() const { return freeze_heard && !thaw_asked; }
    };

    [[nodiscard]] bool wrongs(Mischief mischief) {
        if (planned_ != mischief) return false;
        planned_ = Mischief::keeps_every_rule;
        return did_wrong_ = true;
    }
    [[nodiscard]] static Answer refuse(Number code, Minor available = -1);
    [[nodiscard]] Answer refusal(const Intent& intent) const;
    [[nodiscard]] Answer repeat(Number intent);
    [[nodiscard]] Answer move_refund(Number intent);
    [[nodiscard]] Answer refusal_of_refund(const Intent& refund) const;
    /// Of what gives back so much: what is available there; the amount where it is the house.
    [[nodiscard]] Minor available_for(const Intent& refund, Minor amount) const;
    [[nodiscard]] bool gives_to_asked(const Intent& refund) const;
    [[nodiscard]] bool is_alone(Number intent) const;
    void apply_refund(Number intent);
    [[nodiscard]] Answer move_of_freeze(Number intent);
    [[nodiscard]] Answer refusal_of_payment(const Intent& payment);
    [[nodiscard]] bool ends_alone(Number intent) const;
    void apply_payment(Number intent);
    void apply_end(Number intent);
    void end_by_itself(Number freeze);
    [[nodiscard]] Answer move_decision(Number intent);
    void apply_decision(Number intent);
    void apply(Number intent);
    void take_back(Number intent);
    [[nodiscard]] bool differs_from_newer(const Wallet& wallet, std::size_t seq) const;
    static void put_row(std::string& text, Number wallet, Number seq, const Row& row);
    [[nodiscard]] Answer told(Number intent, char first) const;
    Number add(Number wallet, Minor change, Minor held, Row row);

    std::vector<Wallet> wallets_;
    std::vector<Intent> intents_;
    std::vector<Number> due_;  // freezes that are to end by themselves
    Number entries_ = 0;
    Mischief planned_ = Mischief::keeps_every_rule;
    bool did_wrong_ = false;
    Number half_ = none;   // a transfer that nobody is told about
    Number late_ = none;   // an intent that takes effect before the last reads
    Number kept_ = none;   // a freeze that is due and does not end by itself
    Number early_ = none;  // a freeze that ended by itself and was not due
};

}  // namespace coffer::tests::history
