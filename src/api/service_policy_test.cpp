// The policy of an application: its routes, and what each of its fields does to a request.
#include <gtest/gtest.h>

#include "api/rate_limiter.h"
#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

const std::string policy_path = "/admin/wallets/tenants/tnt_a/apps/app_test/policy";

class Policies : public ::testing::Test {
protected:
    Response set(const std::string& fields) {
        return bench.put(policy_path, bench.admin(), "{" + fields + "}");
    }
    /// What must be taken.
    void given(const std::string& fields) {
        const Response response = set(fields);
        ASSERT_EQ(response.status, 200) << response.body;
    }
    Response get() { return bench.get(policy_path, bench.admin()); }
    Response deposit(const std::string& amount, const std::string& more = "") {
        return bench.post("/wallets/usr_alice/deposit", bench.admin(),
                          R"({"amount":")" + amount + '"' + more + "}");
    }
    Response withdraw(const std::string& amount, const std::string& token) {
        return bench.post("/wallets/usr_alice/withdraw", token, R"({"amount":")" + amount + "\"}");
    }
    Response withdraw(const std::string& amount) { return withdraw(amount, bench.admin()); }
    Response transfer(const std::string& amount) {
        return bench.post(
            "/wallets/transfer", bench.admin(),
            R"({"from_user_id":"usr_alice","to_user_id":"usr_bob","amount":")" + amount + "\"}");
    }
    void expect(const Response& response, Error error, std::string_view told = {}) {
        const ErrorRow& row = row_of(error);
        EXPECT_EQ(response.code(), row.code) << row.name << ": " << response.body;
        EXPECT_EQ(response.status, row.status) << row.name;
        EXPECT_NE(response.message().find(told), std::string::npos) << response.message();
        EXPECT_EQ(response.message().find('{'), std::string::npos) << response.message();
    }

    Bench bench;
};

TEST_F(Policies, are_missing_until_they_are_set_and_missing_again_when_removed) {
    expect(get(), Error::policy_not_found);
    expect(bench.remove(policy_path, bench.admin()), Error::policy_not_found);
    given(R"("max_balance":100000,"timezone":"Asia/Shanghai")");
    const Response found = get();
    ASSERT_EQ(found.status, 200) << found.body;
    for (const std::string at : {"", "/data"}) {
        EXPECT_EQ(found.at(at + "/tenant_id"), "tnt_a");
        EXPECT_EQ(found.at(at + "/application_id"), "app_test");
        EXPECT_EQ(found.at(at + "/max_balance"), "100000.00");
        EXPECT_EQ(found.at(at + "/timezone"), "Asia/Shanghai");
        EXPECT_EQ(found.at(at + "/transfer_enabled"), "true");
        EXPECT_EQ(found.at(at + "/default_list_page_size"), "20");
        EXPECT_EQ(found.at(at + "/own_fields"), R"(["max_balance","timezone"])");
        EXPECT_EQ(found.at(at + "/version"), "1");
    }
    EXPECT_EQ(bench.remove(policy_path, bench.admin()).status, 200);
    expect(get(), Error::policy_not_found);
}

TEST_F(Policies, change_field_by_field_and_take_null_and_0_for_the_default) {
    given(R"("daily_withdraw_limit":"5000.5","rate_limit_per_min":60,)"
          R"("supported_currencies":"USD,CNY")");
    given(R"("transfer_enabled":false,"withdrawal_require_review":true)");
    Response found = get();
    EXPECT_EQ(found.at("/daily_withdraw_limit"), "5000.50");
    EXPECT_EQ(found.at("/rate_limit_per_min"), "60");
    EXPECT_EQ(found.at("/supported_currencies"), "CNY,USD");
    EXPECT_EQ(found.at("/transfer_enabled"), "false");
    EXPECT_EQ(found.at("/withdrawal_require_review"), "true");
    given(R"("daily_withdraw_limit":null,"rate_limit_per_min":0,"transfer_enabled":null,)"
          R"("supported_currencies":"")");
    found = get();
    EXPECT_EQ(found.at("/daily_withdraw_limit"), "0.00");
    EXPECT_EQ(found.at("/rate_limit_per_min"), "0");
    EXPECT_EQ(found.at("/transfer_enabled"), "true");
    EXPECT_EQ(found.at("/supported_currencies"), "");
    EXPECT_EQ(found.at("/own_fields"), R"(["withdrawal_require_review","supported_currencies"])");
    EXPECT_EQ(found.at("/version"), "3");
}

TEST_F(Policies, take_numbers_by_their_digits) {
    given(R"("max_balance":123456789012345678901234567890 ,)"
          R"("min_withdraw_amount":0.000000000000000001)");
    EXPECT_EQ(get().at("/max_balance"), "123456789012345678901234567890.00");
    EXPECT_EQ(get().at("/min_withdraw_amount"), "0.000000000000000001");
}

