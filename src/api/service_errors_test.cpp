// Every row of the error table, each reached by a request; and what its message must tell.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

constexpr std::string_view deposit_path = "/wallets/usr_alice/deposit";

Response deposit(Bench& bench, const std::string& body) {
    return bench.post(std::string{deposit_path}, bench.admin(), body);
}

Response get(Bench& bench, const std::string& target) { return bench.get(target, bench.admin()); }

Response raw(Bench& bench, const std::string& bytes) {
    const auto responses = bench.send_bytes(bytes);
    return responses.empty() ? Response{} : responses.front();
}

std::string wallet_of_alice(Bench& bench, const std::string& amount = "10") {
    return bench.deposit("usr_alice", amount).at("/data/wallet/wallet_id");
}

Response cancel(Bench& bench, const std::string& transaction) {
    return bench.post("/wallets/transactions/" + transaction + "/cancel", bench.admin(), "{}");
}

Response with_key(Bench& b, const std::string& amount, const Headers& headers) {
    return b.send({.method = "POST",
                   .target = "/wallets/usr_alice/deposit",
                   .token = b.admin(),
                   .body = R"({"amount":")" + amount + "\"}",
                   .headers = headers});
}

struct Case {
    Error error;
    std::string_view named;  ///< what the message must contain
    std::function<Response(Bench&)> ask;
};

// The form of the request.
const std::vector<Case> form_cases{
    {Error::path_not_found, "/openapi.json", [](Bench& b) { return get(b, "/walets/x"); }},
    {Error::method_not_allowed, "DELETE",
     [](Bench& b) { return b.remove("/wallets/u", b.admin()); }},
    {Error::body_empty, "amount", [](Bench& b) { return deposit(b, ""); }},
    {Error::body_malformed, "UTF-8", [](Bench& b) { return deposit(b, "{\"amount\":\"\xff\"}"); }},
    {Error::body_not_an_object, "object", [](Bench& b) { return deposit(b, "[]"); }},
    {Error::field_unknown, "'balance'",
     [](Bench& b) { return deposit(b, R"({"amount":"1","balance":"9"})"); }},
    {Error::field_repeated, "'amount'",
     [](Bench& b) { return deposit(b, R"({"amount":"1","amount":"1"})"); }},
    {Error::field_not_text, "'description'",
     [](Bench& b) { return deposit(b, R"({"amount":"1","description":1})"); }},
    {Error::amount_not_text, "send a decimal string",
     [](Bench& b) { return deposit(b, R"({"amount":100})"); }},
    {Error::field_missing, "'amount'", [](Bench& b) { return deposit(b, "{}"); }},
    {Error::user_id_invalid, "'user_id'",
     [](Bench& b) { return get(b, "/wallets/" + std::string(129, 'u')); }},
    {Error::reference_invalid, "'reference_id'",
     [](Bench& b) { return deposit(b, R"({"amount":"1","reference_id":"a\nb"})"); }},
    {Error::text_too_long, "4096",
     [](Bench& b) {
         return deposit(b, R"({"amount":"1","description":")" + std::string(4'097, 'x') + "\"}");
     }},
    {Error::text_invalid, "U+0000",
     [](Bench& b) { return deposit(b, R"({"amount":"1","description":"\u0000"})"); }},
    {Error::choice_invalid, "active, frozen, closed",
     [](Bench& b) {
         return b.put("/admin/wallets/" + wallet_of_alice(b), b.admin(), R"({"status":"gone"})");
     }},
    {Error::parameter_repeated, "'page'",
     [](Bench& b) { return get(b, "/wallets/u/transactions?page=1&page=2"); }},
    {Error::parameters_too_many, "32",
     [](Bench& b) {
         std::string query = "?a=1";
         for (int i = 0; i < 32; ++i) query += "&a=1";
         return get(b, "/wallets/u" + query);
     }},
    {Error::number_invalid, "from 1 to 100",
     [](Bench& b) { return get(b, "/wallets/u/transactions?page_size=101"); }},
    {Error::date_invalid, "'start_date'",
     [](Bench& b) { return get(b, "/wallets/u/transactions?start_date=2026-02-30"); }},
    {Error::dates_reversed, "start_date",
     [](Bench& b) {
         return get(b, "/wallets/u/transactions?start_date=2026-02-02&end_date=2026-02-01");
     }},
    {Error::cursor_invalid, "cursor",
     [](Bench& b) { return get(b, "/wallets/u/transactions?cursor=AAAA"); }},
    {Error::cursor_with_page, "page",
     [](Bench& b) { return get(b, "/wallets/u/transactions?cursor=AAAA&page=1"); }},
    {Error::currency_named_twice, "currencies",
     [](Bench& b) {
         return b.post(std::string{deposit_path} + "?currency=USD", b.admin(),
                       R"({"amount":"1","currency":"CNY"})");
     }},
    {Error::content_type_unsupported, "application/json",
     [](Bench& b) {
         return b.send({.method = "POST",
                        .target = std::string{deposit_path},
                        .token = b.admin(),
                        .body = R"({"amount":"1"})",
                        .headers = {{"Content-Type", "text/json"}},
                        .with_content_type = false});
     }},
    {Error::content_encoding_unsupported, "Content-Encoding",
     [](Bench& b) {
         return b.send({.method = "POST",
                        .target = std::string{deposit_path},
                        .token = b.admin(),
                        .body = R"({"amount":"1"})",
                        .headers = {{"Content-Encoding", "gzip"}}});
     }},
};

