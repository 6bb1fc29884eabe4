#include "tests/store_contract.h"

// A reference guards the effect: design.md section 4, faults.md D01–D15 and N12.

namespace coffer::tests {
namespace {

// covers: D01
TEST_P(StoreContract, a_repeat_of_a_reference_gets_the_first_result_and_moves_nothing) {
    const Reply first = ask(deposit("alice", "100.00").ref("order-1").saying("for shoes"));
    const Reply again = ask(deposit("alice", "100.00").ref("order-1").saying("another text"));
    ASSERT_EQ(first.kind, Reply::Kind::applied);
    ASSERT_EQ(again.kind, Reply::Kind::replayed);
    EXPECT_EQ(again.record.record.ids.entry, first.record.record.ids.entry);
    EXPECT_EQ(again.record.record.ids.transactions, first.record.record.ids.transactions);
    EXPECT_EQ(again.record.record.at, first.record.record.at);
    EXPECT_EQ(again.record.record.request.description, "for shoes");
    EXPECT_EQ(again.record.record.request.reference, "order-1");
    EXPECT_TRUE(again.line().opened) << "it is still the record that opened the wallet";
    EXPECT_EQ(again.line().available, 10'000);
    EXPECT_EQ(again.record.user, "alice");
    EXPECT_EQ(balance("alice"), "100.00 + 0.00");
}

TEST_P(StoreContract, a_repeat_is_answered_as_it_was_though_the_wallet_moved_on) {
    ask(deposit("alice", "100.00").ref("order-1"));
    clock().pass(60'000);
    ask(withdraw("alice", "99.00"));
    const Reply again = ask(deposit("alice", "100.00").ref("order-1"));
    ASSERT_EQ(again.kind, Reply::Kind::replayed);
    EXPECT_EQ(again.line().available, 10'000);
    EXPECT_EQ(again.record.record.at.unix_ms, clock().wall_ms - 60'000);
    EXPECT_EQ(balance("alice"), "1.00 + 0.00");
}

// covers: D19
TEST_P(StoreContract, twins_in_one_batch_have_one_effect_and_equal_answers) {
    const Ask twin = deposit("alice", "5.00").ref("twin");
    const auto replies = ask_all(std::vector<Ask>(64, twin));
    EXPECT_EQ(replies[0].kind, Reply::Kind::applied);
    for (std::size_t i = 1; i < replies.size(); ++i) {
        EXPECT_EQ(replies[i].kind, Reply::Kind::replayed);
        EXPECT_EQ(replies[i].record.record.ids.entry, replies[0].record.record.ids.entry);
    }
    EXPECT_EQ(balance("alice"), "5.00 + 0.00");
}

// covers: N12
TEST_P(StoreContract, the_amount_counts_as_a_value_not_as_a_text) {
    ask(deposit("alice", "100").ref("order-1"));
    EXPECT_EQ(said(deposit("alice", "100.0").ref("order-1")), "replayed");
    EXPECT_EQ(said(deposit("alice", "100.00").ref("order-1")), "replayed");
    EXPECT_EQ(said(deposit("alice", "100.01").ref("order-1")), "reference_reused");
    EXPECT_EQ(said(deposit("alice", "100.000").ref("order-1")), "reference_reused");
    EXPECT_EQ(balance("alice"), "100.00 + 0.00");
}

// covers: D03
TEST_P(StoreContract, another_payload_under_a_used_reference_is_refused) {
    ask(deposit("alice", "100.00").ref("order-1"));
    EXPECT_EQ(said(deposit("alice", "0").ref("order-1")), "reference_reused");
    EXPECT_EQ(said(deposit("alice", "99.99").ref("order-1")), "reference_reused");
    EXPECT_EQ(said(deposit("alice", "100.00").in("CNY").ref("order-1")), "reference_reused")
        << "the currency counts as asked for";
    EXPECT_EQ(said(deposit("alice", "100.00").in("EUR").ref("order-1")), "reference_reused");

    ask(deposit("bob", "1.00"));
    ask(deposit("carol", "1.00"));
    EXPECT_EQ(said(transfer("alice", "bob", "10.00").ref("t-1")), "posted");
    EXPECT_EQ(said(transfer("alice", "carol", "10.00").ref("t-1")), "reference_reused");
    EXPECT_EQ(said(transfer("alice", "nobody", "10.00").ref("t-1")), "reference_reused");
    EXPECT_EQ(said(transfer("alice", "bob", "10.00").ref("t-1")), "replayed");
    EXPECT_EQ(balance("alice"), "90.00 + 0.00");
}

// covers: D14
TEST_P(StoreContract, a_reference_is_of_one_user_one_verb_and_one_tenant) {
    EXPECT_EQ(said(deposit("alice", "10.00").ref("r")), "posted, wallet opened");
    EXPECT_EQ(said(deposit("bob", "20.00").ref("r")), "posted, wallet opened");
    EXPECT_EQ(said(deposit("alice", "30.00").of("other").ref("r")), "posted, wallet opened");
    EXPECT_EQ(said(withdraw("alice", "1.00").ref("r")), "posted");
    EXPECT_EQ(said(freeze("alice", "2.00").ref("r")), "posted");
    EXPECT_EQ(said(transfer("alice", "bob", "3.00").ref("r")), "posted");
    EXPECT_EQ(said(transfer("bob", "alice", "4.00").ref("r")), "posted")
        << "a transfer's reference is the payer's";
    EXPECT_EQ(balance("alice"), "8.00 + 2.00");
    EXPECT_EQ(balance("bob"), "19.00 + 0.00");
}

// covers: D15
TEST_P(StoreContract, a_reference_is_distinct_by_its_bytes) {
    for (const char* name : {"Ref", "ref", "ref ", " ref",
                             "r\xC3\xA9"
                             "f",
                             "re\xCC\x81"
                             "f",
                             "%2F", "/"}) {
        EXPECT_TRUE(ask(deposit("alice", "1").ref(name)).took_effect()) << name;
    }
    EXPECT_EQ(balance("alice"), "8.00 + 0.00");
}

TEST_P(StoreContract, a_declined_attempt_does_not_use_the_reference_up) {
    ask(deposit("alice", "10.00"));
    const Ask asked = withdraw("alice", "15.00").ref("w-1");
    EXPECT_EQ(said(asked), "exceeds_available_balance available 10.00 needed 15.00");
    ask(deposit("alice", "10.00"));
    EXPECT_EQ(said(asked), "posted");
    EXPECT_EQ(said(asked), "replayed");
    EXPECT_EQ(balance("alice"), "5.00 + 0.00");
}

TEST_P(StoreContract, declined_and_taken_within_one_batch) {
    const Ask asked = withdraw("alice", "15.00").ref("w-1");
    EXPECT_EQ(
        said_to_all({deposit("alice", "10.00"), asked, deposit("alice", "10.00"), asked, asked}),
        (Lines{"posted, wallet opened", "exceeds_available_balance available 10.00 needed 15.00",
               "posted", "posted", "replayed"}));
}

TEST_P(StoreContract, a_reference_holds_whichever_wallet_the_request_resolves_to) {
    ask(open_wallet("alice", "EUR"));
    const Ask asked = deposit("alice", "10.00").ref("order-1");
    EXPECT_EQ(said(asked), "posted") << "into the only wallet, EUR";
    ask(open_wallet("alice", "CNY"));
    EXPECT_EQ(said(asked), "replayed") << "though it would now go to CNY, the default";
    EXPECT_EQ(balance("alice", "EUR"), "10.00 + 0.00");
    EXPECT_EQ(balance("alice", "CNY"), "0.00 + 0.00");
}

TEST_P(StoreContract, a_reference_comes_before_every_other_rule) {
    ask(deposit("alice", "10.00").ref("d"));
    ask(withdraw("alice", "10.00").ref("w"));
    const auto id = teller().wallet_of("alice").id;
    ask(change_status(id, wallet::WalletStatus::closed));
    EXPECT_EQ(said(deposit("alice", "10.00").ref("d")), "replayed");
    EXPECT_EQ(said(withdraw("alice", "10.00").ref("w")), "replayed");
    EXPECT_EQ(said(withdraw("alice", "11.00").ref("w")), "reference_reused");
    EXPECT_EQ(said(withdraw("alice", "10.00").ref("new")), "wallet_is_closed");
}

// covers: D06
TEST_P(StoreContract, references_are_for_ever) {
    std::vector<Ask> asked;
    for (int i = 0; i < 200; ++i) {
        asked.push_back(deposit("alice", "1.00").ref("order-" + std::to_string(i)));
    }
    ask_all(asked);
    clock().pass(400 * day_ms);
    reopen();
    for (const Reply& reply : ask_all(asked)) EXPECT_EQ(reply.kind, Reply::Kind::replayed);
    EXPECT_EQ(balance("alice"), "200.00 + 0.00");
}

TEST_P(StoreContract, an_empty_reference_is_none) {
    EXPECT_EQ(said_to_all({deposit("alice", "1.00"), deposit("alice", "1.00")}),
              (Lines{"posted, wallet opened", "posted"}));
    EXPECT_EQ(balance("alice"), "2.00 + 0.00");
}

}  // namespace
}  // namespace coffer::tests
