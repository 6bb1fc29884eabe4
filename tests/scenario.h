#pragma once

#include <string_view>

namespace coffer::tests {

/// Plays a story, written as a table, against every kind of store, and fails the test with the line
/// at which it goes wrong. One line a step; `#` begins a remark:
///
///     settings  default EUR, auto_open off, wallets_per_user 2, review on, adjust_alone 100
///                                                 (only as the first line)
///     tenant    NAME                              whose books the next lines are about
///     open      USER [CUR] [as NAME]              => done
///     deposit   USER AMOUNT [CUR] [ref NAME] [as NAME]   => posted | posted, wallet opened
///     withdraw  USER AMOUNT [CUR] [ref NAME]      => exceeds_available_balance available 1.00 …
///     transfer  PAYER -> PAYEE AMOUNT [CUR] [ref NAME]
///     freeze    USER AMOUNT [CUR] [ref NAME] [as NAME]   the hold's name
///               [for HOURS]                       it expires then
///     unfreeze  USER NAME
///     capture   USER NAME AMOUNT|all [-> PAYEE] [ref NAME] [as NAME]
///     expire    NAME
///     due       NAME …                            the holds whose time has come, in order
///     adjust    USER up|down AMOUNT [CUR] [ref NAME]
///     refund    NAME AMOUNT|all [of USER] [ref NAME] [as NAME]   a transaction's name; of a
///               transfer NAME.in is the payee's side
///     cancel    NAME
///     request   USER AMOUNT [CUR] [ref NAME] [as NAME]   a withdrawal
///     approve   NAME
///     reject    NAME
///     take-back NAME [of USER]
///     requests  [of USER] [only STATE]  completed 1.00, pending 2.00    newest first
///     status    NAME active|frozen|closed         a wallet's name, or a user with one wallet
///     batch                                       the lines up to `end` are one batch
///     end
///     restart                                     the store ends and starts again
///     balance   USER [CUR] AMOUNT [held AMOUNT] [STATUS]
///     rows      USER [CUR] [only completed|cancelled]  deposit 1.00, freeze 0.50   newest first;
///               what was cancelled has a `!` behind it
///     books     settlement|expense|income CUR debit|credit AMOUNT
///     books     USER available|frozen CUR debit|credit AMOUNT
///     trial balance CUR AMOUNT                    debit total and credit total of all balances
///
/// Every step may begin with `would`, which is a dry run, and end in `by ACTOR`.
/// A line that begins with `=>` or a comma goes on where the one before ended.
/// Without `=>` the step must take effect. After the last line the auditor's findings must be none,
/// and every wallet must hold what its accounts say.
void play(std::string_view story);

}  // namespace coffer::tests