TEST_F(Policies, read_over_what_the_service_owns) {
    given(R"("id":"x","tenant_id":7,"application_id":{"a":[1]},"created_at":null,"updated_at":[],)"
          R"("max_balance":"7")");
    EXPECT_EQ(get().at("/application_id"), "app_test");
    EXPECT_EQ(get().at("/max_balance"), "7.00");
    given("");
    EXPECT_EQ(get().at("/max_balance"), "7.00");
}

TEST_F(Policies, name_the_field_that_is_wrong) {
    const std::pair<std::string, Error> wrong[] = {
        {R"("max_balance":true)", Error::field_not_number},
        {R"("max_balance":[1])", Error::field_not_number},
        {R"("max_balance":"")", Error::limit_invalid},
        {R"("max_balance":-1)", Error::limit_invalid},
        {R"("max_balance":1e3)", Error::limit_invalid},
        {R"("max_balance":"1,000")", Error::limit_invalid},
        {R"("max_balance":"0.0000000000000000001")", Error::limit_invalid},
        {R"("max_balance":10000000000000000000000000000001)", Error::limit_invalid},
        {R"("transfer_enabled":"true")", Error::field_not_boolean},
        {R"("transfer_enabled":1)", Error::field_not_boolean},
        {R"("rate_limit_per_min":1.5)", Error::number_invalid},
        {R"("rate_limit_per_min":-1)", Error::number_invalid},
        {R"("default_list_page_size":101)", Error::number_invalid},
        {R"("timezone":7)", Error::field_not_text},
        {R"("timezone":"Mars/Olympus")", Error::time_zone_unknown},
        {R"("timezone":"../../etc/passwd")", Error::time_zone_unknown},
        {R"("supported_currencies":"CNY,XXX")", Error::currencies_invalid},
        {R"("supported_currencies":"CNY,CNY")", Error::currencies_invalid},
        {R"("supported_currencies":"CNY,")", Error::currencies_invalid},
        {R"("supported_currencies":["CNY"])", Error::field_not_text},
        {R"("maximum":"1")", Error::field_unknown},
        {R"("max_balance":"1","max_balance":"2")", Error::field_repeated},
    };
    for (const auto& [fields, error] : wrong) {
        const std::string name = fields.substr(1, fields.find('"', 1) - 1);
        expect(set(fields), error, name);
    }
    expect(get(), Error::policy_not_found);
}

TEST_F(Policies, belong_to_the_administrators_of_the_tenant) {
    const std::string user = bench.user("usr_alice");
    EXPECT_EQ(bench.get(policy_path, user).status, 403);
    EXPECT_EQ(bench.put(policy_path, user, "{}").status, 403);
    EXPECT_EQ(bench.remove(policy_path, user).status, 403);
    given(R"("max_balance":1)");
    const std::string other = bench.admin("tnt_b");
    expect(bench.get(policy_path, other), Error::policy_not_found);
    expect(bench.put(policy_path, other, "{}"), Error::policy_not_found);
    expect(bench.remove(policy_path, other), Error::policy_not_found);
    EXPECT_EQ(get().at("/version"), "1");
    expect(bench.put("/admin/wallets/tenants/tnt_a/apps/" + std::string(129, 'a') + "/policy",
                     bench.admin(), "{}"),
           Error::reference_invalid, "app_id");
}

TEST_F(Policies, are_set_once_under_an_idempotency_key) {
    const auto keyed = [&](const std::string& body) {
        return bench.send({.method = "PUT",
                           .target = policy_path,
                           .token = bench.admin(),
                           .body = body,
                           .headers = {{"Idempotency-Key", "k-1"}}});
    };
    EXPECT_EQ(keyed(R"({"max_balance":1})").status, 200);
    EXPECT_EQ(keyed(R"({"max_balance":1})").header("idempotency-replayed"), "true");
    expect(keyed(R"({"max_balance":2})"), Error::idempotency_key_reused);
    EXPECT_EQ(get().at("/version"), "1");
}

TEST_F(Policies, hold_for_callers_of_that_application_alone) {
    given(R"("max_balance":5)");
    access::TokenRequest request{.tenant = "tnt_a", .subject = "usr_admin", .roles = {"admin"}};
    request.application = "app_other";
    const std::string elsewhere = bench.token(request);
    expect(deposit("6"), Error::balance_over_limit);
    EXPECT_EQ(bench.post("/wallets/usr_alice/deposit", elsewhere, R"({"amount":"6"})").status, 200);
}

