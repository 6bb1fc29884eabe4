#include "ledger/laws.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace coffer::ledger {
namespace {

constexpr TenantNumber acme{1};
constexpr TenantNumber other_tenant{2};
constexpr WalletNumber alice{1};
constexpr WalletNumber bob{2};
constexpr money::Currency cny{156};
constexpr money::Currency eur{978};

AccountRef settlement(money::Currency currency = cny) {
    return {acme, AccountKind::settlement, currency, {}};
}
AccountRef available(WalletNumber wallet, money::Currency currency = cny) {
    return {acme, AccountKind::wallet_available, currency, wallet};
}
AccountRef frozen(WalletNumber wallet) { return {acme, AccountKind::wallet_frozen, cny, wallet}; }

Posting posting(AccountRef account, Side side, Int128 amount, Int128 before) {
    const auto after = balance_after(account.kind, side, before, amount);
    return {account, side, amount, before, after.value_or(0), 0};
}
Posting debit(AccountRef account, Int128 amount, Int128 before) {
    return posting(account, Side::debit, amount, before);
}
Posting credit(AccountRef account, Int128 amount, Int128 before) {
    return posting(account, Side::credit, amount, before);
}

JournalEntry entry(std::initializer_list<Posting> postings) {
    JournalEntry made;
    for (const Posting& each : postings) made.postings.push_back(each);
    return made;
}

using enum LawBreach;

TEST(Laws, a_deposit_a_transfer_and_a_hold_keep_them) {
    EXPECT_FALSE(breach_of(entry({debit(settlement(), 100, 0), credit(available(alice), 100, 0)})));
    EXPECT_FALSE(
        breach_of(entry({debit(available(alice), 30, 100), credit(available(bob), 30, 0)})));
    EXPECT_FALSE(breach_of(entry({debit(available(alice), 70, 70), credit(frozen(alice), 70, 0)})));
}

TEST(Laws, an_exchange_balances_in_each_currency) {
    const AccountRef exchange_cny{acme, AccountKind::exchange, cny, {}};
    const AccountRef exchange_eur{acme, AccountKind::exchange, eur, {}};
    EXPECT_FALSE(
        breach_of(entry({debit(available(alice), 800, 800), credit(exchange_cny, 800, 0),
                         debit(exchange_eur, 100, 0), credit(available(alice, eur), 100, 0)})));
    EXPECT_EQ(breach_of(entry(
                  {debit(available(alice), 800, 800), credit(available(alice, eur), 800, 0)})),
              debits_differ_from_credits)
        << "equal numbers of two currencies are not a balance";
}

TEST(Laws, fewer_than_two_postings) {
    EXPECT_EQ(breach_of(entry({})), fewer_than_two_postings);
    EXPECT_EQ(breach_of(entry({debit(settlement(), 1, 0)})), fewer_than_two_postings);
}

TEST(Laws, amounts_are_positive) {
    EXPECT_EQ(breach_of(entry({debit(settlement(), 0, 0), credit(available(alice), 0, 0)})),
              amount_not_positive);
    EXPECT_EQ(breach_of(entry({debit(settlement(), -5, 10), credit(available(alice), -5, 10)})),
              amount_not_positive);
}

TEST(Laws, amounts_are_bounded) {
    const Int128 most = money::amount_minor_units_max;
    EXPECT_FALSE(
        breach_of(entry({debit(settlement(), most, 0), credit(available(alice), most, 0)})));
    EXPECT_EQ(
        breach_of(entry({debit(settlement(), most + 1, 0), credit(available(alice), most + 1, 0)})),
        amount_over_maximum);
    EXPECT_EQ(breach_of(entry(
                  {debit(settlement(), int128_max, 0), credit(available(alice), int128_max, 0)})),
              amount_over_maximum);
}

TEST(Laws, debits_equal_credits) {
    EXPECT_EQ(breach_of(entry({debit(settlement(), 100, 0), credit(available(alice), 99, 0)})),
              debits_differ_from_credits);
    EXPECT_EQ(breach_of(entry({debit(settlement(), 100, 0), debit(available(alice), 100, 100)})),
              debits_differ_from_credits);
}

TEST(Laws, balances_follow_from_the_amount) {
    JournalEntry made = entry({debit(settlement(), 100, 0), credit(available(alice), 100, 0)});
    made.postings[1].balance_after = 101;
    EXPECT_EQ(breach_of(made), balance_does_not_follow);
    made = entry({debit(settlement(), 100, int128_max), credit(available(alice), 100, 0)});
    EXPECT_EQ(breach_of(made), balance_does_not_follow) << "a sum that does not fit";
}

TEST(Laws, a_wallet_is_never_overdrawn_nor_over_its_bound) {
    const Int128 most = money::amount_minor_units_max;
    EXPECT_EQ(breach_of(entry({debit(available(alice), 101, 100), credit(settlement(), 101, 500)})),
              wallet_balance_out_of_bounds);
    EXPECT_EQ(breach_of(entry({debit(frozen(alice), 1, 0), credit(available(alice), 1, 0)})),
              wallet_balance_out_of_bounds);
    EXPECT_EQ(breach_of(entry({debit(settlement(), 1, 0), credit(available(alice), 1, most)})),
              wallet_balance_out_of_bounds);
}

TEST(Laws, the_house_may_owe_and_may_hold_more_than_a_wallet) {
    const Int128 most = money::amount_minor_units_max;
    EXPECT_FALSE(breach_of(entry({debit(available(alice), 5, 5), credit(settlement(), 5, 0)})));
    EXPECT_FALSE(
        breach_of(entry({debit(settlement(), 5, 7 * most), credit(available(alice), 5, 0)})));
}

TEST(Laws, an_account_is_posted_to_once_an_entry) {
    EXPECT_EQ(breach_of(entry({debit(settlement(), 5, 0), credit(available(alice), 3, 0),
                               credit(available(alice), 2, 3)})),
              same_account_twice);
    EXPECT_EQ(breach_of(entry({debit(available(alice), 5, 5), credit(available(alice), 5, 0)})),
              same_account_twice);
}

TEST(Laws, tenants_are_never_mixed) {
    AccountRef foreign = available(bob);
    foreign.tenant = other_tenant;
    EXPECT_EQ(breach_of(entry({debit(available(alice), 5, 5), credit(foreign, 5, 0)})),
              tenants_mixed);
}

TEST(Laws, the_earlier_law_is_named_when_two_are_broken) {
    EXPECT_EQ(breach_of(entry({debit(settlement(), 0, 0), credit(available(alice), 5, 0)})),
              amount_not_positive);
    EXPECT_EQ(breach_of(entry({debit(available(alice), 9, 5), credit(settlement(), 8, 0)})),
              wallet_balance_out_of_bounds);
}

TEST(Laws, every_breach_has_words_of_its_own) {
    std::set<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(tenants_mixed); ++i) {
        EXPECT_TRUE(words.insert(describe(static_cast<LawBreach>(i))).second);
    }
}

