#pragma once

#include <cstdint>

#include "base/inline_vector.h"
#include "base/int128.h"
#include "ledger/account.h"
#include "money/amount.h"

namespace coffer::ledger {

/// One line of an entry. Balances are in minor units and count in the account's normal direction:
/// a liability of 5 is +5. They are recorded, so that every line can be checked by itself.
struct Posting {
    AccountRef account;
    Side side = Side::debit;
    Int128 amount = 0;
    Int128 balance_before = 0;
    Int128 balance_after = 0;
    /// The how-manieth posting of a house account this is: 1, 2, 3 … A wallet's accounts are
    /// numbered by the wallet's events instead, and have 0 here.
    std::uint64_t number = 0;
};

inline constexpr std::size_t postings_max = 8;

/// One balanced event: two or more postings, equal debits and credits per currency. Entries are
/// never changed or deleted; a correction is a new entry.
struct JournalEntry {
    InlineVector<Posting, postings_max> postings;
};

/// The balance of a house account and how many postings made it.
struct Account {
    AccountRef ref;
    Int128 balance = 0;
    std::uint64_t postings = 0;
};

/// What `balance` becomes by a posting of `amount` on `side`; nothing if it does not fit.
[[nodiscard]] std::optional<Int128> balance_after(AccountKind kind, Side side, Int128 balance,
                                                  Int128 amount);

}  // namespace coffer::ledger
