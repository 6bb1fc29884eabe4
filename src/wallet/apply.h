#pragma once

#include "ledger/entry.h"
#include "wallet/objects.h"
#include "wallet/record.h"

namespace coffer::wallet {

// What a record says, put into the objects it names. Each applies only when the record is newer
// than the object, so replaying a record over a state that has seen it changes nothing. They
// cannot fail: everything was judged before the record was made.

/// Whether it was newer.
bool apply(const WalletLine& line, const Record& record, Wallet& wallet);
bool apply(const HoldLine& line, const Record& record, Hold& hold);
bool apply(const PolicyLine& line, const Record& record, OwnPolicy& policy);
bool apply(const Withdrawn& after, Withdrawn& sums);
bool apply(const RefundLine& line, Refunded& refunded);
bool apply(const ApprovalLine& line, const Record& record, Approval& approval);
/// For postings of house accounts.
bool apply(const ledger::Posting& posting, ledger::Account& account);

}  // namespace coffer::wallet