// What the server refuses by itself.
const std::vector<Case> http_cases{
    {Error::http_malformed, "Host", [](Bench& b) { return raw(b, "GET / HTTP/1.1\r\n\r\n"); }},
    {Error::request_too_slow, "in time",
     [](Bench& b) {
         auto wire = b.connect();
         wire->to_server = "GET /livez HTTP/1.1\r\n";
         for (int i = 0; i < 200; ++i) {
             b.clock.pass_ms(50);
             b.round();
         }
         const auto responses = parse_responses(wire->take());
         return responses.empty() ? Response{} : responses.front();
     }},
    {Error::body_too_large, "too large",
     [](Bench& b) { return deposit(b, std::string(65'537, ' ')); }},
    {Error::request_line_too_long, "too long",
     [](Bench& b) { return get(b, "/" + std::string(9'000, 'x')); }},
    {Error::expectation_unknown, "Expect",
     [](Bench& b) { return raw(b, "GET /livez HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n"); }},
    {Error::headers_too_large, "headers",
     [](Bench& b) {
         return raw(
             b, "GET /livez HTTP/1.1\r\nHost: a\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n");
     }},
    {Error::not_implemented, "not implemented",
     [](Bench& b) { return raw(b, "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"); }},
    {Error::http_version_unknown, "version",
     [](Bench& b) { return raw(b, "GET / HTTP/3.0\r\nHost: a\r\n\r\n"); }},
    {Error::idempotency_key_invalid, "255",
     [](Bench& b) {
         return with_key(b, "1", {{"Idempotency-Key", std::string(256, 'k')}});
     }},
    {Error::movements_invalid, "1,000",
     [](Bench& b) { return b.post("/wallets/batch", b.admin(), R"({"movements":[]})"); }},
    {Error::list_invalid, "freeze_ids",
     [](Bench& b) {
         return b.post("/admin/wallets/batch-unfreeze", b.admin(), R"({"freeze_ids":"frz_1"})");
     }},
    {Error::idempotency_keys_differ, "one of them",
     [](Bench& b) {
         return with_key(b, "1", {{"Idempotency-Key", "a"}, {"X-Idempotency-Key", "b"}});
     }},
};

Response transfer(Bench& b, const std::string& from, const std::string& to,
                  const std::string& amount = "1") {
    return b.post("/wallets/transfer", b.admin(),
                  R"({"amount":")" + amount + R"(","from_user_id":")" + from +
                      R"(","to_user_id":")" + to + "\"}");
}

Response set_status(Bench& b, const std::string& id, const std::string& status) {
    return b.put("/admin/wallets/" + id, b.admin(), R"({"status":")" + status + "\"}");
}

const std::string max_amount = "10000000000000000000000000000.00";  // 10^30 minor units of CNY

// The wallet, the money, the amount.
const std::vector<Case> wallet_cases{
    {Error::dry_run_of_many, "one command",
     [](Bench& b) {
         return b.post("/admin/wallets/batch-freeze?dry_run=true", b.admin(),
                       R"({"user_ids":["u"]})");
     }},
    {Error::wallet_not_found, "POST /wallets", [](Bench& b) { return get(b, "/wallets/nobody"); }},
    {Error::counterparty_wallet_not_found, "CNY",
     [](Bench& b) {
         wallet_of_alice(b);
         return transfer(b, "usr_alice", "nobody");
     }},
    {Error::currency_must_be_named, "'currency'",
     [](Bench& b) {
         for (const char* currency : {"USD", "JPY"}) {
             b.post("/wallets", b.admin(),
                    std::string{R"({"user_id":"usr_alice","currency":")"} + currency + "\"}");
         }
         return deposit(b, R"({"amount":"1"})");
     }},
    {Error::wallet_already_open, "CNY",
     [](Bench& b) {
         wallet_of_alice(b);
         return b.post("/wallets", b.admin(), R"({"user_id":"usr_alice"})");
     }},
    {Error::wallets_of_user_at_maximum, "as many wallets",
     [](Bench&) {
         engine::MemoryStore::Options options;
         options.wallets_per_user_max = 1;
         Bench small{{}, options};
         wallet_of_alice(small);
         return deposit(small, R"({"amount":"1","currency":"USD"})");
     }},
    {Error::wallet_is_closed, "closed",
     [](Bench& b) {
         const std::string id =
             b.post("/wallets", b.admin(), R"({"user_id":"usr_alice"})").at("/data/wallet_id");
         set_status(b, id, "closed");
         return b.post("/wallets/usr_alice/withdraw", b.admin(), R"({"amount":"1"})");
     }},
    {Error::wallet_is_frozen, "frozen",
     [](Bench& b) {
         set_status(b, wallet_of_alice(b), "frozen");
         return b.post("/wallets/usr_alice/withdraw", b.admin(), R"({"amount":"1"})");
     }},
    {Error::status_change_not_allowed, "final",
     [](Bench& b) {
         const std::string id =
             b.post("/wallets", b.admin(), R"({"user_id":"usr_alice"})").at("/data/wallet_id");
         set_status(b, id, "closed");
         return set_status(b, id, "active");
     }},
    {Error::wallet_not_empty, "10.00 CNY",
     [](Bench& b) { return set_status(b, wallet_of_alice(b), "closed"); }},
    {Error::wallet_has_open_holds, "freezes",
     [](Bench& b) {
         const std::string id = wallet_of_alice(b);
         b.post("/wallets/usr_alice/freeze", b.admin(), R"({"amount":"10"})");
         return set_status(b, id, "closed");
     }},
    {Error::exceeds_available_balance, "available 10.00 CNY, needed 10.01 CNY",
     [](Bench& b) {
         wallet_of_alice(b);
         return b.post("/wallets/usr_alice/withdraw", b.admin(), R"({"amount":"10.01"})");
     }},
    {Error::reference_reused, "reference_id",
     [](Bench& b) {
         b.deposit("usr_alice", "1", R"(,"reference_id":"r")");
         return deposit(b, R"({"amount":"2","reference_id":"r"})");
     }},
    {Error::hold_not_found, "freeze_id",
     [](Bench& b) {
         wallet_of_alice(b);
         return b.post("/wallets/usr_alice/unfreeze", b.admin(), R"({"freeze_id":"frz_x"})");
     }},
    {Error::hold_already_ended, "once",
     [](Bench& b) {
         wallet_of_alice(b);
         const Response frozen =
             b.post("/wallets/usr_alice/freeze", b.admin(), R"({"amount":"1"})");
         const std::string body = R"({"freeze_id":")" + frozen.at("/data/freeze/id") + "\"}";
         b.post("/wallets/usr_alice/unfreeze", b.admin(), body);
         return b.post("/wallets/usr_alice/unfreeze", b.admin(), body);
     }},
    {Error::transaction_not_found, "not this user's",
     [](Bench& b) {
         wallet_of_alice(b);
         return b.post("/wallets/usr_alice/refund", b.admin(), R"({"transaction_id":"txn_x"})");
     }},
    {Error::transaction_not_refundable, "deposit",
     [](Bench& b) {
         const std::string id = b.deposit("usr_alice", "10").at("/data/transaction/id");
         return cancel(b, cancel(b, id).at("/data/transaction/id"));
     }},
    {Error::already_refunded, "before",
     [](Bench& b) {
         const std::string id = b.deposit("usr_alice", "10").at("/data/transaction/id");
         cancel(b, id);
         return cancel(b, id);
     }},
    {Error::exceeds_refundable, "10.00 CNY is left, 10.01 CNY",
     [](Bench& b) {
         const std::string id = b.deposit("usr_alice", "10").at("/data/transaction/id");
         return b.post("/wallets/usr_alice/refund", b.admin(),
                       R"({"amount":"10.01","transaction_id":")" + id + "\"}");
     }},
    {Error::exceeds_hold, "9.00 CNY is left, 9.01 CNY",
     [](Bench& b) {
         b.deposit("usr_alice", "10");
         const Response made = b.post("/wallets/usr_alice/freeze", b.admin(), R"({"amount":"9"})");
         return b.post("/wallets/usr_alice/freezes/" + made.at("/data/freeze/id") + "/capture",
                       b.admin(), R"({"amount":"9.01"})");
     }},
    {Error::expires_in_past, "later than now",
     [](Bench& b) {
         b.deposit("usr_alice", "10");
         return b.post("/wallets/usr_alice/freeze", b.admin(),
                       R"({"amount":"9","expires_at":"2025-01-01T00:00:00Z"})");
     }},
    {Error::instant_invalid, "'expires_at'",
     [](Bench& b) {
         return b.post("/wallets/usr_alice/freeze", b.admin(),
                       R"({"amount":"9","expires_at":"2025-01-01"})");
     }},
    {Error::approval_not_found, "not this user's",
     [](Bench& b) { return b.post("/admin/wallets/withdrawals/wdr_x/approve", b.admin(), "{}"); }},
    {Error::already_decided, "once",
     [](Bench& b) {
         wallet_of_alice(b);
         const Response paid =
             b.post("/wallets/usr_alice/withdraw/request", b.admin(), R"({"amount":"1"})");
         return b.post("/admin/wallets/withdrawals/" + paid.at("/id") + "/reject", b.admin(), "{}");
     }},
    {Error::own_request, "second person",
     [](Bench& b) {
         wallet_of_alice(b);
         const Response proposed =
             b.post("/admin/wallets/users/usr_alice/adjust", b.admin(),
                    R"({"amount":"1000000","type":"deposit","reason":"why"})");
         return b.post(
             "/admin/wallets/adjustments/" + proposed.at("/data/adjustment/id") + "/approve",
             b.admin(), "{}");
     }},
    {Error::payer_is_payee, "to_user_id", [](Bench& b) { return transfer(b, "u", "u"); }},
    {Error::idempotency_key_reused, "new key",
     [](Bench& b) {
         with_key(b, "1", {{"Idempotency-Key", "k"}});
         return with_key(b, "2", {{"Idempotency-Key", "k"}});
     }},
    {Error::amount_malformed, "exponent",
     [](Bench& b) { return deposit(b, R"({"amount":"1e3"})"); }},
    {Error::amount_has_too_many_decimals, "CNY has 2 decimals",
     [](Bench& b) { return deposit(b, R"({"amount":"0.001"})"); }},
    {Error::amount_not_positive, "greater than zero",
     [](Bench& b) { return deposit(b, R"({"amount":"0.00"})"); }},
    {Error::amount_over_maximum, "10^30",
     [](Bench& b) { return deposit(b, R"({"amount":"10000000000000000000000000000.01"})"); }},
    {Error::balance_over_maximum, "0.00 CNY more",
     [](Bench& b) {
         wallet_of_alice(b, max_amount);
         return deposit(b, R"({"amount":"0.01"})");
     }},
    {Error::currency_unknown, "'XXX'",
     [](Bench& b) { return deposit(b, R"({"amount":"1","currency":"XXX"})"); }},
};

Response fails_with(Bench& b, engine::Failed::Kind kind) {
    b.store->refuse_writes_with(kind);
    return deposit(b, R"({"amount":"1"})");
}

// Access and the machine.
const std::vector<Case> other_cases{
    {Error::authorization_missing, "Bearer", [](Bench& b) { return b.get("/wallets/u", ""); }},
    {Error::authorization_not_bearer, "Bearer",
     [](Bench& b) {
         return b.send({.target = "/wallets/u", .headers = {{"Authorization", "Basic dTpw"}}});
     }},
    {Error::token_refused, "compact form", [](Bench& b) { return b.get("/wallets/u", "x.y"); }},
    {Error::permission_missing, "wallet:deposit",
     [](Bench& b) {
         return b.post(std::string{deposit_path}, b.user("usr_alice"), R"({"amount":"1"})");
     }},
    {Error::authorization_repeated, "twice",
     [](Bench& b) {
         return b.send({.target = "/wallets/u",
                        .token = b.admin(),
                        .headers = {{"authorization", "Bearer " + b.admin()}}});
     }},
    {Error::tenant_differs, "X-Tenant-ID",
     [](Bench& b) {
         return b.send(
             {.target = "/wallets/u", .token = b.admin(), .headers = {{"X-Tenant-ID", "tnt_b"}}});
     }},
    {Error::too_many_refused_tokens, "too many",
     [](Bench& b) {
         for (int i = 0; i < 100; ++i) b.get("/wallets/u", "x.y.z");
         return b.get("/wallets/u", "x.y.z");
     }},
    {Error::key_missing, "X-API-Key",
     [](Bench& b) { return b.get("/internal/wallet/balance?user_id=u", b.admin()); }},
    {Error::key_refused, "not a key",
     [](Bench& b) {
         return b.send({.target = "/internal/runtime", .headers = {{"X-API-Key", "a-wrong-key"}}});
     }},
    {Error::tenant_missing, "X-Tenant-ID",
     [](Bench& b) {
         return b.send({.target = "/internal/runtime", .headers = {{"X-API-Key", internal_key}}});
     }},
    {Error::tenant_not_of_key, "may not act",
     [](Bench& b) {
         return b.send({.target = "/internal/runtime",
                        .headers = {{"X-API-Key", internal_key}, {"X-Tenant-ID", "tnt_b"}}});
     }},
    {Error::too_many_requests_in_flight, "busy",
     [](Bench&) {
         Bench small{{.in_flight_max = 1}};
         const std::string ask = as_bytes({.target = "/wallets/u", .token = small.admin()});
         return small.send_bytes(ask + ask).at(1);
     }},
    {Error::store_unavailable, "try again",
     [](Bench& b) { return fails_with(b, engine::Failed::Kind::unavailable); }},
    {Error::storage_full, "full",
     [](Bench& b) { return fails_with(b, engine::Failed::Kind::storage_full); }},
    {Error::clock_wrong, "clock",
     [](Bench& b) { return fails_with(b, engine::Failed::Kind::clock_wrong); }},
    {Error::book_read_only, "restored",
     [](Bench& b) { return fails_with(b, engine::Failed::Kind::read_only); }},
    {Error::outcome_unknown, "same reference_id",
     [](Bench& b) { return fails_with(b, engine::Failed::Kind::unknown); }},
    {Error::not_ready, "does not take requests",
     [](Bench& b) {
         b.service->begin_drain();
         return b.get("/readyz", "");
     }},
};

// Rows that no single request here can bring about, each with the reason.
const std::map<Error, std::string_view> elsewhere{
    {Error::counterparty_wallet_is_closed, "the core says counterparty_wallet_not_found"},
    {Error::too_many_waiting_tokens, "service_access_test.cpp, with RS256"},
    {Error::token_keys_unavailable, "service_access_test.cpp, with an issuer that does not answer"},
    {Error::internal, "no handler fails so; the row for whatever else the server may say"},
    {Error::breaks_a_law, "only a bug of ours"},
    {Error::too_many_connections, "http/server_test.cpp"},
    {Error::policy_not_found, "service_policy_test.cpp"},
    {Error::transfers_disabled, "service_policy_test.cpp"},
    {Error::currency_not_supported, "service_policy_test.cpp"},
    {Error::balance_over_limit, "service_policy_test.cpp"},
    {Error::withdrawal_below_minimum, "service_policy_test.cpp"},
    {Error::daily_withdraw_limit_exceeded, "service_policy_test.cpp"},
    {Error::monthly_withdraw_limit_exceeded, "service_policy_test.cpp"},
    {Error::withdrawal_needs_review, "service_policy_test.cpp"},
    {Error::float_exceeded, "service_policy_test.cpp"},
    {Error::rate_limited, "service_policy_test.cpp"},
    {Error::field_not_number, "service_policy_test.cpp"},
    {Error::field_not_boolean, "service_policy_test.cpp"},
    {Error::limit_invalid, "service_policy_test.cpp"},
    {Error::currencies_invalid, "service_policy_test.cpp"},
    {Error::time_zone_unknown, "service_policy_test.cpp"},
};

class ServiceErrors : public ::testing::TestWithParam<const std::vector<Case>*> {};

TEST_P(ServiceErrors, are_reached_and_name_the_rule) {
    for (const Case& row : *GetParam()) {
        Bench bench;
        const Response response = row.ask(bench);
        const ErrorRow& expected = row_of(row.error);
        EXPECT_EQ(response.code(), expected.code) << expected.name << ": " << response.body;
        EXPECT_EQ(response.status, expected.status) << expected.name;
        EXPECT_NE(response.message().find(row.named), std::string::npos)
            << expected.name << ": " << response.message();
        EXPECT_EQ(response.message().find('{'), std::string::npos) << response.message();
        EXPECT_EQ(response.at("/timestamp").size(), 24u) << response.body;
        const bool later = expected.status == 429 || expected.status == 503;
        EXPECT_EQ(!response.header("retry-after").empty(), later) << expected.name;
        EXPECT_EQ(!response.header("www-authenticate").empty(),
                  expected.status == 401 || expected.status == 403)
            << expected.name;
    }
}

INSTANTIATE_TEST_SUITE_P(All, ServiceErrors,
                         ::testing::Values(&form_cases, &http_cases, &wallet_cases, &other_cases));

TEST(ServiceErrors, leave_no_row_out) {
    std::map<Error, int> seen;
    for (const auto* cases : {&form_cases, &http_cases, &wallet_cases, &other_cases}) {
        for (const Case& row : *cases) ++seen[row.error];
    }
    for (const auto& [error, reason] : elsewhere) ++seen[error];
    for (std::size_t i = 0; i < error_count; ++i) {
        EXPECT_EQ(seen[static_cast<Error>(i)], 1) << row_of(static_cast<Error>(i)).name;
    }
}

}  // namespace
}  // namespace coffer::api::testing
