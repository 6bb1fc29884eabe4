// POST /admin/wallets/batch-freeze, batch-unfreeze; DELETE /admin/wallets/freeze-records/{id}.
#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

Response freeze_all(Bench& bench, const std::string& body, const Headers& headers = {}) {
    return bench.send({.method = "POST",
                       .target = "/admin/wallets/batch-freeze",
                       .token = bench.admin(),
                       .body = body,
                       .headers = headers});
}

Response unfreeze_all(Bench& bench, const std::string& body, const Headers& headers = {}) {
    return bench.send({.method = "POST",
                       .target = "/admin/wallets/batch-unfreeze",
                       .token = bench.admin(),
                       .body = body,
                       .headers = headers});
}

TEST(BatchFreeze, freezes_what_it_can_and_names_the_rest) {
    Bench bench;
    bench.deposit("usr_a", "100.00");
    bench.deposit("usr_b", "30.00");
    const Response response = freeze_all(
        bench,
        R"({"user_ids":["usr_a","usr_nobody","usr_b"],"amount":"50.00","reason":"dispute"})");
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.at("/data/frozen_count"), "1");
    EXPECT_EQ(response.at("/data/freezes/0/user_id"), "usr_a");
    EXPECT_EQ(response.at("/data/freezes/0/amount"), "50.00");
    EXPECT_EQ(response.at("/data/freezes/0/currency"), "CNY");
    EXPECT_EQ(response.at("/data/failures/0/user_id"), "usr_nobody");
    EXPECT_EQ(response.at("/data/failures/0/code"), "61060101");
    EXPECT_EQ(response.at("/data/failures/1/user_id"), "usr_b");
    EXPECT_EQ(response.at("/data/failures/1/code"), "61060201");
    EXPECT_NE(response.at("/data/failures/1/message").find("30.00"), std::string::npos);
    const Response freezes = bench.get("/wallets/usr_a/freezes", bench.admin());
    EXPECT_EQ(freezes.at("/items/0/id"), response.at("/data/freezes/0/freeze_id"));
    EXPECT_EQ(freezes.at("/items/0/reason"), "dispute");
}

TEST(BatchFreeze, without_an_amount_takes_all_that_each_has) {
    Bench bench;
    bench.deposit("usr_a", "100.00");
    bench.deposit("usr_b", "0.01");
    const std::string body = R"({"user_ids":["usr_a","usr_b"]})";
    const Response response = freeze_all(bench, body);
    EXPECT_EQ(response.at("/data/freezes/0/amount"), "100.00");
    EXPECT_EQ(response.at("/data/freezes/1/amount"), "0.01");
    const Response again = freeze_all(bench, body);
    EXPECT_EQ(again.at("/data/frozen_count"), "0");
    EXPECT_EQ(again.at("/data/failures/1/code"), "61060201");
    EXPECT_EQ(again.at("/data/freezes/0"), "(none)");
}

TEST(BatchFreeze, with_something_wrong_for_all_freezes_nothing) {
    Bench bench;
    bench.deposit("usr_a", "100.00");
    const struct {
        const char* body;
        std::uint32_t code;
    } rows[] = {
        {R"({"user_ids":[]})", 61060037},
        {R"({"user_ids":"usr_a"})", 61060037},
        {R"({"user_ids":["usr_a",1]})", 61060037},
        {R"({"user_ids":["usr_a","usr_a"]})", 61060037},
        {R"({"amount":"1.00"})", row_of(Error::field_missing).code},
        {R"({"user_ids":["usr_a"],"user_ids":["usr_b"]})", row_of(Error::field_repeated).code},
        {R"({"user_ids":["usr_a"],"reference_id":"r"})", row_of(Error::field_unknown).code},
        {R"({"user_ids":["usr_a",""]})", row_of(Error::user_id_invalid).code},
        {R"({"user_ids":["usr_a"],"amount":"1.0.0"})", row_of(Error::amount_malformed).code},
        {R"({"user_ids":["usr_a"],"amount":1})", row_of(Error::amount_not_text).code},
        {R"({"user_ids":["usr_a"],"currency":"XXXX"})", row_of(Error::currency_unknown).code},
        {R"({"user_ids":["usr_a"])", row_of(Error::body_malformed).code},
        {R"({"user_ids":["usr_a"]}[])", row_of(Error::body_malformed).code},
    };
    for (const auto& row : rows) {
        const Response response = freeze_all(bench, row.body);
        EXPECT_EQ(response.code(), row.code) << row.body << ": " << response.body;
    }
    EXPECT_EQ(bench.get("/wallets/usr_a", bench.admin()).at("/data/frozen_balance"), "0.00");
}

