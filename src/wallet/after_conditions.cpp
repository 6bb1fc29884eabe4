#include "wallet/after_conditions.h"

#include "ledger/laws.h"

namespace coffer::wallet {
namespace {

using ledger::AccountKind;
using ledger::Posting;
using ledger::Side;

bool balances_within_bounds(const WalletLine& line) {
    return line.available >= 0 && line.held >= 0 &&
           line.available <= money::amount_minor_units_max &&
           line.available + line.held <= money::amount_minor_units_max;
}

bool line_says_what_postings_say(const Record& record, const WalletLine& line) {
    for (const Posting& posting : record.entry.postings) {
        if (posting.account.wallet != line.wallet) continue;
        if (posting.account.currency != line.currency) return false;
        const Int128 after =
            posting.account.kind == AccountKind::wallet_available ? line.available : line.held;
        if (posting.balance_after != after) return false;
    }
    return true;
}

/// What a posting moves is the record's tenant's, and a wallet it moves has a line that says so.
bool postings_are_of_the_record(const Record& record) {
    for (const Posting& posting : record.entry.postings) {
        if (posting.account.tenant != record.request.tenant) return false;
        bool has_line = !ledger::belongs_to_wallet(posting.account.kind);
        for (const WalletLine& line : record.wallets) {
            has_line = has_line || line.wallet == posting.account.wallet;
        }
        if (!has_line) return false;
    }
    return true;
}

/// Freezing opens one hold of what it freezes, unfreezing ends one, and nothing else touches any.
bool holds_have_shape(const Record& record) {
    const bool freezes = record.kind == RecordKind::freeze;
    if (!freezes && record.kind != RecordKind::unfreeze) return record.holds.empty();
    if (record.holds.size() != 1 || record.wallets.size() != 1) return false;
    const HoldLine& hold = record.holds[0];
    return hold.wallet == record.wallets[0].wallet && hold.amount == record.request.amount &&
           hold.state == (freezes ? HoldState::open : HoldState::released);
}

/// The one shape that an entry of this kind has: what is debited, what is credited.
struct Shape {
    AccountKind debit;
    AccountKind credit;
};

std::optional<Shape> shape_of(RecordKind kind) {
    switch (kind) {
        using enum RecordKind;
        case deposit: return Shape{AccountKind::settlement, AccountKind::wallet_available};
        case withdraw: return Shape{AccountKind::wallet_available, AccountKind::settlement};
        case transfer: return Shape{AccountKind::wallet_available, AccountKind::wallet_available};
        case freeze: return Shape{AccountKind::wallet_available, AccountKind::wallet_frozen};
        case unfreeze: return Shape{AccountKind::wallet_frozen, AccountKind::wallet_available};
        case genesis:
        case currency:
        case settings:
        case epoch:
        case open_wallet:
        case change_status:
        case refused:
        case policy:
        case default_policy: return std::nullopt;
    }
    unreachable_value();
}

/// A policy stands in records about one; sums of withdrawals where something was withdrawn, and
/// hold at least that.
bool policies_have_shape(const Record& record) {
    if (record.policies.size() != (record.kind == RecordKind::policy ? 1 : 0)) return false;
    if (record.kind == RecordKind::policy && !record.wallets.empty()) return false;
    if (record.withdrawn.empty()) return true;
    const Withdrawn& sums = record.withdrawn[0];
    return record.kind == RecordKind::withdraw && record.wallets.size() == 1 &&
           sums.event == record.wallets[0].event && sums.in_day >= record.request.amount &&
           sums.in_month >= sums.in_day;
}

bool entry_has_shape(const Record& record) {
    const auto shape = shape_of(record.kind);
    const auto& postings = record.entry.postings;
    if (!shape) return postings.empty();
    if (postings.size() != 2 || ledger::breach_of(record.entry)) return false;
    const Posting& debit = postings[0];
    const Posting& credit = postings[1];
    return debit.side == Side::debit && credit.side == Side::credit &&
           debit.account.kind == shape->debit && credit.account.kind == shape->credit &&
           debit.amount == record.request.amount && credit.amount == record.request.amount;
}

}  // namespace

bool holds_after_conditions(const Record& record) {
    for (const WalletLine& line : record.wallets) {
        if (!balances_within_bounds(line) || !line_says_what_postings_say(record, line)) {
            return false;
        }
    }
    return entry_has_shape(record) && postings_are_of_the_record(record) &&
           holds_have_shape(record) && policies_have_shape(record);
}

}  // namespace coffer::wallet