TEST_F(Policies, bound_what_a_wallet_holds) {
    given(R"("max_balance":100.005)");
    EXPECT_EQ(deposit("60").status, 200);
    expect(deposit("40.01"), Error::balance_over_limit, "40.00 CNY of it is left");
    EXPECT_EQ(deposit("40").status, 200);
    bench.deposit("usr_bob", "100");
    expect(transfer("1"), Error::balance_over_limit, "0.00 CNY of it is left");
}

TEST_F(Policies, bound_withdrawals_by_the_day_and_the_month_of_their_zone) {
    bench.deposit("usr_alice", "1000");
    // It is 08:53 in UTC and 16:53 in Shanghai.
    given(R"("min_withdraw_amount":5.001,"daily_withdraw_limit":100,)"
          R"("monthly_withdraw_limit":150,"timezone":"Asia/Shanghai")");
    expect(withdraw("5.00"), Error::withdrawal_below_minimum, "at least 5.01 CNY");
    EXPECT_EQ(withdraw("60").status, 200);
    expect(withdraw("40.01"), Error::daily_withdraw_limit_exceeded, "40.00 CNY of it is left");
    EXPECT_EQ(withdraw("40").status, 200);
    bench.clock.pass_ms(6 * 3'600'000);  // 22:53 there
    expect(withdraw("5.01"), Error::daily_withdraw_limit_exceeded, "0.00 CNY of it is left");
    bench.clock.pass_ms(2 * 3'600'000);  // the next day, in UTC not yet
    expect(withdraw("50.01"), Error::monthly_withdraw_limit_exceeded, "50.00 CNY of it is left");
    EXPECT_EQ(withdraw("50").status, 200);
    bench.clock.pass_ms(23 * 86'400'000LL);  // November
    EXPECT_EQ(withdraw("100").status, 200);
    // Another zone does not begin the day again.
    given(R"("timezone":"America/New_York")");
    expect(withdraw("5.01"), Error::daily_withdraw_limit_exceeded);
    // Nor does another application in another zone.
    EXPECT_EQ(bench.balance(), "750.00");
}

TEST_F(Policies, count_what_was_withdrawn_before_there_was_a_limit) {
    bench.deposit("usr_alice", "100");
    EXPECT_EQ(withdraw("30").status, 200);
    given(R"("daily_withdraw_limit":40)");
    expect(withdraw("10.01"), Error::daily_withdraw_limit_exceeded, "10.00 CNY of it is left");
}

TEST_F(Policies, name_the_currencies_that_money_may_come_in) {
    bench.deposit("usr_alice", "10", R"(,"currency":"EUR")");
    given(R"("supported_currencies":"CNY,USD")");
    expect(deposit("1", R"(,"currency":"EUR")"), Error::currency_not_supported, "EUR");
    expect(bench.post("/wallets", bench.admin(), R"({"user_id":"u","currency":"JPY"})"),
           Error::currency_not_supported, "JPY");
    EXPECT_EQ(deposit("1", R"(,"currency":"USD")").status, 200);
    // What is there may leave.
    EXPECT_EQ(bench
                  .post("/wallets/usr_alice/withdraw", bench.admin(),
                        R"({"amount":"10","currency":"EUR"})")
                  .status,
              200);
}

TEST_F(Policies, switch_transfers_off) {
    bench.deposit("usr_alice", "10");
    bench.deposit("usr_bob", "10");
    given(R"("transfer_enabled":false)");
    expect(transfer("1"), Error::transfers_disabled);
    given(R"("transfer_enabled":true)");
    EXPECT_EQ(transfer("1").status, 200);
}

TEST_F(Policies, send_a_users_larger_withdrawals_to_review) {
    bench.deposit("usr_alice", "100");
    given(R"("withdrawal_require_review":true,"auto_approve_limit":"10")");
    const std::string alice = bench.user("usr_alice");
    expect(withdraw("10.01", alice), Error::withdrawal_needs_review, "withdraw/request");
    EXPECT_EQ(withdraw("10", alice).status, 200);
    EXPECT_EQ(withdraw("10.01").status, 200);  // an operator has looked at it
}

TEST_F(Policies, keep_deposits_within_the_float) {
    given(R"("prefunded":true,"prefunded_float":100)");
    EXPECT_EQ(deposit("60").status, 200);
    expect(bench.post("/wallets/usr_bob/deposit", bench.admin(), R"({"amount":"40.01"})"),
           Error::float_exceeded, "40.00 CNY of it is left");
    EXPECT_EQ(withdraw("10").status, 200);
    EXPECT_EQ(bench.post("/wallets/usr_bob/deposit", bench.admin(), R"({"amount":"50"})").status,
              200);
    expect(deposit("0.01"), Error::float_exceeded, "0.00 CNY of it is left");
    // Each currency has its own.
    EXPECT_EQ(deposit("100", R"(,"currency":"USD")").status, 200);
}

