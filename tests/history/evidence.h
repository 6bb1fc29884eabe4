#pragma once

#include <string>
#include <vector>

#include "tests/history/findings.h"
#include "tests/history/format.h"
#include "tests/history/slots.h"

namespace coffer::tests::history {

enum class Outcome : std::uint8_t { open, ok, fail, info };

/// One request. `subject` is the intent of what moves money, the page of a page, else the wallet.
struct Operation {
    Instant invoked = 0;
    Number process = none;
    Number subject = none;
    Verb verb{};
    Outcome outcome = Outcome::open;
    char status = 'a';  ///< of a change of status
};

/// One thing wanted, whatever number of tries it took. One cache line.
struct alignas(64) Intent {
    Minor amount = 0;  ///< of an unfreeze: that of its freeze
    Number wallet = none;
    Number payee = none;   ///< of a transfer, else none
    Number freeze = none;  ///< of an unfreeze: what it ends
    Verb verb{};

    Number seq = none;  ///< of its row in `wallet`; none where no answer showed one
    Number payee_seq = none;

    Number asked_by = none;     ///< the first try
    Number first_by = none;     ///< the try that was told that it took effect now
    Number repeat_by = none;    ///< a try that was told that it had taken effect before
    Number unsure_by = none;    ///< a try of which nobody knows
    Instant since = never;      ///< it cannot have taken effect before
    Instant unsure_until = -1;  ///< the last of those tries was asked then

    [[nodiscard]] bool acknowledged() const { return first_by != none || repeat_by != none; }
};
static_assert(sizeof(Intent) == 64);

/// Of a wallet; those that were refused are left out.
struct StatusChange {
    Number operation = none;
    char status = 'a';
    bool sure = false;          ///< it was answered with ok
    Instant completed = never;  ///< it is over by then
};

struct Wallet {
    Number tenant = none;
    std::string owner;
    Slots slots;                   ///< seq 1 is slots[0]
    std::size_t writes_asked = 0;  ///< it cannot have more rows
    Number last_read_seq = none;   ///< newest row of the last reads' statement
    Number last_statement = none;  ///< the operation that read the newest page
    std::vector<StatusChange> status_changes;
};

/// What an answer says of a wallet's state at one moment between question and answer.
struct Look {
    enum class Kind : std::uint8_t {
        state,      ///< balance and held
        number,     ///< the newest row's seq
        shortfall,  ///< refused: `balance` is available (or not said), `held` is needed
        absent,     ///< refused: there is no such wallet
    };
    Instant invoked = 0;
    Instant completed = 0;
    Minor balance = 0;
    Minor held = 0;
    Number operation = none;
    Number wallet = none;
    Number seq = none;
    Kind kind{};
};

/// A page of a statement.
struct Page {
    Number wallet = none;
    Number after = none;  ///< the operation whose page came before
    Number size = 0;
    Number newest = 0;  ///< seq of its first row; 0 without rows
    Number oldest = 0;
    Number total = 0;
    Number rows = 0;
    bool more = false;
};

/// What freeze and unfreeze answer: no number of a row, but what the wallet holds after it.
struct Told {
    Instant completed = 0;
    Number operation = none;
    Number intent = none;
    Minor balance = 0;
    Minor held = 0;
};

struct Refused {
    Instant completed = 0;
    Number operation = none;
    Number code = 0;
};

/// Everything that the lines of a history say, in flat tables.
struct Evidence {
    std::vector<std::string> tenants;
    std::vector<Wallet> wallets;
    std::vector<Number> process_tenants;
    std::vector<Operation> operations;
    std::vector<Intent> intents;
    std::vector<Page> pages;
    std::vector<Look> looks;
    std::vector<Told> told;
    std::vector<Refused> refused;
    std::vector<Instant> deaths;
    Instant quiet_since = never;

    [[nodiscard]] std::string wallet_name(Number wallet) const;
    /// `the deposit of 100 (intent 7)`.
    [[nodiscard]] std::string intent_name(Number intent) const;
    [[nodiscard]] const Slot* row_of(const Intent& intent) const {
        return intent.seq == none ? nullptr : &wallets[intent.wallet].slots[intent.seq - 1];
    }
};

}  // namespace coffer::tests::history
