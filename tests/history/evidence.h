#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/history/chunked.h"
#include "tests/history/findings.h"
#include "tests/history/format.h"
#include "tests/history/slots.h"

namespace coffer::tests::history {

/// One thing wanted, whatever number of tries it took. Half a cache line: what few of them have,
/// they have in Evidence::details.
struct Intent {
    Minor amount = 0;       ///< not_said where it is all that is left and no row has said it yet
    Instant since = never;  ///< it cannot have taken effect before
    Number wallet = none;
    Number seq = none;      ///< of its row in `wallet`; none where no answer showed one
    Number details = none;  ///< place in Evidence::details
    Movement movement = Movement::deposit;  ///< of the row in `wallet`
    bool told_first = false;                ///< a try was told that it took effect now
    bool all_left = false;                  ///< no amount was named
    bool cancels = false;                   ///< likewise, by cancelling: without a reference
};
static_assert(sizeof(Intent) == 32);

/// Of an intent that is two-sided or follows another, or whose first try was not its only one.
struct Details {
    Number other_wallet = none;  ///< of what is two-sided: its other side, else none
    Number other_seq = none;
    Number origin = none;       ///< what it ends, gives back or decides
    Number first_by = none;     ///< a later try, which was told that it took effect now
    Number repeat_by = none;    ///< a try that was told that it had taken effect before
    Number unsure_by = none;    ///< a try of which nobody knows
    Instant unsure_until = -1;  ///< the last of those tries was asked then
};

/// Of a wallet; those that were refused are left out.
struct StatusChange {
    Number operation = none;
    char status = 'a';
    bool sure = false;  ///< it was answered with ok
    Instant invoked = 0;
    Instant completed = never;  ///< it is over by then
};

struct Wallet {
    Slots slots;                     ///< seq 1 is slots[0]
    std::size_t writes_asked = 0;    ///< it cannot have more rows
    std::size_t rows_read_last = 0;  ///< slots that are in the last reads
    Number tenant = none;
    Number last_read_seq = none;   ///< newest row of the last reads' statement
    Number last_statement = none;  ///< the operation that read the newest page
    std::vector<StatusChange> status_changes;
    std::string owner;
};

/// What an answer says of a wallet's state at one moment between question and answer.
struct Look {
    enum class Kind : std::uint8_t {
        state,       ///< balance and held
        number,      ///< the newest row's seq
        shortfall,   ///< refused: `balance` is available (or not said), `held` is needed
        absent,      ///< refused: there is no such wallet
        decided,     ///< refused: what `number` decides was decided before
        left,        ///< refused: of what `number` refunds `balance` is left, less than `held`
        still_held,  ///< refused: likewise of the freeze that `number` takes from; 0: it has ended
    };
    Instant invoked = 0;
    Instant completed = 0;
    Minor balance = 0;
    Minor held = 0;
    Number operation = none;
    Number wallet = none;
    Number number = none;  ///< the newest row's seq, or the intent that was refused
    Kind kind{};
};

/// A page of a statement.
struct Page {
    Number operation = none;
    Number wallet = none;
    Number after = none;  ///< place in Evidence::pages of the one that came before
    Number size = 0;
    Number newest = 0;  ///< seq of its first row; 0 without rows
    Number oldest = 0;
    Number total = 0;
    Number rows = 0;
    bool more = false;
};

/// What freeze and unfreeze answer: no number of a row, but what the wallet holds after it. Of
/// withdrawal requests not even that: not_said.
struct Told {
    Instant completed = 0;
    Number operation = none;
    Number intent = none;
    Minor balance = 0;
    Minor held = 0;
};

/// A refusal of an intent.
struct Refused {
    Instant invoked = 0;
    Instant completed = 0;
    Number operation = none;
    Number intent = none;
    Number code = 0;
};

/// A refund when it takes effect.
struct GivenBack {
    Number seq = none;        ///< of its row in the original's wallet
    Number other_seq = none;  ///< of a transfer: in the payee's
    Minor left = 0;           ///< of the original
};

/// A payment out of a freeze when it takes effect.
struct PaidOut {
    Number seq = none;
    Minor left = 0;  ///< of the freeze
};

/// How many operations ended in which way.
struct Counts {
    std::size_t ok = 0;
    std::size_t refused = 0;
    std::size_t unknown = 0;
};

/// Everything that the lines of a history say, in flat tables.
struct Evidence {
    std::vector<std::string> tenants;
    std::vector<Wallet> wallets;
    Number processes = 0;
    std::vector<Number> operations;  ///< whose they are: the process
    std::vector<Intent> intents;
    std::vector<Number> asked_by;  ///< of each intent: the first try
    std::vector<Details> details;
    std::vector<Page> pages;
    std::vector<Look> looks;
    std::vector<Told> told;
    std::vector<Refused> refused;
    std::vector<Instant> deaths;
    /// By original, in their order; judge_order finds it.
    std::map<Number, std::vector<GivenBack>> given_back;
    std::map<Number, Number> decided_at;  ///< by withdrawal request: seq of the row; likewise
    std::map<Number, std::vector<PaidOut>> paid_out;  ///< by freeze; likewise
    std::vector<Number> due;                          ///< freezes that have to end by themselves
    Instant quiet_since = never;
    Counts counts;

    [[nodiscard]] std::string wallet_name(Number wallet) const;
    /// `the deposit of 100 (intent 7)`.
    [[nodiscard]] std::string intent_name(Number intent) const;

    /// Of an original, after the row `seq` of a wallet of it; nothing: it is not there then.
    [[nodiscard]] std::optional<Minor> left_of(Number original, Number wallet, Number seq) const;

    /// What a freeze still holds after the row `seq` of its wallet, 0 when it has ended; nothing:
    /// it is not there then.
    [[nodiscard]] std::optional<Minor> held_by_freeze(Number freeze, Number seq) const;

    [[nodiscard]] const Details& details_of(const Intent& intent) const {
        return intent.details == none ? no_details : details[intent.details];
    }
    [[nodiscard]] Details& own_details_of(Intent& intent) {
        if (intent.details == none) {
            intent.details = static_cast<Number>(details.size());
            details.emplace_back();
        }
        return details[intent.details];
    }
    /// The try that was told that it took effect now, or none.
    [[nodiscard]] Number first_by(Number number) const {
        const Intent& intent = intents[number];
        if (!intent.told_first) return none;
        const Number later = details_of(intent).first_by;
        return later != none ? later : asked_by[number];
    }
    [[nodiscard]] Slot& row(Number wallet, Number seq) { return wallets[wallet].slots[seq - 1]; }
    [[nodiscard]] const Slot& row(Number wallet, Number seq) const {
        return wallets[wallet].slots[seq - 1];
    }
    [[nodiscard]] const Slot* row_of(const Intent& intent) const {
        return intent.seq == none ? nullptr : &row(intent.wallet, intent.seq);
    }

private:
    static constexpr Details no_details{};
};

}  // namespace coffer::tests::history
