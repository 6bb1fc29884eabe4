// /internal: a key instead of a token.
#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

Response ask(Bench& bench, const std::string& target, const Headers& more = {}) {
    Headers headers{{"X-API-Key", internal_key}, {"X-Tenant-ID", "tnt_a"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return bench.send({.target = target, .headers = headers});
}

TEST(InternalBalance, is_what_the_user_sees) {
    Bench bench;
    bench.deposit("usr_alice", "10.00");
    bench.post("/wallets/usr_alice/freeze", bench.admin(), R"({"amount":"4.00"})");
    const Response told = ask(bench, "/internal/wallet/balance?user_id=usr_alice");
    ASSERT_EQ(told.status, 200) << told.body;
    for (const char* field : {"/balance", "/available_balance", "/frozen_balance", "/wallet_id"}) {
        EXPECT_EQ(told.at(field),
                  bench.get("/wallets/usr_alice/balance", bench.user("usr_alice")).at(field));
    }
    EXPECT_EQ(told.at("/balance"), "10.00");
    const Response odd = ask(bench, "/internal/wallet/balance?user_id=usr%20%E7%94%A8");
    EXPECT_EQ(odd.code(), row_of(Error::wallet_not_found).code);
}

TEST(InternalBalance, needs_a_user_and_a_wallet) {
    Bench bench;
    EXPECT_EQ(ask(bench, "/internal/wallet/balance").code(), row_of(Error::user_id_invalid).code);
    EXPECT_EQ(ask(bench, "/internal/wallet/balance?user_id=u&user_id=v").code(),
              row_of(Error::parameter_repeated).code);
    EXPECT_EQ(ask(bench, "/internal/wallet/balance?user_id=u").status, 404);
    EXPECT_EQ(ask(bench, "/internal/wallet/balance?user_id=u&currency=XXX").status, 422);
}

TEST(InternalRoutes, take_one_key_and_one_tenant_and_no_token) {
    Bench bench;
    bench.deposit("u", "1.00");
    const std::string target = "/internal/wallet/balance?user_id=u";
    EXPECT_EQ(ask(bench, target).status, 200);
    EXPECT_EQ(ask(bench, target, {{"x-api-key", internal_key}}).status, 401) << "twice";
    EXPECT_EQ(ask(bench, target, {{"x-tenant-id", "tnt_a"}}).status, 400) << "twice";
    const auto with = [&](const Headers& headers) {
        return bench.send({.target = target, .headers = headers}).status;
    };
    EXPECT_EQ(with({{"X-API-Key", internal_key}, {"X-Tenant-ID", "tnt_b"}}), 403);
    EXPECT_EQ(with({{"X-API-Key", std::string{internal_key} + "x"}, {"X-Tenant-ID", "tnt_a"}}),
              401);
    EXPECT_EQ(with({{"X-API-Key", ""}, {"X-Tenant-ID", "tnt_a"}}), 401);
    // What a token may do, a key may not, and the other way round.
    EXPECT_EQ(bench.get(target, bench.admin()).status, 401);
    EXPECT_EQ(with({{"X-API-Key", internal_key}}), 400);
    EXPECT_EQ(ask(bench, "/wallets/u/balance").status, 401);
    // At the root only.
    EXPECT_EQ(ask(bench, "/api/v1" + target).status, 404);
}

TEST(InternalRoutes, without_keys_let_nobody_in) {
    Bench bench{{.internal_keys = std::make_shared<const access::InternalKeys>()}};
    EXPECT_EQ(ask(bench, "/internal/wallet/balance?user_id=u").status, 401);
    EXPECT_EQ(bench
                  .send({.target = "/internal/runtime",
                         .headers = {{"X-API-Key", ""}, {"X-Tenant-ID", "tnt_a"}}})
                  .status,
              401);
}

TEST(InternalRoutes, are_on_the_internal_listener_alone_where_there_is_one) {
    Bench bench{{.internal_listener = 7}};
    EXPECT_EQ(ask(bench, "/internal/wallet/balance?user_id=u").code(),
              row_of(Error::path_not_found).code);
}

TEST(InternalRoutes, stop_listening_to_who_guesses) {
    Bench bench;
    const Headers wrong{{"X-API-Key", "a-guess-0123456789"}, {"X-Tenant-ID", "tnt_a"}};
    Response last;
    for (int i = 0; i < 200 && last.status != 429; ++i) {
        last = bench.send({.target = "/internal/runtime", .headers = wrong});
    }
    EXPECT_EQ(last.status, 429);
    EXPECT_EQ(ask(bench, "/internal/runtime").status, 429) << "from the same address";
}

TEST(InternalRuntime, is_what_the_process_tells) {
    Bench bench{{.runtime = [](std::string& json) { json += R"({"service":"coffer"})"; }}};
    EXPECT_EQ(ask(bench, "/internal/runtime").at("/data/service"), "coffer");
    Bench none;
    EXPECT_EQ(ask(none, "/internal/runtime").status, 503);
}

}  // namespace
}  // namespace coffer::api::testing
