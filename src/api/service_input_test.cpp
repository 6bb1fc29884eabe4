// Bad input: faults.md N, D15 and 7.4 for these routes. Each table ends with the balance untouched.
#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

std::string amount_body(const std::string& amount) { return R"({"amount":")" + amount + "\"}"; }

// covers: N01, N04, N05
TEST(Input, takes_amounts_in_one_form_only) {
    Bench bench;
    bench.deposit("usr_alice", "10");
    const struct {
        const char* amount;
        int status;
    } rows[] = {
        {"0", 422},
        {"0.00", 422},
        {"-1", 422},
        {"-0", 422},
        {"+1", 422},
        {"1e3", 422},
        {"1E+2", 422},
        {"0x10", 422},
        {"01", 422},
        {"00", 422},
        {".5", 422},
        {"5.", 422},
        {"1_000", 422},
        {"1,000", 422},
        {"1 000", 422},
        {" 1", 422},
        {"1 ", 422},
        {"NaN", 422},
        {"Infinity", 422},
        {"0.001", 422},
        {"1.000", 422},
        {"1.0000000000000000000000000000000000000000", 422},
        {"0000000000000000000000000000000000000001", 422},
        {"10000000000000000000000000000.01", 422},
        {"100000000000000000000000000000000000000000", 422},
        {"1,5", 422},
        {"一百", 422},
        {"１００", 422},
        {"١٠٠", 422},
        {"10²", 422},
        {"1\u00a0000", 422},
        {"−1", 422},
        {"1.", 422},
        {"1.0.0", 422},
        {"", 400},
        {"1", 200},
        {"0.01", 200},
        {"1.5", 200},
        {"9007199254740993", 200},
        {"18446744073709551616", 200},
    };
    for (const auto& row : rows) {
        const std::string before = bench.balance();
        const Response response =
            bench.post("/wallets/usr_alice/deposit", bench.admin(), amount_body(row.amount));
        EXPECT_EQ(response.status, row.status) << row.amount << ": " << response.body;
        if (row.status != 200) {
            EXPECT_EQ(bench.balance(), before) << row.amount;
        }
    }
    EXPECT_EQ(bench.balance(), "18455751272964292621.51");
}

TEST(Input, takes_the_largest_amount_and_gives_it_back) {
    Bench bench;
    const std::string largest = "10000000000000000000000000000.00";
    EXPECT_EQ(bench.deposit("usr_alice", largest).at("/data/wallet/balance"), largest);
    const Response out =
        bench.post("/wallets/usr_alice/withdraw", bench.admin(), amount_body(largest));
    EXPECT_EQ(out.at("/data/transaction/balance_before"), largest);
    EXPECT_EQ(out.at("/data/wallet/balance"), "0.00");
}

TEST(Input, keeps_the_decimals_of_each_currency) {
    engine::MemoryStore::Options options;
    options.units = {{{10'000}, "POINTS", 0}, {{10'001}, "ETH", 18}};
    Bench bench{{}, options};
    const struct {
        const char* currency;
        const char* amount;
        const char* printed;
    } rows[] = {{"JPY", "1", "1"},
                {"CNY", "1", "1.00"},
                {"KWD", "1.5", "1.500"},
                {"POINTS", "7", "7"},
                {"ETH", "0.000000000000000001", "0.000000000000000001"}};
    for (const auto& row : rows) {
        const Response response = bench.deposit(
            "usr_alice", row.amount, std::string{R"(,"currency":")"} + row.currency + '"');
        EXPECT_EQ(response.at("/data/transaction/amount"), row.printed);
        EXPECT_EQ(response.at("/data/wallet/currency"), row.currency);
    }
    for (const char* body :
         {R"({"amount":"1.0","currency":"JPY"})", R"({"amount":"1.0000","currency":"KWD"})"}) {
        const Response response = bench.post("/wallets/usr_alice/deposit", bench.admin(), body);
        EXPECT_EQ(response.code(), 61060302u) << body;
    }
    for (const char* code : {"XXX", "XTS", "cny", "CN", "CNYY", "156", "*"}) {
        const Response response =
            bench.post("/wallets/usr_alice/deposit", bench.admin(),
                       std::string{R"({"amount":"1","currency":")"} + code + "\"}");
        EXPECT_EQ(response.code(), 61060306u) << code;
        EXPECT_NE(response.message().find(code), std::string::npos);
    }
}

TEST(Input, takes_user_ids_decoded_once) {
    Bench bench;
    const struct {
        std::string raw;
        std::string id;  // "" : refused
    } rows[] = {
        {"usr_1", "usr_1"},
        {"a%20b", "a b"},
        {"a%2Fb", "a/b"},
        {"%E7%94%A8%E6%88%B7", "用户"},
        {"a%2525", "a%25"},
        {"%2e%2e", ".."},
        {"a+b", "a+b"},
        {std::string(128, 'x'), std::string(128, 'x')},
        {std::string(129, 'x'), ""},
        {"%FF", ""},
        {"%C2%85", ""},
        {"%C0%AF", ""},
        {"batch", ""},
        {"coupons", ""},
        {"snapshot", ""},
        {"transactions", ""},
        {"%74ransfer", ""},
        {"%ED%A0%80", ""},
    };
    for (const auto& row : rows) {
        const Response response =
            bench.post("/wallets/" + row.raw + "/deposit", bench.admin(), amount_body("1"));
        EXPECT_EQ(response.status, row.id.empty() ? 400 : 200) << row.raw << response.body;
        if (!row.id.empty()) {
            EXPECT_EQ(response.at("/data/wallet/user_id"), row.id);
        }
        if (row.id.empty()) {
            EXPECT_EQ(response.code(), 61060011u) << row.raw;
        }
    }
    for (const char* raw : {"a%00b", "a%0Ab", "a%7Fb", "a%", "a%g0"}) {
        EXPECT_EQ(
            bench.post(std::string{"/wallets/"} + raw + "/deposit", bench.admin(), amount_body("1"))
                .status,
            400)
            << raw;
    }
}

TEST(Input, holds_body_user_ids_to_the_same_rules) {
    Bench bench;
    const std::string long_id(129, 'x');
    for (const std::string& id : {std::string{"a\\nb"}, std::string{"batch"}, long_id,
                                  std::string{"\\u0000"}, std::string{"\\u0085"}}) {
        EXPECT_EQ(bench.post("/wallets", bench.admin(), R"({"user_id":")" + id + "\"}").code(),
                  61060011u)
            << id;
        EXPECT_EQ(bench
                      .post("/wallets/transfer", bench.admin(),
                            R"({"amount":"1","from_user_id":"u","to_user_id":")" + id + "\"}")
                      .code(),
                  61060011u)
            << id;
    }
}

