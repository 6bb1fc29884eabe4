#include "wallet/apply.h"

namespace coffer::wallet {

bool apply(const WalletLine& line, const Record& record, Wallet& wallet) {
    if (line.event <= wallet.events) return false;
    ENSURE(line.event == wallet.events + 1);
    if (line.opened) {
        wallet.id = line.id;
        wallet.number = line.wallet;
        wallet.tenant = record.request.tenant;
        wallet.owner = line.owner;
        wallet.application = line.application;
        wallet.currency = line.currency;
        wallet.created_at = record.at;
    }
    wallet.available = line.available;
    wallet.held = line.held;
    wallet.events = line.event;
    wallet.transactions = line.transactions;
    wallet.counts = line.counts;
    wallet.status = line.status;
    wallet.open_holds = line.open_holds;
    wallet.updated_at = record.at;
    return true;
}

bool apply(const HoldLine& line, const Record& record, Hold& hold) {
    if (line.version <= hold.version) return false;
    hold.id = line.id;
    hold.wallet = line.wallet;
    hold.amount = line.amount;
    hold.captured = line.captured;
    hold.expires_at = line.expires_at;
    hold.purpose = line.purpose;
    hold.version = line.version;
    hold.created_at = line.created_at;
    hold.state = line.state;
    if (line.state == HoldState::open) {
        hold.reason = line.reason;
    } else {
        hold.ended_at = record.at;
        // Ended holds stay known for ever, so that they cannot end twice; their text does not.
        std::string{}.swap(hold.reason);
    }
    return true;
}

bool apply(const PolicyLine& line, const Record& record, OwnPolicy& policy) {
    if (line.version <= policy.version) return false;
    ENSURE(line.version == policy.version + 1);
    if (!policy.exists) policy.created_at = record.at;
    policy.version = line.version;
    policy.exists = line.exists;
    policy.fields = line.fields;
    policy.values = line.values;
    policy.updated_at = record.at;
    return true;
}

bool apply(const Withdrawn& after, Withdrawn& sums) {
    if (after.event <= sums.event) return false;
    sums = after;
    return true;
}

bool apply(const RefundLine& line, Refunded& refunded) {
    if (line.refunds <= refunded.refunds) return false;
    ENSURE(line.refunds == refunded.refunds + 1);
    refunded.entry = line.entry;
    refunded.amount = line.amount;
    refunded.refunds = line.refunds;
    refunded.cancelled = line.cancels;
    refunded.rows = line.rows;
    return true;
}

bool apply(const ApprovalLine& line, const Record& record, Approval& approval) {
    if (line.version <= approval.version) return false;
    const bool decided = line.state != ApprovalState::pending;
    // What is paid at once is asked for and decided by the same record.
    const bool asked = !decided || line.state == ApprovalState::auto_approved;
    approval.id = line.id;
    approval.number = line.number;
    approval.wallet = line.wallet;
    approval.amount = line.amount;
    approval.kind = line.kind;
    approval.state = line.state;
    approval.version = line.version;
    approval.requester = line.requester;
    approval.created_at = line.created_at;
    approval.remark = line.remark;
    if (decided) approval.decided_at = record.at;
    if (!asked) {
        approval.decider = record.request.actor;
        approval.decision = record.request.description;
    }
    return true;
}

bool apply(const ledger::Posting& posting, ledger::Account& account) {
    if (posting.number <= account.postings) return false;
    ENSURE(posting.number == account.postings + 1);
    account.ref = posting.account;
    account.balance = posting.balance_after;
    account.postings = posting.number;
    return true;
}

}  // namespace coffer::wallet
