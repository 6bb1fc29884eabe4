// POST /wallets/{user_id}/freezes/{freeze_id}/capture; freezes with expires_at.
#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

std::string freeze(Bench& bench, const std::string& body) {
    const Response made = bench.post("/wallets/usr_alice/freeze", bench.admin(), body);
    EXPECT_EQ(made.status, 200) << made.body;
    return made.at("/data/freeze/id");
}

Response capture(Bench& bench, const std::string& hold, const std::string& body,
                 const Headers& headers = {}) {
    return bench.send({.method = "POST",
                       .target = "/wallets/usr_alice/freezes/" + hold + "/capture",
                       .token = bench.admin(),
                       .body = body,
                       .headers = headers});
}

TEST(Capture, pays_in_parts_and_lists_what_is_left) {
    Bench bench;
    bench.deposit("usr_alice", "100.00");
    const std::string hold = freeze(bench, R"({"amount":"60.00","reason":"order 7"})");
    const Response part =
        capture(bench, hold, R"({"amount":"25.00","description":"shipped","reference_id":"c"})");
    ASSERT_EQ(part.status, 200) << part.body;
    EXPECT_EQ(part.at("/data/transaction/type"), "payment");
    EXPECT_EQ(part.at("/data/transaction/amount"), "25.00");
    EXPECT_EQ(part.at("/data/transaction/balance_before"), "100.00");
    EXPECT_EQ(part.at("/data/transaction/balance_after"), "75.00");
    EXPECT_EQ(part.at("/data/transaction/description"), "shipped");
    EXPECT_EQ(part.at("/data/freeze/amount"), "60.00");
    EXPECT_EQ(part.at("/data/freeze/captured_amount"), "25.00");
    EXPECT_EQ(part.at("/data/freeze/remaining_amount"), "35.00");
    EXPECT_EQ(part.at("/data/freeze/status"), "active");
    EXPECT_EQ(part.at("/data/freeze/released_at"), "");
    EXPECT_EQ(part.at("/data/wallet/frozen_balance"), "35.00");

    EXPECT_EQ(capture(bench, hold, "{}").at("/data/transaction/amount"), "35.00");
    const Response list = bench.get("/wallets/usr_alice/freezes", bench.admin());
    EXPECT_EQ(list.at("/items/0/status"), "released");
    EXPECT_EQ(list.at("/items/0/ended_by"), "capture");
    EXPECT_EQ(list.at("/items/0/captured_amount"), "60.00");
    EXPECT_EQ(list.at("/items/0/remaining_amount"), "0.00");
    EXPECT_NE(list.at("/items/0/released_at"), "");
}

TEST(Capture, pays_another_user) {
    Bench bench;
    bench.deposit("usr_alice", "100.00");
    bench.deposit("usr_shop", "1.00");
    const std::string hold = freeze(bench, R"({"amount":"60.00"})");
    const Response paid = capture(bench, hold, R"({"amount":"20.00","to_user_id":"usr_shop"})");
    EXPECT_EQ(paid.at("/data/transaction/counterparty_id"), "usr_shop");
    const Response rows = bench.get("/wallets/usr_shop/transactions", bench.admin());
    EXPECT_EQ(rows.at("/items/0/type"), "transfer_in");
    EXPECT_EQ(rows.at("/items/0/counterparty_id"), "usr_alice");
    EXPECT_EQ(rows.at("/items/0/balance_after"), "21.00");
    EXPECT_EQ(capture(bench, hold, R"({"to_user_id":"usr_alice"})").status, 400);
    EXPECT_EQ(capture(bench, hold, R"({"to_user_id":"usr_nobody"})").status, 404);
}

TEST(Capture, of_nothing_is_not_found) {
    Bench bench;
    bench.deposit("usr_alice", "100.00");
    bench.deposit("usr_bob", "100.00");
    const Response of_bob =
        bench.post("/wallets/usr_bob/freeze", bench.admin(), R"({"amount":"1.00"})");
    for (const std::string& hold :
         {std::string{"frz_1"}, std::string{"%66rz"}, of_bob.at("/data/freeze/id")}) {
        EXPECT_EQ(capture(bench, hold, "{}").code(), row_of(Error::hold_not_found).code) << hold;
    }
}

