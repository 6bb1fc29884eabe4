#include "tests/store_contract.h"

// Which wallet, statuses, holds: design.md section 4. What accountants read is in scenarios_*.

namespace coffer::tests {
namespace {

using wallet::Rejection;
using wallet::WalletStatus;

TEST_P(StoreContract, a_deposit_opens_a_wallet_in_the_default_currency) {
    const Reply reply = ask(deposit("alice", "1"));
    EXPECT_TRUE(reply.line().opened);
    EXPECT_EQ(store().currencies().code(reply.line().currency), "CNY");
    EXPECT_EQ(teller().wallet_of("alice").id, reply.line().id);
    EXPECT_EQ(teller().wallet_of("alice").created_at, reply.record.record.at);
}

TEST_P(StoreContract, without_a_currency_a_write_goes_to_the_only_open_wallet) {
    ask(deposit("alice", "1").in("EUR"));
    EXPECT_EQ(said(deposit("alice", "1")), "posted");
    EXPECT_EQ(balance("alice", "EUR"), "2.00 + 0.00");
}

TEST_P(StoreContract, without_a_currency_and_several_wallets_the_default_one_takes_it) {
    ask(deposit("alice", "1").in("EUR"));
    ask(deposit("alice", "1").in("CNY"));
    EXPECT_EQ(said(withdraw("alice", "1")), "posted");
    EXPECT_EQ(balance("alice", "CNY"), "0.00 + 0.00");
}

TEST_P(StoreContract, without_a_currency_and_without_the_default_one_it_must_be_named) {
    ask(deposit("alice", "1").in("EUR"));
    ask(deposit("alice", "1").in("JPY"));
    EXPECT_EQ(said(deposit("alice", "1")), "currency_must_be_named");
    EXPECT_EQ(said(withdraw("alice", "1")), "currency_must_be_named");
    EXPECT_EQ(said(freeze("alice", "1")), "currency_must_be_named");
    EXPECT_EQ(said(transfer("alice", "bob", "1")), "currency_must_be_named");
    EXPECT_EQ(said(withdraw("alice", "1").in("JPY")), "posted");
}

TEST_P(StoreContract, a_read_without_a_currency_falls_back_to_the_oldest) {
    ask(deposit("alice", "1").in("EUR"));
    ask(deposit("alice", "2").in("JPY"));
    EXPECT_EQ(balance("alice"), "1.00 + 0.00");
    ask(deposit("alice", "3").in("CNY"));
    EXPECT_EQ(balance("alice"), "3.00 + 0.00") << "the default currency, once there is one";
    EXPECT_EQ(balance("alice", "JPY"), "2 + 0");
    EXPECT_EQ(said(read_wallet("alice", "KWD")), "wallet_not_found");
}

TEST_P(StoreContract, a_closed_wallet_stays_readable_and_opening_again_makes_a_new_one) {
    const Reply first = ask(deposit("alice", "1"));
    ask(withdraw("alice", "1"));
    EXPECT_EQ(said(change_status(first.line().id, WalletStatus::closed)), "done");
    EXPECT_EQ(teller().wallet_of("alice").status, WalletStatus::closed);
    EXPECT_EQ(ask(list_history("alice")).total, 2u);
    EXPECT_EQ(said(check_integrity(first.line().id)), "intact");

    const Reply second = ask(deposit("alice", "5"));
    ASSERT_TRUE(second.line().opened);
    EXPECT_NE(second.line().id, first.line().id);
    EXPECT_EQ(teller().wallet_of("alice").id, second.line().id);
    EXPECT_EQ(ask(list_history("alice")).total, 1u);
    EXPECT_EQ(said(check_integrity(first.line().id)), "intact");
    EXPECT_EQ(said(change_status(first.line().id, WalletStatus::active)),
              "status_change_not_allowed");
}

TEST_P(StoreContract, without_auto_open_a_deposit_needs_a_wallet) {
    build({.auto_open_wallets = false});
    EXPECT_EQ(said(deposit("alice", "1")), "wallet_not_found");
    EXPECT_EQ(said(open_wallet("alice")), "done");
    EXPECT_EQ(said(deposit("alice", "1")), "posted");
    EXPECT_EQ(said(deposit("alice", "1").in("EUR")), "wallet_not_found");
}

TEST_P(StoreContract, the_default_currency_is_the_operators) {
    build({.default_currency = "JPY"});
    ask(deposit("alice", "100"));
    EXPECT_EQ(balance("alice"), "100 + 0");
    EXPECT_EQ(store().currencies().code(store().settings().default_currency), "JPY");
}

TEST_P(StoreContract, a_user_has_no_more_wallets_than_the_limit) {
    build({.wallets_per_user_max = 2});
    ask(open_wallet("alice", "CNY"));
    ask(open_wallet("alice", "EUR"));
    EXPECT_EQ(said(open_wallet("alice", "JPY")), "wallets_of_user_at_maximum");
    EXPECT_EQ(said(deposit("alice", "1").in("JPY")), "wallets_of_user_at_maximum");
    EXPECT_EQ(said(deposit("alice", "1").in("EUR")), "posted");
    EXPECT_EQ(said(open_wallet("bob", "JPY")), "done");
}

TEST_P(StoreContract, configured_units_are_currencies_like_others) {
    EXPECT_EQ(said(deposit("alice", "7").in("POINTS")), "posted, wallet opened");
    EXPECT_EQ(said(deposit("alice", "0.000000000000000001").in("ETH")), "posted, wallet opened");
    EXPECT_EQ(said(deposit("alice", "0.1").in("POINTS")), "amount_has_too_many_decimals");
    EXPECT_EQ(balance("alice", "ETH"), "0.000000000000000001 + 0.000000000000000000");
}

// covers: D22
TEST_P(StoreContract, a_hold_ends_once) {
    ask(deposit("alice", "10"));
    const Reply held = ask(freeze("alice", "4").saying("a dispute"));
    ASSERT_TRUE(held.took_effect());
    EXPECT_EQ(balance("alice"), "6.00 + 4.00");
    EXPECT_EQ(teller().wallet_of("alice").open_holds, 1u);
    EXPECT_EQ(said(unfreeze("bob", held.hold())), "hold_not_found");
    ask(deposit("bob", "1"));
    EXPECT_EQ(said(unfreeze("bob", held.hold())), "hold_not_found");
    EXPECT_EQ(said(unfreeze("alice", {1})), "hold_not_found");

    EXPECT_EQ(said_to_all({unfreeze("alice", held.hold()), unfreeze("alice", held.hold())}),
              (Lines{"posted", "hold_already_ended"}));
    EXPECT_EQ(said(unfreeze("alice", held.hold())), "hold_already_ended");
    EXPECT_EQ(balance("alice"), "10.00 + 0.00");
    EXPECT_EQ(teller().wallet_of("alice").open_holds, 0u);
}

TEST_P(StoreContract, an_operator_ends_a_hold_without_saying_whose_it_is) {
    ask_all({deposit("alice", "10"), deposit("bob", "5")});
    const Reply hers = ask(freeze("alice", "4"));
    const Reply rest = ask(freeze("alice", "all"));
    const Reply his = ask(freeze("bob", "all"));
    EXPECT_EQ(balance("alice"), "0.00 + 10.00");
    EXPECT_EQ(said(freeze("alice", "all")), "exceeds_available_balance available 0.00 needed 0.01");
    EXPECT_EQ(said(unfreeze("", hers.hold()).of("other")), "hold_not_found");
    ask(deposit("alice", "1").of("other"));
    EXPECT_EQ(said(unfreeze("", hers.hold()).of("other")), "hold_not_found");
    EXPECT_EQ(said(unfreeze("", {1})), "hold_not_found");

    const auto told =
        said_to_all({unfreeze("", his.hold()), unfreeze("", rest.hold()), deposit("alice", "1"),
                     unfreeze("bob", his.hold()), unfreeze("", hers.hold())});
    EXPECT_EQ(told, (Lines{"posted", "posted", "posted", "hold_already_ended", "posted"}));
    EXPECT_EQ(balance("alice"), "11.00 + 0.00");
    EXPECT_EQ(balance("bob"), "5.00 + 0.00");
    EXPECT_EQ(teller().wallet_of("alice").open_holds, 0u);
}

TEST_P(StoreContract, the_unfreeze_record_tells_of_the_hold_it_ended) {
    ask(deposit("alice", "10"));
    const Reply held = ask(freeze("alice", "4").saying("a dispute"));
    clock().pass(1000);
    const Reply ended = ask(unfreeze("alice", held.hold()).saying("it was settled"));
    EXPECT_EQ(ended.record.record.request.description, "it was settled");
    ASSERT_EQ(ended.record.record.holds.size(), 1u);
    const wallet::HoldLine& hold = ended.record.record.holds[0];
    EXPECT_EQ(hold.id, held.hold());
    EXPECT_EQ(hold.amount, 400);
    EXPECT_EQ(hold.state, wallet::HoldState::released);
    EXPECT_EQ(hold.created_at, held.record.record.at);
    EXPECT_EQ(hold.reason, "a dispute");
}

TEST_P(StoreContract, a_frozen_wallet_takes_money_in_and_gives_none_out) {
    const Reply opened = ask(deposit("alice", "10"));
    ask(deposit("bob", "10"));
    EXPECT_EQ(said(change_status(opened.line().id, WalletStatus::frozen)), "done");
    EXPECT_EQ(said(deposit("alice", "1")), "posted");
    EXPECT_EQ(said(transfer("bob", "alice", "1")), "posted");
    EXPECT_EQ(said(withdraw("alice", "1")), "wallet_is_frozen");
    EXPECT_EQ(said(transfer("alice", "bob", "1")), "wallet_is_frozen");
    const Reply held = ask(freeze("alice", "2"));
    EXPECT_TRUE(held.took_effect()) << "operators may";
    EXPECT_EQ(said(unfreeze("alice", held.hold())), "posted");
    EXPECT_EQ(said(change_status(opened.line().id, WalletStatus::active)), "done");
    EXPECT_EQ(said(withdraw("alice", "12")), "posted");
}

TEST_P(StoreContract, closing_needs_an_empty_wallet_without_holds) {
    const Reply opened = ask(deposit("alice", "10"));
    const auto close = change_status(opened.line().id, WalletStatus::closed);
    EXPECT_EQ(said(close), "wallet_not_empty available 10.00");
    const Reply held = ask(freeze("alice", "10"));
    EXPECT_EQ(said(close), "wallet_has_open_holds");
    ask(unfreeze("alice", held.hold()));
    ask(withdraw("alice", "10"));
    EXPECT_EQ(said(close), "done");
    EXPECT_EQ(said(close), "status_change_not_allowed");
    EXPECT_EQ(said(withdraw("alice", "1")), "wallet_is_closed");
    EXPECT_EQ(said(freeze("alice", "1")), "wallet_is_closed");
    EXPECT_EQ(said(unfreeze("alice", held.hold())), "hold_already_ended");
}

// covers: N02
TEST_P(StoreContract, money_is_bounded_and_never_wraps) {
    const std::string most = "10000000000000000000000000000.00";  // 10^30 minor units
    EXPECT_EQ(said(deposit("alice", "10000000000000000000000000000.01")), "amount_over_maximum");
    EXPECT_EQ(said(deposit("alice", most)), "posted, wallet opened");
    EXPECT_TRUE(ask(deposit("alice", "0.01")).refused_with(Rejection::balance_over_maximum));
    ask(deposit("bob", "0.01"));
    EXPECT_TRUE(
        ask(transfer("bob", "alice", "0.01")).refused_with(Rejection::balance_over_maximum));
    const Reply held = ask(freeze("alice", most));
    EXPECT_TRUE(ask(deposit("alice", "0.01")).refused_with(Rejection::balance_over_maximum))
        << "held money counts";
    ask(unfreeze("alice", held.hold()));
    EXPECT_EQ(said(withdraw("alice", most)), "posted");
    EXPECT_EQ(said(deposit("alice", most)), "posted");
    EXPECT_EQ(balance("alice"), most + " + 0.00");
    EXPECT_EQ(store().figures().law_breaches, 0u);
}

// covers: N03
TEST_P(StoreContract, the_house_account_holds_more_than_any_wallet) {
    const std::string most = "1000000000000000000000000000000";
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(ask(deposit("user-" + std::to_string(i), most).in("JPY")).took_effect());
    }
    const Reply reply = ask(deposit("one more", "1").in("JPY"));
    const auto& settlement = reply.record.record.entry.postings[0];
    EXPECT_EQ(settlement.balance_after, 100 * money::amount_minor_units_max + 1);
    EXPECT_EQ(settlement.number, 101u);
}

}  // namespace
}  // namespace coffer::tests
