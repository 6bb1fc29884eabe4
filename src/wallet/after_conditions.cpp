#include "wallet/after_conditions.h"

#include <algorithm>
#include <span>

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

/// Freezing opens one hold of what it freezes, capturing pays out of one, unfreezing and expiring
/// give all back that is left, and nothing else touches any.
bool holds_have_shape(const Record& record) {
    const bool captures = record.kind == RecordKind::capture;
    const bool about_one = captures || record.kind == RecordKind::freeze ||
                           record.kind == RecordKind::unfreeze ||
                           record.kind == RecordKind::expire_freeze;
    if (!about_one) return record.holds.empty();
    const std::size_t wallets = record.wallets.size();
    if (record.holds.size() != 1 || wallets == 0 || (wallets == 2 && !captures)) return false;
    const HoldLine& hold = record.holds[0];
    const Int128 left = hold.amount - hold.captured;
    if (hold.wallet != record.wallets[0].wallet || hold.captured < 0 || left < 0) return false;
    switch (record.kind) {
        case RecordKind::freeze:
            return hold.state == HoldState::open && hold.captured == 0 &&
                   hold.amount == record.request.amount;
        case RecordKind::unfreeze:
            return hold.state == HoldState::released && left == record.request.amount;
        case RecordKind::expire_freeze:
            return hold.state == HoldState::expired && left == record.request.amount &&
                   hold.expires_at != Instant{};
        default:
            return hold.state == (left == 0 ? HoldState::captured : HoldState::open) &&
                   hold.captured >= record.request.amount;
    }
}

/// A refund is of one entry, and of no less than it gives back itself; nothing else is of any.
bool refunds_have_shape(const Record& record) {
    if (record.kind != RecordKind::refund) return record.refunds.empty();
    if (record.refunds.size() != 1) return false;
    const RefundLine& line = record.refunds[0];
    return line.refunds > 0 && line.amount >= record.request.amount &&
           (line.refunds > 1 || line.amount == record.request.amount) &&
           (!line.cancels || line.everything);
}

/// Asking and deciding is about one approval, whose amount moves; nothing else touches any.
bool approvals_have_shape(const Record& record) {
    using enum RecordKind;
    using State = ApprovalState;
    std::optional<State> state;
    bool is_withdrawal = true;
    switch (record.kind) {
        case request_withdrawal: state = State::pending; break;
        case auto_withdrawal: state = State::auto_approved; break;
        case pay_withdrawal: state = State::completed; break;
        case release_withdrawal: state = State::rejected; break;
        case propose_adjustment:
            state = State::pending;
            is_withdrawal = false;
            break;
        case approve_adjustment:
            state = State::completed;
            is_withdrawal = false;
            break;
        case reject_adjustment:
            state = State::rejected;
            is_withdrawal = false;
            break;
        default: return record.approvals.empty();
    }
    if (record.approvals.size() != 1 || record.wallets.size() != 1) return false;
    const ApprovalLine& line = record.approvals[0];
    const bool taken_back = state == State::rejected && line.state == State::cancelled;
    const bool moves = !record.entry.postings.empty();
    return (line.state == *state || taken_back) && line.wallet == record.wallets[0].wallet &&
           is_adjustment(line.kind) != is_withdrawal && line.amount > 0 &&
           (!moves || line.amount == record.request.amount);
}

/// A shape that an entry may have: what is debited, what is credited.
struct Shape {
    AccountKind debit;
    AccountKind credit;
};
using Shapes = std::span<const Shape>;

constexpr Shape money_in[]{{AccountKind::settlement, AccountKind::wallet_available}};
constexpr Shape money_out[]{{AccountKind::wallet_available, AccountKind::settlement}};
constexpr Shape between_wallets[]{{AccountKind::wallet_available, AccountKind::wallet_available}};
constexpr Shape set_aside[]{{AccountKind::wallet_available, AccountKind::wallet_frozen}};
constexpr Shape given_back[]{{AccountKind::wallet_frozen, AccountKind::wallet_available}};
constexpr Shape adjustments[]{{AccountKind::expense_adjustments, AccountKind::wallet_available},
                              {AccountKind::wallet_available, AccountKind::income_adjustments}};
constexpr Shape held_out[]{{AccountKind::wallet_frozen, AccountKind::settlement}};
constexpr Shape captures[]{{AccountKind::wallet_frozen, AccountKind::settlement},
                           {AccountKind::wallet_frozen, AccountKind::wallet_available}};
constexpr Shape mirrors[]{money_in[0], money_out[0], between_wallets[0]};

Shapes shapes_of(RecordKind kind) {
    switch (kind) {
        using enum RecordKind;
        case deposit: return money_in;
        case withdraw: return money_out;
        case transfer: return between_wallets;
        case freeze: return set_aside;
        case unfreeze: return given_back;
        case adjust: return adjustments;
        case refund: return mirrors;
        case request_withdrawal: return set_aside;
        case auto_withdrawal: return money_out;
        case pay_withdrawal: return held_out;
        case release_withdrawal: return given_back;
        case approve_adjustment: return adjustments;
        case capture: return captures;
        case expire_freeze: return given_back;
        case propose_adjustment:
        case reject_adjustment: return {};
        case genesis:
        case currency:
        case settings:
        case epoch:
        case open_wallet:
        case change_status:
        case refused:
        case policy:
        case default_policy: return {};
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
    const bool withdraws = record.kind == RecordKind::withdraw ||
                           record.kind == RecordKind::auto_withdrawal ||
                           record.kind == RecordKind::pay_withdrawal;
    return withdraws && record.wallets.size() == 1 && sums.event == record.wallets[0].event &&
           sums.in_day >= record.request.amount && sums.in_month >= sums.in_day;
}

bool entry_has_shape(const Record& record) {
    const Shapes shapes = shapes_of(record.kind);
    const auto& postings = record.entry.postings;
    if (shapes.empty()) return postings.empty();
    if (postings.size() != 2 || ledger::breach_of(record.entry)) return false;
    const Posting& debit = postings[0];
    const Posting& credit = postings[1];
    const bool known = std::ranges::any_of(shapes, [&](const Shape& shape) {
        return debit.account.kind == shape.debit && credit.account.kind == shape.credit;
    });
    return known && debit.side == Side::debit && credit.side == Side::credit &&
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
           holds_have_shape(record) && refunds_have_shape(record) && approvals_have_shape(record) &&
           policies_have_shape(record);
}

}  // namespace coffer::wallet
