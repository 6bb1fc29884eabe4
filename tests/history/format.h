#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

/// A history: what some clients asked of a wallet service, when, and what they were told.
///
/// Text, one line an event, fields with one blank between them, a line feed behind each.
/// Numbers are decimal, and negative where that was read, allowed or not. Amounts are minor units
/// below 10^18, all of one currency. Instants are nanoseconds of one clock that never goes back.
/// Tenants, wallets, processes, intents and operations are numbered from 0 in the order in which
/// they appear; names are said once.
///
///     coffer-history 1                  the first line
///     t TENANT NAME                     a tenant
///     w WALLET TENANT OWNER             the wallet of a user: one user, one wallet
///     p PROCESS TENANT                  a client; it waits for each answer before it asks again
///
///     i OPERATION PROCESS AT VERB ...   invoke: a request is about to be sent. By verb:
///       d WALLET INTENT AMOUNT            deposit
///       w WALLET INTENT AMOUNT            withdraw
///       t PAYER PAYEE INTENT AMOUNT       transfer
///       z WALLET INTENT AMOUNT            freeze
///       Z WALLET INTENT AMOUNT            likewise, until an instant to come: then it ends by
///                                         itself, which is the intent INTENT + 1
///       u WALLET INTENT FREEZE            unfreeze of all that is left of what the intent FREEZE
///                                         froze
///       p PAYER PAYEE INTENT FREEZE AMOUNT
///                                         payment out of what the intent FREEZE froze in the
///                                         payer's wallet; PAYEE is `-` where no wallet gets it,
///                                         AMOUNT where it is all that is left
///       + WALLET INTENT AMOUNT            adjustment by an operator, up
///       - WALLET INTENT AMOUNT            likewise, down
///       r WALLET INTENT ORIGINAL AMOUNT   refund of so much of what the intent ORIGINAL moved; `-`
///                                         is all that is left. WALLET is the side that is asked
///       c WALLET INTENT ORIGINAL          cancellation of it: all that is left
///       q WALLET INTENT AMOUNT            withdrawal request, where somebody has to decide
///       Q WALLET INTENT AMOUNT            likewise, where it is paid at once
///       y n k WALLET INTENT REQUEST       approval of what the intent REQUEST asks for; its
///                                         rejection; it is taken back
///       s WALLET STATUS                   change of the wallet's status: a active, z frozen
///       b WALLET                          read the balance
///       l WALLET SIZE AFTER               read a page of the statement, newest first: the first
///                                         (AFTER is -), or the one behind that of operation AFTER
///     o OPERATION AT ...                ok: the whole answer was read. By verb, as answered:
///       d w + - r c k p
///             FIRST WALLET ENTRY SEQ BEFORE BALANCE HELD
///       t     FIRST WALLET ENTRY SEQ BEFORE BALANCE HELD WALLET SEQ BEFORE BALANCE HELD
///       z Z u FIRST WALLET BALANCE HELD
///       q Q y n
///             FIRST WALLET STATE        the state in the letter of the verb that makes it so:
///                                       q pending, Q auto_approved, y completed, n rejected
///       s     WALLET STATUS
///       b     WALLET BALANCE HELD
///       l     WALLET TOTAL MORE ROWS      MORE is 1 when the answer says that rows follow
///     r WALLET SEQ TYPE AMOUNT BEFORE BALANCE ENTRY INTENT COUNTERPARTY
///                                       a row of the page in the line before; ROWS of them.
///                                       TYPE: d w z u as above, o transfer_out, i transfer_in,
///                                       a adjustment, r refund, h withdrawal_hold,
///                                       l withdrawal_release, p payment; w also of what was
///                                       held, u also of what ended by itself
///     f OPERATION AT CODE AVAILABLE     fail: refused, without effect; AVAILABLE is what the
///                                       answer says is available, or left of what was to be
///                                       refunded or paid out of, or -; CODE is 0 where the
///                                       answer says that it repeats an earlier refusal
///     n OPERATION AT                    info: nobody knows (time-out, reset, `outcome: unknown`).
///                                       The process is not used again
///     x AT FREEZE                       what the intent FREEZE froze is due: it may end by
///                                       itself from now on, and has by the last reads
///     k AT                              the service's process is dead by now
///     q AT                              quiet: no client is left but the one that now reads every
///                                       wallet's whole statement and balance for the last time
///
/// An INTENT is one thing that somebody wants, with a reference of its own; every try of it, by
/// whomever, names the same intent and the same values. In an answer the intent is the one
/// whose reference was read back, `-` for none, `?` for a reference that nobody sent; a wallet
/// nobody asked for is `?` too. An unfreeze, a cancellation and what is decided about a withdrawal
/// have no reference: there the intent is found by the reason given, or by an amount that no other
/// has.
/// FIRST is n when the answer is the first, r when it says that it repeats an earlier one.
/// ENTRY numbers the journal entries by the ids that the service gave them.
/// BALANCE is the whole balance after, HELD the frozen part of it. SEQ is the row's number within
/// its wallet, 1 for the first.
namespace coffer::tests::history {

inline constexpr std::string_view heading = "coffer-history 1";

using Number = std::uint32_t;
using Instant = std::int64_t;  ///< nanoseconds
using Minor = std::int64_t;    ///< minor units

inline constexpr Number none = std::numeric_limits<Number>::max();
inline constexpr Number unknown = none - 1;
inline constexpr Minor not_said = std::numeric_limits<Minor>::min();
inline constexpr Instant never = std::numeric_limits<Instant>::max();

/// The letters of the verbs, in lines that begin with `i`.
enum class Verb : char {
    deposit = 'd',
    withdraw = 'w',
    transfer = 't',
    freeze = 'z',
    freeze_until = 'Z',
    unfreeze = 'u',
    capture = 'p',
    status = 's',
    balance = 'b',
    page = 'l',
    adjust_up = '+',
    adjust_down = '-',
    refund = 'r',
    cancel = 'c',
    request = 'q',
    request_paid = 'Q',
    approve = 'y',
    reject = 'n',
    take_back = 'k',
};

/// About a withdrawal request that was made before.
[[nodiscard]] constexpr bool decides(Verb verb) {
    return verb == Verb::approve || verb == Verb::reject || verb == Verb::take_back;
}
/// Answered with a state of the request, and with no row.
[[nodiscard]] constexpr bool tells_state(Verb verb) {
    return verb == Verb::request || verb == Verb::request_paid || verb == Verb::approve ||
           verb == Verb::reject;
}

[[nodiscard]] constexpr bool moves_money(Verb verb) {
    return verb != Verb::status && verb != Verb::balance && verb != Verb::page;
}

}  // namespace coffer::tests::history