TEST(Capture, is_guarded_by_the_key_for_each_freeze) {
    Bench bench;
    bench.deposit("usr_alice", "100.00");
    const std::string one = freeze(bench, R"({"amount":"30.00"})");
    const std::string two = freeze(bench, R"({"amount":"30.00"})");
    const Headers key{{"Idempotency-Key", "k-1"}};
    const std::string body = R"({"amount":"10.00"})";
    EXPECT_EQ(capture(bench, one, body, key).header("idempotency-replayed"), "");
    EXPECT_EQ(capture(bench, one, body, key).header("idempotency-replayed"), "true");
    EXPECT_EQ(capture(bench, two, body, key).header("idempotency-replayed"), "");
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).at("/data/frozen_balance"), "40.00");
}

TEST(Capture, may_be_tried_out) {
    Bench bench;
    bench.deposit("usr_alice", "100.00");
    const std::string hold = freeze(bench, R"({"amount":"30.00"})");
    const Response tried =
        bench.post("/wallets/usr_alice/freezes/" + hold + "/capture?dry_run=true", bench.admin(),
                   R"({"amount":"10.00"})");
    EXPECT_EQ(tried.at("/data/freeze/id"), hold);
    EXPECT_EQ(tried.at("/data/freeze/remaining_amount"), "20.00");
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).at("/data/frozen_balance"), "30.00");
}

TEST(Expiry, ends_a_freeze_without_being_asked) {
    Bench bench;
    bench.deposit("usr_alice", "100.00");
    const Instant due{bench.clock.at.unix_ms + 60'000};
    const std::string hold =
        freeze(bench, R"({"amount":"60.00","expires_at":")" + to_text(due) + R"("})");
    EXPECT_EQ(capture(bench, hold, R"({"amount":"10.00"})").at("/data/freeze/expires_at"),
              to_text(due));
    bench.clock.at.unix_ms += 59'999;
    bench.round();
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).at("/data/frozen_balance"), "50.00");
    bench.clock.at.unix_ms += 1;
    bench.round();
    const Response list = bench.get("/wallets/usr_alice/freezes", bench.admin());
    EXPECT_EQ(list.at("/items/0/ended_by"), "expiry");
    EXPECT_EQ(list.at("/items/0/status"), "released");
    EXPECT_EQ(list.at("/items/0/remaining_amount"), "0.00");
    const Response rows = bench.get("/wallets/usr_alice/transactions", bench.admin());
    EXPECT_EQ(rows.at("/items/0/type"), "unfreeze");
    EXPECT_EQ(rows.at("/items/0/amount"), "50.00");
    EXPECT_EQ(capture(bench, hold, "{}").code(), row_of(Error::hold_already_ended).code);
}

TEST(Expiry, of_very_many_takes_several_rounds) {
    Bench bench;
    bench.deposit("usr_alice", "1000.00");
    const std::string due = to_text(Instant{bench.clock.at.unix_ms + 60'000});
    for (int i = 0; i < 600; ++i) {
        freeze(bench, R"({"amount":"1.00","expires_at":")" + due + R"("})");
    }
    bench.clock.at.unix_ms += 60'000;
    for (int i = 0; i < 3; ++i) bench.round();
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).at("/data/frozen_balance"), "0.00");
}

TEST(Expiry, waits_while_nothing_can_be_written) {
    Bench bench;
    bench.deposit("usr_alice", "100.00");
    const std::string due = to_text(Instant{bench.clock.at.unix_ms + 1'000});
    freeze(bench, R"({"amount":"60.00","expires_at":")" + due + R"("})");
    bench.store->refuse_writes_with(engine::Failed::Kind::storage_full);
    bench.clock.at.unix_ms += 1'000;
    for (int i = 0; i < 3; ++i) bench.round();
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).at("/data/frozen_balance"), "60.00");
    bench.store->refuse_writes_with(std::nullopt);
    bench.round();
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).at("/data/frozen_balance"), "0.00");
}

}  // namespace
}  // namespace coffer::api::testing