TEST(Input, keeps_texts_as_they_came) {
    Bench bench;
    for (const std::string& json :
         {std::string{"<script>alert('x')</script>"}, std::string{"'; DROP TABLE wallets;--"},
          std::string{R"(a\r\nb\u001b[31m)"}, std::string{"\\u202e bidi \\u2066"},
          std::string{"\xF0\x9F\x92\xB0"}, std::string{R"(quote \" back \\ slash)"},
          std::string(4'096, 'x')}) {
        const Response response = bench.post("/wallets/usr_alice/deposit", bench.admin(),
                                             R"({"amount":"1","description":")" + json + "\"}");
        ASSERT_EQ(response.status, 200) << response.body;
        simdjson::dom::parser parser;
        const std::string wrapped = "{\"d\":\"" + json + "\"}";
        std::string_view expected;
        ASSERT_EQ(parser.parse(wrapped)["d"].get(expected), simdjson::SUCCESS);
        EXPECT_EQ(response.at("/data/transaction/description"), expected);
    }
}

// covers: D15
TEST(Input, tells_references_apart_by_their_bytes) {
    Bench bench;
    for (const char* reference :
         {"r1", "R1", "r1 ", " r1", "r%31", "\\u00e9", "e\\u0301", "r/1", "参考"}) {
        const Response response =
            bench.post("/wallets/usr_alice/deposit", bench.admin(),
                       std::string{R"({"amount":"1","reference_id":")"} + reference + "\"}");
        EXPECT_EQ(response.status, 200) << reference;
        EXPECT_EQ(response.header("idempotency-replayed"), "") << reference;
    }
    EXPECT_EQ(bench.balance(), "9.00");
    const std::string full(128, 'r');
    EXPECT_EQ(bench
                  .post("/wallets/usr_alice/deposit", bench.admin(),
                        R"({"amount":"1","reference_id":")" + full + "\"}")
                  .status,
              200);
    for (const std::string& wrong : {full + "r", std::string{"a\\tb"}, std::string{"\\u007f"},
                                     std::string{"\\u0000"}, std::string{"\\u009f"}}) {
        EXPECT_EQ(bench
                      .post("/wallets/usr_alice/deposit", bench.admin(),
                            R"({"amount":"1","reference_id":")" + wrong + "\"}")
                      .code(),
                  61060012u)
            << wrong;
    }
    // An empty one is none: no two of them are twins.
    bench.deposit("usr_alice", "1", R"(,"reference_id":"")");
    bench.deposit("usr_alice", "1", R"(,"reference_id":"")");
    EXPECT_EQ(bench.balance(), "12.00");
}

// covers: N12
TEST(Input, takes_an_amount_of_the_same_value_for_the_same) {
    Bench bench;
    const Response first = bench.deposit("usr_alice", "100", R"(,"reference_id":"r")");
    for (const char* same : {"100.0", "100.00", "100"}) {
        const Response again = bench.deposit("usr_alice", same, R"(,"reference_id":"r")");
        EXPECT_EQ(again.body, first.body) << same;
    }
    EXPECT_EQ(bench.balance(), "100.00");
}

TEST(Input, ignores_bodies_where_none_is_read_and_unknown_parameters) {
    Bench bench;
    bench.deposit("usr_alice", "1");
    const Response read = bench.send({.method = "GET",
                                      .target = "/wallets/usr_alice?x=1&y=%zz",
                                      .token = bench.admin(),
                                      .body = "not JSON"});
    EXPECT_EQ(read.status, 200) << read.body;
}

TEST(Input, picks_the_wallet_by_body_or_query) {
    Bench bench;
    bench.deposit("usr_alice", "1", R"(,"currency":"USD")");
    bench.deposit("usr_alice", "2", R"(,"currency":"CNY")");
    EXPECT_EQ(bench
                  .post("/wallets/usr_alice/deposit?currency=USD", bench.admin(),
                        R"({"amount":"3","currency":"USD"})")
                  .at("/data/wallet/balance"),
              "4.00");
    EXPECT_EQ(bench.get("/wallets/usr_alice/balance?currency=USD", bench.admin()).at("/balance"),
              "4.00");
    EXPECT_EQ(bench.get("/wallets/usr_alice/balance", bench.admin()).at("/balance"), "2.00");
    EXPECT_EQ(bench.get("/wallets/usr_alice/balance?currency=JPY", bench.admin()).code(),
              61060101u);
    EXPECT_EQ(bench.get("/wallets/usr_alice/balance?currency=%55SD", bench.admin()).status, 200);
}

}  // namespace
}  // namespace coffer::api::testing
