// Idempotency-Key on every write: design.md section 4.
#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

Response write(Bench& bench, const std::string& key, const std::string& body,
               const std::string& target = "/wallets/usr_alice/deposit",
               const std::string& token = "") {
    return bench.send({.method = "POST",
                       .target = target,
                       .token = token.empty() ? bench.admin() : token,
                       .body = body,
                       .headers = {{"Idempotency-Key", key}}});
}

TEST(IdempotencyKey, answers_a_repeat_as_the_first_time) {
    Bench bench;
    const Response first = write(bench, "k-1", R"({"amount":"10.00","description":"shoes"})");
    bench.clock.pass_ms(60'000);
    bench.deposit("usr_alice", "5.00");
    const Response again = write(bench, "k-1", R"({ "description":"shoes", "amount":"10.00" })");
    ASSERT_EQ(first.status, 200) << first.body;
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(first.header("idempotency-replayed"), "");
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(again.at("/data"), first.at("/data")) << "the order of fields is no difference";
    EXPECT_EQ(bench.balance(), "15.00");
}

TEST(IdempotencyKey, repeats_a_refusal_with_its_status_and_its_figures) {
    Bench bench;
    bench.deposit("usr_alice", "5.00");
    const std::string path = "/wallets/usr_alice/withdraw";
    const Response first = write(bench, "k", R"({"amount":"6.00"})", path);
    bench.deposit("usr_alice", "5.00");
    const Response again = write(bench, "k", R"({"amount":"6.00"})", path);
    EXPECT_EQ(first.status, 409);
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(again.message(), first.message());
    EXPECT_EQ(write(bench, "new", R"({"amount":"6.00"})", path).status, 200);
}

TEST(IdempotencyKey, is_422_with_another_value_anywhere) {
    Bench bench;
    const std::string body = R"({"amount":"10.00","reference_id":"r"})";
    ASSERT_EQ(write(bench, "k", body).status, 200);
    for (const char* other :
         {R"({"amount":"10","reference_id":"r"})", R"({"amount":"10.01","reference_id":"r"})",
          R"({"amount":"10.00"})", R"({"amount":"10.00","reference_id":"r","currency":"CNY"})",
          R"({"amount":"10.00","reference_id":"r","description":"x"})"}) {
        const Response response = write(bench, "k", other);
        EXPECT_EQ(response.status, 422) << other;
        EXPECT_EQ(response.code(), 61060206u) << other;
    }
    EXPECT_EQ(write(bench, "k", body, "/wallets/usr_alice/deposit?currency=CNY").status, 422);
    EXPECT_EQ(write(bench, "k", body, "/wallets/usr_alice/deposit?unknown=1").status, 200)
        << "what has no meaning is no value";
    EXPECT_EQ(bench.balance(), "10.00");
}

TEST(IdempotencyKey, is_of_one_caller_one_method_and_one_path) {
    Bench bench;
    const std::string body = R"({"amount":"1.00"})";
    ASSERT_EQ(write(bench, "k", body).status, 200);
    const std::string other =
        bench.token({.tenant = "tnt_a", .subject = "usr_second", .roles = {"admin"}});
    EXPECT_EQ(
        write(bench, "k", body, "/wallets/usr_alice/deposit", other).header("idempotency-replayed"),
        "");
    EXPECT_EQ(write(bench, "k", body, "/wallets/usr_bob/deposit").status, 200);
    EXPECT_EQ(write(bench, "k", body, "/wallets/usr_alice/withdraw").status, 200);
    EXPECT_EQ(write(bench, "k", body, "/wallets/usr_alice/deposit", bench.admin("tnt_b")).status,
              200);
    EXPECT_EQ(bench.balance(), "1.00");
    // One operation under its other names is the same one.
    EXPECT_EQ(
        write(bench, "k", body, "/api/v1/wallets/usr_alice/deposit").header("idempotency-replayed"),
        "true");
    EXPECT_EQ(
        write(bench, "k", body, "/wallets/usr%5Falice/deposit").header("idempotency-replayed"),
        "true");
}

TEST(IdempotencyKey, may_be_called_x_idempotency_key) {
    Bench bench;
    const auto send = [&](const Headers& headers) {
        return bench.send({.method = "POST",
                           .target = "/wallets/usr_alice/deposit",
                           .token = bench.admin(),
                           .body = R"({"amount":"1.00"})",
                           .headers = headers});
    };
    EXPECT_EQ(send({{"X-Idempotency-Key", "k"}}).status, 200);
    EXPECT_EQ(send({{"Idempotency-Key", "k"}}).header("idempotency-replayed"), "true");
    EXPECT_EQ(
        send({{"Idempotency-Key", "k"}, {"X-Idempotency-Key", "k"}}).header("idempotency-replayed"),
        "true");
    EXPECT_EQ(send({{"Idempotency-Key", "k"}, {"X-Idempotency-Key", "j"}}).code(), 61060035u);
    EXPECT_EQ(send({{"Idempotency-Key", "k"}, {"Idempotency-Key", "k"}}).code(), 61060034u);
    EXPECT_EQ(bench.balance(), "1.00");
}

TEST(IdempotencyKey, has_a_form) {
    Bench bench;
    const std::string body = R"({"amount":"1.00"})";
    for (const std::string& key :
         {std::string{}, std::string(256, 'k'), std::string{"two words"}, std::string{"käse"}}) {
        const Response response = write(bench, key, body);
        EXPECT_EQ(response.status, 400) << key;
        EXPECT_EQ(response.code(), 61060034u) << key;
    }
    EXPECT_EQ(write(bench, std::string(255, 'k'), body).status, 200);
    EXPECT_EQ(write(bench, "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~", body).status, 200);
    EXPECT_EQ(bench.balance(), "2.00");
}

TEST(IdempotencyKey, is_not_used_up_by_what_never_reached_the_wallet) {
    Bench bench;
    EXPECT_EQ(write(bench, "k", R"({"amount":"1.00","colour":"red"})").status, 400);
    EXPECT_EQ(write(bench, "k", R"({"amount":"x"})").status, 422) << "malformed: a rule of the API";
    EXPECT_EQ(write(bench, "k", R"({"amount":"1.00"})", "/wallets/usr_alice/deposit",
                    bench.user("usr_alice"))
                  .status,
              403);
    EXPECT_EQ(write(bench, "k", R"({"amount":"1.00"})").header("idempotency-replayed"), "");
    EXPECT_EQ(bench.balance(), "1.00");
}

TEST(IdempotencyKey, guards_what_has_no_reference) {
    Bench bench;
    const auto repeat = [&](const std::string& method, const std::string& target,
                            std::optional<std::string> body) {
        return bench.send({.method = method,
                           .target = target,
                           .token = bench.admin(),
                           .body = std::move(body),
                           .headers = {{"Idempotency-Key", "k"}}});
    };
    const std::string opening = R"({"user_id":"usr_alice","currency":"EUR"})";
    const Response opened = repeat("POST", "/wallets", opening);
    ASSERT_EQ(opened.status, 201) << opened.body;
    const Response again = repeat("POST", "/wallets", opening);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.at("/data"), opened.at("/data"));
    const std::string path = "/admin/wallets/" + opened.at("/data/wallet_id");
    EXPECT_EQ(repeat("DELETE", path, std::nullopt).status, 200);
    EXPECT_EQ(repeat("DELETE", path, std::nullopt).header("idempotency-replayed"), "true");
    EXPECT_EQ(bench.remove(path, bench.admin()).status, 409);
}

}  // namespace
}  // namespace coffer::api::testing