RC_GTEST_PROP(Laws, no_single_changed_field_of_a_good_entry_goes_unnoticed, ()) {
    const Int128 amount = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
    const Int128 before = *rc::gen::inRange<std::int64_t>(0, 1'000'000) + amount;
    JournalEntry made =
        entry({debit(available(alice), amount, before), credit(available(bob), amount, before)});
    RC_ASSERT(!breach_of(made));
    Posting& changed = made.postings[*rc::gen::inRange<std::size_t>(0, 2)];
    const Int128 by = *rc::gen::inRange<std::int64_t>(1, 1'000);
    switch (*rc::gen::inRange(0, 5)) {
        case 0: changed.amount += by; break;
        case 1: changed.balance_before += by; break;
        case 2: changed.balance_after += by; break;
        case 3: changed.side = opposite(changed.side); break;
        default: changed.account.currency = eur;
    }
    RC_ASSERT(breach_of(made).has_value());
}

TEST(ChartOfAccounts, every_account_has_a_type_a_side_and_a_name) {
    struct Line {
        AccountKind kind;
        int number;
        AccountType type;
        Side grows;
        std::string_view name;
    };
    const Line chart[] = {
        {AccountKind::settlement, 1, AccountType::asset, Side::debit, "assets:settlement"},
        {AccountKind::wallet_available, 2, AccountType::liability, Side::credit,
         "liabilities:wallet:available"},
        {AccountKind::wallet_frozen, 3, AccountType::liability, Side::credit,
         "liabilities:wallet:frozen"},
        {AccountKind::promotions, 4, AccountType::expense, Side::debit, "expenses:promotions"},
        {AccountKind::expense_adjustments, 5, AccountType::expense, Side::debit,
         "expenses:adjustments"},
        {AccountKind::income_adjustments, 6, AccountType::income, Side::credit,
         "income:adjustments"},
        {AccountKind::fees, 7, AccountType::income, Side::credit, "income:fees"},
        {AccountKind::exchange, 8, AccountType::equity, Side::credit, "equity:exchange"},
        {AccountKind::opening, 9, AccountType::equity, Side::credit, "equity:opening"},
    };
    ASSERT_EQ(std::size(chart), std::size(account_kinds));
    for (std::size_t i = 0; i < std::size(chart); ++i) {
        EXPECT_EQ(account_kinds[i], chart[i].kind);
        EXPECT_EQ(static_cast<int>(chart[i].kind), chart[i].number) << "numbers are in the journal";
        EXPECT_EQ(type_of(chart[i].kind), chart[i].type);
        EXPECT_EQ(normal_balance(type_of(chart[i].kind)), chart[i].grows);
        EXPECT_EQ(name_of(chart[i].kind), chart[i].name);
        EXPECT_EQ(belongs_to_wallet(chart[i].kind), i == 1 || i == 2);
    }
}

TEST(ChartOfAccounts, an_account_grows_on_its_own_side_and_falls_on_the_other) {
    for (const AccountKind kind : account_kinds) {
        const Side own = normal_balance(type_of(kind));
        EXPECT_EQ(balance_after(kind, own, 100, 30), Int128{130});
        EXPECT_EQ(balance_after(kind, opposite(own), 100, 30), Int128{70});
        EXPECT_FALSE(balance_after(kind, own, int128_max, 1));
        EXPECT_FALSE(balance_after(kind, opposite(own), int128_min, 1));
    }
}

}  // namespace
}  // namespace coffer::ledger
