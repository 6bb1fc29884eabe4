#include "ledger/laws.h"

namespace coffer::ledger {
namespace {

std::optional<LawBreach> breach_of(const Posting& posting) {
    if (posting.amount <= 0) return LawBreach::amount_not_positive;
    if (posting.amount > money::amount_minor_units_max) return LawBreach::amount_over_maximum;
    const auto after =
        balance_after(posting.account.kind, posting.side, posting.balance_before, posting.amount);
    if (!after || *after != posting.balance_after) return LawBreach::balance_does_not_follow;
    if (belongs_to_wallet(posting.account.kind) &&
        (posting.balance_after < 0 || posting.balance_after > money::amount_minor_units_max)) {
        return LawBreach::wallet_balance_out_of_bounds;
    }
    return std::nullopt;
}

// Debits less credits of one currency; the amounts are bounded, so eight of them cannot wrap.
Int128 imbalance(const JournalEntry& entry, money::Currency currency) {
    Int128 sum = 0;
    for (const Posting& posting : entry.postings) {
        if (posting.account.currency != currency) continue;
        sum += posting.side == Side::debit ? posting.amount : -posting.amount;
    }
    return sum;
}

}  // namespace

std::optional<LawBreach> breach_of(const JournalEntry& entry) {
    if (entry.postings.size() < 2) return LawBreach::fewer_than_two_postings;
    for (const Posting& posting : entry.postings) {
        if (const auto breach = breach_of(posting)) return breach;
        if (imbalance(entry, posting.account.currency) != 0) {
            return LawBreach::debits_differ_from_credits;
        }
    }
    for (std::size_t i = 0; i < entry.postings.size(); ++i) {
        if (entry.postings[i].account.tenant != entry.postings[0].account.tenant) {
            return LawBreach::tenants_mixed;
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (entry.postings[i].account == entry.postings[j].account) {
                return LawBreach::same_account_twice;
            }
        }
    }
    return std::nullopt;
}

std::string_view describe(LawBreach breach) {
    switch (breach) {
        using enum LawBreach;
        case fewer_than_two_postings: return "an entry needs at least two postings";
        case amount_not_positive: return "a posting's amount must be positive";
        case amount_over_maximum: return "a posting's amount is over the maximum";
        case debits_differ_from_credits: return "debits and credits of a currency differ";
        case balance_does_not_follow:
            return "a balance after is not the balance before and the amount";
        case wallet_balance_out_of_bounds: return "a wallet's balance would leave its bounds";
        case same_account_twice: return "an entry posts to one account twice";
        case tenants_mixed: return "an entry posts to two tenants";
    }
    unreachable_value();
}

}  // namespace coffer::ledger
