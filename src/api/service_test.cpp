// The seed documents and the life of a wallet, end to end over the memory store.
#include "api/service.h"

#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

TEST(Service, deposits_as_the_first_seed_document_says) {
    Bench bench;
    const Response response =
        bench.post("/wallets/usr_alice/deposit", bench.admin(),
                   R"({"amount":"100.00","description":"账户充值","reference_id":"order_123"})");
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.header("content-type"), "application/json");
    EXPECT_EQ(response.code(), 0u);
    EXPECT_EQ(response.message(), "success");
    EXPECT_EQ(response.at("/timestamp"), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(response.at("/data/wallet_opened"), "true");

    EXPECT_EQ(response.at("/data/transaction/amount"), "100.00");
    EXPECT_EQ(response.at("/data/transaction/balance_before"), "0.00");
    EXPECT_EQ(response.at("/data/transaction/balance_after"), "100.00");
    EXPECT_EQ(response.at("/data/transaction/counterparty_id"), "");
    EXPECT_EQ(response.at("/data/transaction/created_at"), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(response.at("/data/transaction/currency"), "CNY");
    EXPECT_EQ(response.at("/data/transaction/description"), "账户充值");
    EXPECT_EQ(response.at("/data/transaction/id").substr(0, 4), "txn_");
    EXPECT_EQ(response.at("/data/transaction/entry_id").substr(0, 4), "ent_");
    EXPECT_EQ(response.at("/data/transaction/reference_id"), "order_123");
    EXPECT_EQ(response.at("/data/transaction/seq"), "1");
    EXPECT_EQ(response.at("/data/transaction/status"), "completed");
    EXPECT_EQ(response.at("/data/transaction/type"), "deposit");
    EXPECT_EQ(response.at("/data/transaction/wallet_id"), response.at("/data/wallet/wallet_id"));

    EXPECT_EQ(response.at("/data/wallet/application_id"), "app_test");
    EXPECT_EQ(response.at("/data/wallet/available_balance"), "100.00");
    EXPECT_EQ(response.at("/data/wallet/balance"), "100.00");
    EXPECT_EQ(response.at("/data/wallet/created_at"), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(response.at("/data/wallet/currency"), "CNY");
    EXPECT_EQ(response.at("/data/wallet/frozen_balance"), "0.00");
    EXPECT_EQ(response.at("/data/wallet/status"), "active");
    EXPECT_EQ(response.at("/data/wallet/tenant_id"), "tnt_a");
    EXPECT_EQ(response.at("/data/wallet/updated_at"), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(response.at("/data/wallet/user_id"), "usr_alice");
    EXPECT_EQ(response.at("/data/wallet/wallet_id").substr(0, 4), "wlt_");
}

TEST(Service, withdraws_as_the_second_seed_document_says) {
    Bench bench;
    bench.deposit("usr_alice", "100.00");
    bench.clock.pass_ms(1'500);
    const Response response =
        bench.post("/wallets/usr_alice/withdraw", bench.user("usr_alice"),
                   R"({"amount":"50.00","description":"余额提现","reference_id":"withdraw_123"})");
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.at("/data/transaction/type"), "withdraw");
    EXPECT_EQ(response.at("/data/transaction/balance_before"), "100.00");
    EXPECT_EQ(response.at("/data/transaction/balance_after"), "50.00");
    EXPECT_EQ(response.at("/data/transaction/seq"), "2");
    EXPECT_EQ(response.at("/data/wallet/balance"), "50.00");
    EXPECT_EQ(response.at("/data/wallet/created_at"), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(response.at("/data/wallet/updated_at"), "2025-10-09T08:53:21.500Z");
    EXPECT_EQ(response.at("/data/wallet_opened"), "(none)");

    const Response short_of =
        bench.post("/wallets/usr_alice/withdraw", bench.user("usr_alice"), R"({"amount":"50.01"})");
    EXPECT_EQ(short_of.status, 409);
    EXPECT_EQ(short_of.message(),
              "the available balance is not sufficient: available 50.00 CNY, needed 50.01 CNY");
}

TEST(Service, serves_the_same_under_every_base_path) {
    Bench bench;
    bench.deposit("usr_alice", "1");
    const Response at_root = bench.get("/wallets/usr_alice", bench.admin());
    EXPECT_EQ(at_root.status, 200);
    for (const char* base :
         {"/api/v1", "/wallet/api/v1", "/bff/wallet/api/v1", "/bff/wallet-service/api/v1"}) {
        const Response response =
            bench.get(std::string{base} + "/wallets/usr_alice", bench.admin());
        EXPECT_EQ(response.status, 200) << base;
        EXPECT_EQ(response.body, at_root.body);
    }
    EXPECT_EQ(bench.get("/api/v2/wallets/usr_alice", bench.admin()).status, 404);
}

TEST(Service, opens_reads_and_closes_a_wallet) {
    Bench bench;
    const Response opened =
        bench.post("/wallets", bench.user("usr_bob"), R"({"user_id":"usr_bob","currency":"JPY"})");
    ASSERT_EQ(opened.status, 201) << opened.body;
    EXPECT_EQ(opened.at("/data/balance"), "0");
    const std::string id = opened.at("/data/wallet_id");

    const Response read = bench.get("/wallets/usr_bob", bench.user("usr_bob"));
    EXPECT_EQ(read.body, opened.body);

    const Response frozen =
        bench.put("/admin/wallets/" + id, bench.admin(), R"({"status":"frozen"})");
    EXPECT_EQ(frozen.status, 200);
    EXPECT_EQ(frozen.at("/data/status"), "frozen");

    const Response closed = bench.remove("/admin/wallets/" + id, bench.admin());
    EXPECT_EQ(closed.status, 200) << closed.body;
    EXPECT_EQ(closed.body, R"({"code":0,"message":"success","timestamp":")"
                           R"(2025-10-09T08:53:20.000Z"})");
    EXPECT_EQ(bench.get("/wallets/usr_bob", bench.admin()).at("/data/status"), "closed");
    EXPECT_EQ(bench.remove("/admin/wallets/" + id, bench.admin()).status, 409);
}

TEST(Service, tells_balances_at_top_level_and_under_data) {
    Bench bench;
    bench.deposit("usr_alice", "1000");
    bench.post("/wallets/usr_alice/freeze", bench.admin(), R"({"amount":"100"})");
    const Response response = bench.get("/wallets/usr_alice/balance", bench.user("usr_alice"));
    ASSERT_EQ(response.status, 200);
    for (const std::string under : {"", "/data"}) {
        EXPECT_EQ(response.at(under + "/balance"), "1000.00");
        EXPECT_EQ(response.at(under + "/available_balance"), "900.00");
        EXPECT_EQ(response.at(under + "/frozen_balance"), "100.00");
        EXPECT_EQ(response.at(under + "/currency"), "CNY");
        EXPECT_EQ(response.at(under + "/wallet_id").substr(0, 4), "wlt_");
    }
    EXPECT_EQ(response.code(), 0u);
}

TEST(Service, freezes_and_unfreezes_without_touching_the_total) {
    Bench bench;
    bench.deposit("usr_alice", "10");
    const Response frozen = bench.post("/wallets/usr_alice/freeze", bench.admin(),
                                       R"({"amount":"4","reason":"争议冻结","reference_id":"f1"})");
    ASSERT_EQ(frozen.status, 200) << frozen.body;
    EXPECT_EQ(frozen.at("/data/freeze/status"), "active");
    EXPECT_EQ(frozen.at("/data/freeze/released_at"), "");
    EXPECT_EQ(frozen.at("/data/freeze/reason"), "争议冻结");
    EXPECT_EQ(frozen.at("/data/wallet/balance"), "10.00");
    EXPECT_EQ(frozen.at("/data/wallet/frozen_balance"), "4.00");
    const std::string id = frozen.at("/data/freeze/id");

    const std::string unfreeze = R"({"freeze_id":")" + id + "\"}";
    EXPECT_EQ(bench.post("/wallets/usr_bob/unfreeze", bench.admin(), unfreeze).code(), 61060203u);
    bench.clock.pass_ms(1);
    const Response released = bench.post("/wallets/usr_alice/unfreeze", bench.admin(), unfreeze);
    ASSERT_EQ(released.status, 200) << released.body;
    EXPECT_EQ(released.at("/data/freeze/status"), "released");
    EXPECT_EQ(released.at("/data/freeze/released_at"), "2025-10-09T08:53:20.001Z");
    EXPECT_EQ(released.at("/data/wallet/available_balance"), "10.00");
    EXPECT_EQ(bench.post("/wallets/usr_alice/unfreeze", bench.admin(), unfreeze).code(), 61060204u);

    const Response rows = bench.get("/wallets/usr_alice/transactions", bench.admin());
    EXPECT_EQ(rows.at("/items/0/type"), "unfreeze");
    EXPECT_EQ(rows.at("/items/0/balance_before"), "10.00");
    EXPECT_EQ(rows.at("/items/0/balance_after"), "10.00");
    EXPECT_EQ(rows.at("/items/1/type"), "freeze");
    const Response history = bench.get("/wallets/usr_alice/balance-history", bench.admin());
    EXPECT_EQ(history.at("/total"), "1");
    EXPECT_EQ(history.at("/items/0/date"), "2025-10-09T08:53:20.000Z");
    const Response freezes = bench.get("/wallets/usr_alice/freezes?status=released", bench.admin());
    EXPECT_EQ(freezes.at("/total"), "1");
    EXPECT_EQ(freezes.at("/items/0/id"), id);
    EXPECT_EQ(freezes.at("/items/0/released_at"), "2025-10-09T08:53:20.001Z");
    EXPECT_EQ(bench.get("/wallets/usr_alice/freezes?status=active", bench.admin()).at("/total"),
              "0");
}

TEST(Service, transfers_and_hides_what_the_payee_has_from_the_payer) {
    Bench bench;
    bench.deposit("usr_alice", "10");
    bench.deposit("usr_bob", "7");
    const std::string body =
        R"({"amount":"4","from_user_id":"usr_alice","to_user_id":"usr_bob","reference_id":"t1"})";
    const Response mine = bench.post("/wallets/transfer", bench.user("usr_alice"), body);
    ASSERT_EQ(mine.status, 200) << mine.body;
    EXPECT_EQ(mine.at("/data/from_transaction/type"), "transfer_out");
    EXPECT_EQ(mine.at("/data/from_transaction/counterparty_id"), "usr_bob");
    EXPECT_EQ(mine.at("/data/from_transaction/balance_after"), "6.00");
    EXPECT_EQ(mine.at("/data/from_wallet/balance"), "6.00");
    EXPECT_EQ(mine.at("/data/to_transaction/type"), "transfer_in");
    EXPECT_EQ(mine.at("/data/to_transaction/counterparty_id"), "usr_alice");
    EXPECT_EQ(mine.at("/data/to_transaction/amount"), "4.00");
    EXPECT_EQ(mine.at("/data/to_transaction/balance_after"), "");
    EXPECT_EQ(mine.at("/data/to_wallet/balance"), "");
    EXPECT_EQ(mine.at("/data/to_wallet/user_id"), "usr_bob");
    EXPECT_EQ(mine.at("/data/from_transaction/entry_id"), mine.at("/data/to_transaction/entry_id"));

    const Response replayed = bench.post("/wallets/transfer", bench.admin(), body);
    EXPECT_EQ(replayed.header("idempotency-replayed"), "true");
    EXPECT_EQ(replayed.at("/data/to_wallet/balance"), "11.00");
    EXPECT_EQ(replayed.at("/data/to_transaction/balance_before"), "7.00");
}

TEST(Service, answers_a_repeated_reference_as_the_first_time) {
    Bench bench;
    const std::string body = R"({"amount":"10.00","reference_id":"order_1","description":"x"})";
    const Response first = bench.post("/wallets/usr_alice/deposit", bench.admin(), body);
    bench.deposit("usr_alice", "5");
    bench.clock.pass_ms(60'000);
    const Response again = bench.post("/wallets/usr_alice/deposit", bench.admin(),
                                      R"({"reference_id":"order_1","amount":"10"})");
    EXPECT_EQ(first.header("idempotency-replayed"), "");
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(again.at("/data"), first.at("/data"));
    EXPECT_EQ(again.at("/timestamp"), "2025-10-09T08:54:20.000Z");
    const Response other = bench.post("/wallets/usr_alice/deposit", bench.admin(),
                                      R"({"reference_id":"order_1","amount":"10.01"})");
    EXPECT_EQ(other.status, 409);
    EXPECT_EQ(other.code(), 61060202u);
    EXPECT_EQ(bench.get("/wallets/usr_alice/balance", bench.admin()).at("/balance"), "15.00");
}

TEST(Service, proves_a_wallets_chain) {
    Bench bench;
    const std::string id = bench.deposit("usr_alice", "1").at("/data/wallet/wallet_id");
    bench.deposit("usr_alice", "1");
    const Response response = bench.get("/admin/wallets/" + id + "/integrity", bench.admin());
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.at("/data/wallet_id"), id);
    EXPECT_EQ(response.at("/data/valid"), "true");
    EXPECT_EQ(response.at("/data/total"), "2");
    EXPECT_EQ(response.at("/data/broken_at"), "0");
    EXPECT_EQ(response.at("/data/last_hash").size(), 64u);
}

TEST(Service, keeps_the_order_of_pipelined_requests) {
    Bench bench;
    std::string bytes;
    for (int i = 1; i <= 8; ++i) {
        bytes += as_bytes({.method = "POST",
                           .target = "/wallets/usr_alice/deposit",
                           .token = bench.admin(),
                           .body = R"({"amount":"1"})"});
    }
    bytes += as_bytes({.target = "/nowhere"});
    const auto responses = bench.send_bytes(bytes);
    ASSERT_EQ(responses.size(), 9u);
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_EQ(responses[i].at("/data/transaction/seq"), std::to_string(i + 1));
    }
    EXPECT_EQ(responses[8].status, 404);
}

}  // namespace
}  // namespace coffer::api::testing