TEST(BatchFreeze, takes_a_thousand_and_not_one_more) {
    Bench bench;
    std::string list;
    for (int i = 0; i < 1'000; ++i) list += ",\"usr_" + std::to_string(i) + '"';
    const Response most = freeze_all(bench, R"({"user_ids":[)" + list.substr(1) + "]}");
    EXPECT_EQ(most.status, 200);
    EXPECT_EQ(most.at("/data/failures/999/user_id"), "usr_999");
    EXPECT_EQ(freeze_all(bench, R"({"user_ids":["usr_x")" + list + "]}").code(), 61060037u);
}

TEST(BatchFreeze, with_a_key_has_one_effect) {
    Bench bench;
    bench.deposit("usr_a", "100.00");
    const std::string body = R"({"user_ids":["usr_a","usr_b"],"amount":"60.00"})";
    const Headers key{{"Idempotency-Key", "k-1"}};
    const Response first = freeze_all(bench, body, key);
    const Response second = freeze_all(bench, body, key);
    EXPECT_EQ(first.at("/data/freezes/0/freeze_id"), second.at("/data/freezes/0/freeze_id"));
    EXPECT_EQ(second.at("/data/failures/0/code"), "61060101");
    EXPECT_EQ(bench.get("/wallets/usr_a", bench.admin()).at("/data/frozen_balance"), "60.00");
    // Another list under the same key: every one of them is told so.
    const Response other = freeze_all(bench, R"({"user_ids":["usr_a","usr_c"]})", key);
    EXPECT_EQ(other.at("/data/failures/0/code"),
              std::to_string(row_of(Error::idempotency_key_reused).code));
    EXPECT_EQ(other.at("/data/failures/1/code"),
              std::to_string(row_of(Error::idempotency_key_reused).code));
}

TEST(BatchUnfreeze, releases_what_it_can_and_says_what_not) {
    Bench bench;
    bench.deposit("usr_a", "100.00");
    bench.deposit("usr_b", "30.00");
    const Response frozen = freeze_all(bench, R"({"user_ids":["usr_a","usr_b"]})");
    const std::string a = frozen.at("/data/freezes/0/freeze_id");
    const std::string b = frozen.at("/data/freezes/1/freeze_id");
    const Response first =
        unfreeze_all(bench, R"({"freeze_ids":[")" + b + R"("],"reason":"settled"})");
    EXPECT_EQ(first.at("/data/total"), "1");
    EXPECT_EQ(first.at("/data/succeeded"), "1");
    EXPECT_EQ(first.at("/data/errors/0"), "(none)");
    EXPECT_EQ(bench.get("/wallets/usr_b/transactions", bench.admin()).at("/items/0/description"),
              "settled");
    const Response rest =
        unfreeze_all(bench, R"({"freeze_ids":[")" + a + R"(","frz_x",")" + b + R"("]})");
    ASSERT_EQ(rest.status, 200) << rest.body;
    EXPECT_EQ(rest.at("/data/total"), "3");
    EXPECT_EQ(rest.at("/data/succeeded"), "1");
    EXPECT_EQ(rest.at("/data/failed"), "2");
    EXPECT_TRUE(rest.at("/data/errors/0").starts_with("frz_x: ")) << rest.body;
    EXPECT_TRUE(rest.at("/data/errors/1").starts_with(b + ": ")) << rest.body;
    EXPECT_EQ(bench.balance("usr_a"), "100.00");
}

TEST(FreezeRecord, is_released_by_its_id_once) {
    Bench bench;
    bench.deposit("usr_a", "100.00");
    const Response frozen = freeze_all(bench, R"({"user_ids":["usr_a"],"amount":"40.00"})");
    const std::string id = frozen.at("/data/freezes/0/freeze_id");
    const auto remove = [&](const std::string& which, const std::string& token) {
        return bench.send({.method = "DELETE",
                           .target = "/admin/wallets/freeze-records/" + which,
                           .token = token});
    };
    EXPECT_EQ(remove(id, bench.user("usr_a")).status, 403);
    EXPECT_EQ(remove("frz_1", bench.admin()).status, 404);
    EXPECT_EQ(remove(id, bench.admin()).status, 200);
    EXPECT_EQ(remove(id, bench.admin()).status, 409);
    const Response list = bench.get("/wallets/usr_a/freezes", bench.admin());
    EXPECT_EQ(list.at("/items/0/status"), "released");
    EXPECT_EQ(bench.get("/wallets/usr_a", bench.admin()).at("/data/frozen_balance"), "0.00");
}

TEST(FreezeLists, are_for_those_who_may) {
    Bench bench;
    for (const char* path : {"/admin/wallets/batch-freeze", "/admin/wallets/batch-unfreeze"}) {
        EXPECT_EQ(bench.post(path, bench.user("usr_a"), "{}").status, 403) << path;
        EXPECT_EQ(bench.post(path, "", "{}").status, 401) << path;
    }
}

}  // namespace
}  // namespace coffer::api::testing