TEST_F(Policies, say_whether_a_deposit_opens_a_wallet) {
    given(R"("auto_open_wallets":false)");
    expect(deposit("1"), Error::wallet_not_found);
}

TEST_F(Policies, limit_the_requests_of_a_caller) {
    given(R"("rate_limit_per_min":2,"rate_limit_per_hour":3)");
    const std::string alice = bench.user("usr_alice");
    const auto ask = [&] { return bench.get("/wallets", alice); };
    bench.clock.ns = 0;
    EXPECT_EQ(ask().status, 200);
    EXPECT_EQ(ask().status, 200);
    bench.clock.pass_ms(15'000);
    const Response over = ask();
    expect(over, Error::rate_limited, "45 seconds");
    EXPECT_EQ(over.header("retry-after"), "45");
    EXPECT_EQ(over.header("ratelimit-limit"), "2");
    EXPECT_EQ(over.header("ratelimit-remaining"), "0");
    EXPECT_EQ(over.header("ratelimit-reset"), "45");
    // Another caller, and the same one with another token.
    EXPECT_EQ(bench.get("/wallets", bench.user("usr_bob")).status, 200);
    bench.clock.pass_ms(1'000);
    expect(bench.get("/wallets", bench.user("usr_alice")), Error::rate_limited);
    bench.clock.pass_ms(44'000);
    EXPECT_EQ(ask().status, 200);
    const Response over_hour = ask();
    expect(over_hour, Error::rate_limited);
    EXPECT_EQ(over_hour.header("ratelimit-limit"), "3");
    EXPECT_EQ(over_hour.header("retry-after"), "3540");
    bench.clock.pass_ms(3'540'000);
    EXPECT_EQ(ask().status, 200);
}

TEST_F(Policies, give_lists_their_length_and_days_their_zone) {
    given(R"("default_list_page_size":1,"timezone":"Asia/Shanghai")");
    bench.deposit("usr_alice", "1");
    bench.clock.pass_ms(8 * 3'600'000);  // 16:53 in UTC, 00:53 of the tenth there
    bench.deposit("usr_alice", "2");
    const auto list = [&](const std::string& query) {
        return bench.get("/wallets/usr_alice/transactions" + query, bench.admin());
    };
    EXPECT_EQ(list("").at("/pagination/page_size"), "1");
    EXPECT_EQ(list("?page_size=5").at("/pagination/page_size"), "5");
    EXPECT_EQ(list("?start_date=2025-10-10").at("/total"), "1");
    EXPECT_EQ(list("?end_date=2025-10-09").at("/total"), "1");
    EXPECT_EQ(list("?start_date=2025-10-09&end_date=2025-10-10").at("/total"), "2");
    EXPECT_EQ(list("?start_date=2025-10-11").at("/total"), "0");
}

TEST_F(Policies, say_how_long_an_idempotency_key_counts) {
    given(R"("idempotency_ttl":60)");
    const auto keyed = [&] {
        return bench.send({.method = "POST",
                           .target = "/wallets/usr_alice/deposit",
                           .token = bench.admin(),
                           .body = R"({"amount":"1"})",
                           .headers = {{"Idempotency-Key", "k"}}});
    };
    EXPECT_EQ(keyed().status, 200);
    bench.clock.pass_ms(59'000);
    EXPECT_EQ(keyed().header("idempotency-replayed"), "true");
    bench.clock.pass_ms(2'000);
    EXPECT_EQ(keyed().header("idempotency-replayed"), "");
    EXPECT_EQ(bench.balance(), "2.00");
}

TEST(RateLimiter, keeps_its_bound) {
    RateLimiter limiter{2};
    wallet::Policy policy;
    policy.numbers[5] = 1;
    const auto caller = [](const char* who) {
        return access::Principal{.tenant = "t", .subject = who};
    };
    constexpr std::int64_t hour = 3'600'000'000'000;
    EXPECT_FALSE(limiter.count(caller("a"), policy, 0));
    EXPECT_FALSE(limiter.count(caller("b"), policy, 0));
    EXPECT_TRUE(limiter.count(caller("a"), policy, 1));
    EXPECT_FALSE(limiter.count(caller("c"), policy, 2));  // no room: not counted
    EXPECT_FALSE(limiter.count(caller("c"), policy, 3));
    EXPECT_EQ(limiter.callers(), 2u);
    EXPECT_FALSE(limiter.count(caller("c"), policy, hour));  // the others' hour is over
    EXPECT_TRUE(limiter.count(caller("c"), policy, hour + 1));
    EXPECT_EQ(limiter.callers(), 1u);
}

}  // namespace
}  // namespace coffer::api::testing
