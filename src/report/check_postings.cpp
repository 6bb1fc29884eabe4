#include "money/amount.h"
#include "report/check.h"

namespace coffer::report {
namespace {

/// Which side makes an account grow: debit for assets and expenses, credit for the others.
PostingSide growing_side(std::uint8_t account) {
    return account == 1 || account == 4 || account == 5 ? PostingSide::debit : PostingSide::credit;
}

bool of_wallet(std::uint8_t account) { return account == 2 || account == 3; }

TrackedWallet* wallet_of(const PostingLine& posting, TrackedWallet* const (&wallets)[2]) {
    for (TrackedWallet* wallet : wallets) {
        if (wallet != nullptr && wallet->number == posting.wallet) return wallet;
    }
    return nullptr;
}

/// Compares before and after, and moves the running balance on by the posting's amount.
void follow(const Judged& judged, const PostingLine& posting, std::size_t index, Int128& balance) {
    const auto at = [index](std::string_view field) { return FieldName{"posting", index, field}; };
    judged.demand_equal(posting.before, balance, Rule::balance, at("balance before"));
    const auto amount = static_cast<Int128>(posting.amount);
    const auto after = posting.side == growing_side(posting.account)
                           ? checked_plus(balance, amount)
                           : checked_minus(balance, amount);
    if (!after) {
        judged.findings.add(Rule::bounds, at("balance after").text(), "does not fit 128 bits");
        return;
    }
    balance = *after;
    judged.demand_equal(posting.after, balance, Rule::balance, at("balance after"));
}

void follow_wallet(const Judged& judged, std::size_t index, TrackedWallet& wallet) {
    const PostingLine& posting = judged.movement().postings[index];
    const auto at = [index](std::string_view field) { return FieldName{"posting", index, field}; };
    judged.demand_equal<std::uint64_t>(posting.currency, wallet.currency, Rule::currency,
                                       at("currency"));
    judged.demand_equal<std::uint64_t>(posting.number, 0, Rule::posting_number, at("number"));
    Int128& balance = posting.account == 2 ? wallet.available : wallet.held;
    follow(judged, posting, index, balance);
    const bool within = wallet.available >= 0 && wallet.held >= 0 &&
                        wallet.available <= money::amount_minor_units_max &&
                        wallet.held <= money::amount_minor_units_max - wallet.available;
    // Between the two postings of a hold the sum is short of the amount, never over.
    judged.demand(within, Rule::bounds, at("balance after"),
                  "leaves the wallet below zero or over the maximum");
}

void follow_house(const Judged& judged, std::size_t index) {
    const PostingLine& posting = judged.movement().postings[index];
    const auto at = [index](std::string_view field) { return FieldName{"posting", index, field}; };
    judged.demand_equal<std::uint64_t>(posting.wallet, 0, Rule::shape, at("wallet"));
    HouseAccount& account =
        judged.state.house_account(static_cast<std::uint32_t>(judged.movement().tenant),
                                   static_cast<std::uint16_t>(posting.currency), posting.account);
    judged.demand_equal(posting.number, ++account.postings, Rule::posting_number, at("number"));
    follow(judged, posting, index, account.balance);
}

bool same_account(const PostingLine& a, const PostingLine& b) {
    return a.account == b.account && a.currency == b.currency && a.wallet == b.wallet;
}

}  // namespace

void check_postings(const Judged& judged, TrackedWallet* const (&wallets)[2]) {
    const auto& postings = judged.movement().postings;
    for (std::size_t i = 0; i < postings.size(); ++i) {
        const PostingLine& posting = postings[i];
        const auto at = [i](std::string_view field) { return FieldName{"posting", i, field}; };
        const bool in_range = posting.amount >= 1 &&
                              posting.amount <= static_cast<UInt128>(money::amount_minor_units_max);
        judged.demand(in_range, Rule::amount, at("amount"),
                      "is not between 1 and 10^30 minor units");
        const bool known = judged.state.currencies.knows(posting.currency);
        judged.demand(known, Rule::currency, at("currency"), "is not introduced");
        for (std::size_t j = 0; j < i; ++j) {
            judged.demand(!same_account(posting, postings[j]), Rule::shape, at("account"),
                          "is posted to twice in one record");
        }
        if (!in_range || !known) continue;
        if (!of_wallet(posting.account)) {
            follow_house(judged, i);
        } else if (TrackedWallet* wallet = wallet_of(posting, wallets)) {
            follow_wallet(judged, i, *wallet);
        } else {
            judged.demand(false, Rule::shape, at("wallet"), "has no line in the record");
        }
    }
}

}  // namespace coffer::report
