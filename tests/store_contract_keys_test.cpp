#include "tests/store_contract.h"

// An Idempotency-Key guards the request for a while: design.md section 4, faults.md D13.

namespace coffer::tests {
namespace {

TEST_P(StoreContract, a_repeat_with_a_key_gets_the_first_answer) {
    const Ask asked = deposit("alice", "10.00").keyed("k-1");
    const Reply first = ask(asked);
    const Reply again = ask(asked);
    ASSERT_EQ(first.kind, Reply::Kind::applied);
    ASSERT_EQ(again.kind, Reply::Kind::replayed);
    EXPECT_EQ(again.record.record.ids.entry, first.record.record.ids.entry);
    EXPECT_EQ(again.line().available, 1'000);
    EXPECT_EQ(said(deposit("alice", "10.00").keyed("k-2")), "posted");
    EXPECT_EQ(balance("alice"), "20.00 + 0.00");
}

TEST_P(StoreContract, a_key_with_another_payload_is_refused_and_still_guards_the_first) {
    ask(deposit("alice", "10.00").keyed("k"));
    EXPECT_EQ(said(deposit("alice", "10.01").keyed("k")), "idempotency_key_reused");
    EXPECT_EQ(said(deposit("alice", "10.00").saying("other words").keyed("k")),
              "idempotency_key_reused")
        << "every value counts, not only what moves money";
    EXPECT_EQ(said(deposit("alice", "10.00").keyed("k")), "replayed");
    EXPECT_EQ(balance("alice"), "10.00 + 0.00");
}

// covers: D13
TEST_P(StoreContract, a_refusal_is_kept_under_a_key_and_only_under_a_key) {
    ask(deposit("alice", "10.00"));
    const Ask keyed = withdraw("alice", "15.00").keyed("k");
    const std::string refused = "exceeds_available_balance available 10.00 needed 15.00";
    EXPECT_EQ(said(keyed), refused);
    ask(deposit("alice", "10.00"));
    EXPECT_EQ(said(keyed), refused + ", again") << "the request was answered";
    EXPECT_EQ(said(withdraw("alice", "16.00").keyed("k")), "idempotency_key_reused");
    EXPECT_EQ(said(withdraw("alice", "15.00")), "posted");
    EXPECT_EQ(balance("alice"), "5.00 + 0.00");
}

TEST_P(StoreContract, a_refusal_of_nobodys_request_is_kept_too) {
    const Ask asked = withdraw("nobody", "1.00").of("new tenant").by("stranger").keyed("k");
    EXPECT_EQ(said(asked), "wallet_not_found");
    EXPECT_EQ(said(asked), "wallet_not_found, again");
    reopen();
    EXPECT_EQ(said(asked), "wallet_not_found, again");
    EXPECT_EQ(said(deposit("nobody", "1.00").of("new tenant").by("stranger").keyed("k")),
              "posted, wallet opened")
        << "another operation";
}

TEST_P(StoreContract, a_key_is_of_one_tenant_one_caller_and_one_operation) {
    EXPECT_EQ(said(deposit("alice", "1.00").keyed("k")), "posted, wallet opened");
    EXPECT_EQ(said(deposit("alice", "2.00").by("another").keyed("k")), "posted");
    EXPECT_EQ(said(deposit("alice", "3.00").of("other").keyed("k")), "posted, wallet opened");
    EXPECT_EQ(said(deposit("bob", "4.00").keyed("k")), "posted, wallet opened");
    EXPECT_EQ(said(withdraw("alice", "0.50").keyed("k")), "posted");
    EXPECT_EQ(said(deposit("alice", "1.00").from("another shop").keyed("k")), "replayed");
    EXPECT_EQ(balance("alice"), "2.50 + 0.00");
}

TEST_P(StoreContract, twins_with_a_key_in_one_batch) {
    const Ask deposit_twin = deposit("alice", "5.00").keyed("d");
    const Ask withdraw_twin = withdraw("alice", "7.00").keyed("w");
    EXPECT_EQ(said_to_all({deposit_twin, deposit_twin, withdraw_twin, deposit("alice", "5.00"),
                           withdraw_twin, deposit("alice", "6.00").keyed("d")}),
              (Lines{"posted, wallet opened", "replayed",
                     "exceeds_available_balance available 5.00 needed 7.00", "posted",
                     "exceeds_available_balance available 5.00 needed 7.00, again",
                     "idempotency_key_reused"}));
    EXPECT_EQ(balance("alice"), "10.00 + 0.00");
}

TEST_P(StoreContract, the_key_is_looked_at_before_the_reference) {
    const Ask asked = deposit("alice", "1.00").ref("r").keyed("k");
    EXPECT_EQ(said(asked), "posted, wallet opened");
    EXPECT_EQ(said(asked), "replayed");
    EXPECT_EQ(said(deposit("alice", "2.00").ref("r").keyed("k")), "idempotency_key_reused");
    EXPECT_EQ(said(deposit("alice", "1.00").ref("r").keyed("other")), "replayed");
    EXPECT_EQ(said(deposit("alice", "2.00").ref("r").keyed("third")), "reference_reused");
    EXPECT_EQ(said(deposit("alice", "2.00").ref("new").keyed("third")), "posted")
        << "what follows from a reference alone is not kept";
    EXPECT_EQ(balance("alice"), "3.00 + 0.00");
}

TEST_P(StoreContract, every_verb_takes_a_key) {
    const Ask opening = open_wallet("alice", "CNY").keyed("k");
    EXPECT_EQ(said(opening), "done");
    EXPECT_EQ(said(opening), "replayed") << "without the key: 409";
    ask(deposit("alice", "10.00"));
    ask(open_wallet("bob", "CNY"));
    const Ask paying = transfer("alice", "bob", "1.00").keyed("k");
    EXPECT_EQ(said_to_all({paying, paying}), (Lines{"posted", "replayed"}));
    const Ask freezing = freeze("alice", "2.00").keyed("k");
    const Reply frozen = ask(freezing);
    EXPECT_EQ(ask(freezing).hold(), frozen.hold());
    const Ask thawing = unfreeze("alice", frozen.hold()).keyed("k");
    EXPECT_EQ(said_to_all({thawing, thawing}), (Lines{"posted", "replayed"}));
    const auto id = teller().wallet_of("bob").id;
    const Ask stopping = change_status(id, wallet::WalletStatus::frozen).keyed("k");
    EXPECT_EQ(said_to_all({stopping, stopping}), (Lines{"done", "replayed"}));
    EXPECT_EQ(balance("alice"), "9.00 + 0.00");
}

TEST_P(StoreContract, a_key_counts_for_a_day_and_not_longer) {
    const Ask asked = deposit("alice", "1.00").keyed("k");
    ask(asked);
    clock().pass(day_ms - 1);
    EXPECT_EQ(said(asked), "replayed");
    clock().pass(1);
    EXPECT_EQ(said(deposit("alice", "2.00").keyed("k")), "posted");
    EXPECT_EQ(said(asked), "idempotency_key_reused") << "the second use counts now";
    reopen();
    EXPECT_EQ(said(deposit("alice", "2.00").keyed("k")), "replayed");
    EXPECT_EQ(balance("alice"), "3.00 + 0.00");
}

// covers: D06
TEST_P(StoreContract, keys_survive_restarts_and_much_that_comes_after_them) {
    const Ask taken = deposit("alice", "1.00").keyed("taken");
    const Ask declined = withdraw("alice", "9.00").keyed("declined");
    const std::string refused = "exceeds_available_balance available 1.00 needed 9.00";
    EXPECT_EQ(said_to_all({taken, declined}), (Lines{"posted, wallet opened", refused}));
    const std::string words(2'000, 'w');
    for (int batch = 0; batch < 16; ++batch) {
        ask_all(std::vector<Ask>(150, deposit("alice", "1.00").saying(words)));
        clock().pass(60'000);
    }
    for (int life = 0; life < 2; ++life) {
        EXPECT_EQ(said(taken), "replayed");
        EXPECT_EQ(said(declined), refused + ", again");
        EXPECT_EQ(said(withdraw("alice", "8.00").keyed("declined")), "idempotency_key_reused");
        reopen();
    }
    // By now they stand in old segments, which only a reader looks at.
    clock().pass(day_ms);
    EXPECT_EQ(said_to_all({taken, taken, declined, declined}),
              (Lines{"posted", "replayed", "posted", "replayed"}));
    EXPECT_EQ(balance("alice"), "2393.00 + 0.00");
}

}  // namespace
}  // namespace coffer::tests
