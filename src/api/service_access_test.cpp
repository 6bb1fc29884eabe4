// Who may, tenants, tokens that a worker checks: faults.md 7.2 and what of 7.1 concerns HTTP.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

namespace forge = access::forge;

TEST(Access, lets_a_plain_user_do_only_what_is_his) {
    Bench bench;
    const std::string id = bench.deposit("usr_alice", "10").at("/data/wallet/wallet_id");
    const std::string alice = bench.user("usr_alice");
    const std::string bob = bench.user("usr_bob");
    EXPECT_EQ(bench.get("/wallets/usr_alice", alice).status, 200);
    EXPECT_EQ(bench.get("/wallets/usr_alice/transactions", alice).status, 200);
    EXPECT_EQ(bench.post("/wallets/usr_alice/withdraw", alice, R"({"amount":"1"})").status, 200);

    const Ask asks[] = {
        {"GET", "/wallets/usr_alice", bob},
        {"GET", "/wallets/usr_alice/balance", bob},
        {"GET", "/wallets/usr_alice/transactions", bob},
        {"GET", "/wallets/usr_alice/balance-history", bob},
        {"GET", "/wallets/usr_alice/freezes", bob},
        {"GET", "/wallets/usr_nobody", bob},  // as for one who exists
        {"POST", "/wallets/usr_alice/withdraw", bob, R"({"amount":"1"})"},
        {"POST", "/wallets/usr_alice/withdraw", bob, "not even JSON"},
        {"POST", "/wallets/transfer", bob,
         R"({"amount":"1","from_user_id":"usr_alice","to_user_id":"usr_bob"})"},
        {"POST", "/wallets", bob, R"({"user_id":"usr_alice"})"},
        {"POST", "/wallets/usr_alice/deposit", alice, R"({"amount":"1"})"},
        {"POST", "/wallets/usr_alice/freeze", alice, R"({"amount":"1"})"},
        {"POST", "/wallets/usr_alice/unfreeze", alice, R"({"freeze_id":"frz_x"})"},
        {"PUT", "/admin/wallets/" + id, alice, R"({"status":"frozen"})"},
        {"DELETE", "/admin/wallets/" + id, alice},
        {"DELETE", "/admin/wallets/wlt_missing", alice},
        {"GET", "/admin/wallets/" + id + "/integrity", alice},
    };
    for (const Ask& ask : asks) {
        const Response response = bench.send(ask);
        EXPECT_EQ(response.status, 403) << ask.method << ' ' << ask.target << response.body;
        EXPECT_NE(response.header("www-authenticate").find("insufficient_scope"),
                  std::string::npos);
    }
    EXPECT_EQ(bench.get("/wallets/usr_alice/balance", alice).at("/balance"), "9.00");
}

TEST(Access, counts_permissions_and_the_two_roles) {
    Bench bench;
    bench.deposit("usr_alice", "10");
    const auto may_deposit = [&bench](access::TokenRequest request) {
        request.tenant = "tnt_a";
        request.subject = "svc";
        return bench.post("/wallets/usr_alice/deposit", bench.token(request), R"({"amount":"1"})")
            .status;
    };
    EXPECT_EQ(may_deposit({.permissions = {"wallet:deposit"}}), 200);
    EXPECT_EQ(may_deposit({.permissions = {"wallet:admin"}}), 200);
    EXPECT_EQ(may_deposit({.roles = {"super_admin"}}), 200);
    EXPECT_EQ(may_deposit({.permissions = {"wallet:read", "wallet:withdraw"}}), 403);
    EXPECT_EQ(may_deposit({.roles = {"security_admin"}}), 403);
    EXPECT_EQ(may_deposit({.roles = {"Admin"}}), 403);
}

// covers: S06
TEST(Access, shows_other_tenants_objects_as_missing_ones) {
    Bench bench;
    const std::string wallet = bench.deposit("usr_alice", "10").at("/data/wallet/wallet_id");
    const std::string hold =
        bench.post("/wallets/usr_alice/freeze", bench.admin(), R"({"amount":"1"})")
            .at("/data/freeze/id");
    const std::string other = bench.admin("tnt_b");
    std::string missing_wallet = wallet;
    missing_wallet.back() = missing_wallet.back() == '0' ? '1' : '0';
    std::string missing_hold = hold;
    missing_hold.back() = missing_hold.back() == '0' ? '1' : '0';
    const auto integrity = [](const std::string& id) {
        return "/admin/wallets/" + id + "/integrity";
    };
    const auto unfreeze = [&bench, &other](const std::string& id) {
        return bench.post("/wallets/usr_alice/unfreeze", other, R"({"freeze_id":")" + id + "\"}");
    };
    const std::string status = R"({"status":"frozen"})";
    EXPECT_EQ(bench.get("/wallets/usr_alice", other).body,
              bench.get("/wallets/usr_zzz", other).body);
    EXPECT_EQ(bench.get(integrity(wallet), other).body,
              bench.get(integrity(missing_wallet), other).body);
    EXPECT_EQ(bench.get(integrity(wallet), other).body,
              bench.get(integrity("nonsense"), other).body);
    EXPECT_EQ(bench.put("/admin/wallets/" + wallet, other, status).body,
              bench.put("/admin/wallets/" + missing_wallet, other, status).body);
    EXPECT_EQ(bench.remove("/admin/wallets/" + wallet, other).status, 404);
    EXPECT_EQ(unfreeze(hold).body, unfreeze(missing_hold).body);
    EXPECT_EQ(unfreeze(hold).status, 404);
    const Response pays =
        bench.post("/wallets/transfer", other,
                   R"({"amount":"1","from_user_id":"usr_alice","to_user_id":"x"})");
    EXPECT_EQ(pays.code(), 61060101u);

    // The same user id and reference in another tenant are another user and another effect.
    const Response first = bench.deposit("usr_alice", "1", R"(,"reference_id":"r")");
    const Response second =
        bench.post("/wallets/usr_alice/deposit", other, R"({"amount":"2","reference_id":"r"})");
    EXPECT_EQ(second.status, 200) << second.body;
    EXPECT_EQ(second.header("idempotency-replayed"), "");
    EXPECT_EQ(second.at("/data/wallet/tenant_id"), "tnt_b");
    EXPECT_NE(second.at("/data/wallet/wallet_id"), first.at("/data/wallet/wallet_id"));
    const Response rows = bench.get("/wallets/usr_alice/transactions", other);
    EXPECT_EQ(rows.at("/total"), "1");
    EXPECT_EQ(rows.body.find(wallet), std::string::npos);
}

TEST(Access, takes_the_tenant_header_only_when_it_agrees) {
    Bench bench;
    bench.deposit("usr_alice", "1");
    const auto status = [&bench](Headers headers) {
        return bench
            .send({.target = "/wallets/usr_alice",
                   .token = bench.admin(),
                   .headers = std::move(headers)})
            .status;
    };
    EXPECT_EQ(status({{"X-Tenant-ID", "tnt_a"}}), 200);
    EXPECT_EQ(status({{"X-Tenant-ID", "TNT_A"}}), 400);
    EXPECT_EQ(status({{"X-Tenant-ID", "tnt_a"}, {"X-Tenant-ID", "tnt_b"}}), 400);
    EXPECT_EQ(status({{"X-Tenant", "tnt_b"}, {"X-User", "root"}, {"X-Forwarded-For", "1.1.1.1"}}),
              200);
}

TEST(Access, reads_the_authorization_header_strictly) {
    Bench bench;
    bench.deposit("usr_alice", "1");
    const std::string good = bench.admin();
    const struct {
        std::string value;
        int status;
    } rows[] = {
        {"Bearer " + good, 200},
        {"bearer " + good, 200},
        {"BEARER   " + good, 200},
        {"Bearer", 401},
        {"Bearer ", 401},
        {good, 401},
        {"Token " + good, 401},
        {"Bearer " + good + " x", 401},
        {"Bearer " + good + ",x", 401},
        {"Bearer\t" + good, 401},
        {"", 401},
    };
    for (const auto& row : rows) {
        const Response response =
            bench.send({.target = "/wallets/usr_alice", .headers = {{"Authorization", row.value}}});
        EXPECT_EQ(response.status, row.status) << row.value;
        const bool named = response.header("www-authenticate").starts_with("Bearer");
        EXPECT_EQ(named, row.status == 401);
    }
    EXPECT_EQ(bench.get("/wallets/usr_alice?access_token=" + good, "").status, 401);
    const Response refused = bench.get("/wallets/usr_alice", good + "x");
    EXPECT_NE(refused.header("www-authenticate").find(R"(error="invalid_token")"),
              std::string::npos);
}

// covers: S11
TEST(Access, still_takes_good_tokens_from_a_noisy_address) {
    Bench bench;
    bench.deposit("usr_alice", "1");
    const std::string good = bench.admin();
    for (int i = 0; i < 101; ++i) bench.get("/wallets/usr_alice", "x.y.z");
    EXPECT_EQ(bench.get("/wallets/usr_alice", "x.y.z").status, 429);
    EXPECT_EQ(bench.get("/wallets/usr_alice", good).status, 200);
    bench.clock.pass_ms(1'001);
    EXPECT_EQ(bench.get("/wallets/usr_alice", "x.y.z").status, 401);
}

TEST(Access, answers_100_continue_only_where_the_body_will_be_read) {
    Bench bench;
    const auto wire = bench.connect();
    const auto head = [&bench](const std::string& token, const std::string& type) {
        return "POST /wallets/usr_alice/deposit HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
               token + "\r\nContent-Type: " + type +
               "\r\nExpect: 100-continue\r\nContent-Length: 14\r\n\r\n";
    };
    wire->to_server = head(bench.admin(), "application/json");
    bench.round();
    bench.round();
    EXPECT_TRUE(wire->take().starts_with("HTTP/1.1 100 Continue"));
    wire->to_server = R"({"amount":"1"})";
    bench.round();
    bench.round();
    EXPECT_TRUE(wire->take().starts_with("HTTP/1.1 200 OK"));

    EXPECT_EQ(bench.send_bytes(head(bench.user("usr_alice"), "application/json")).at(0).status,
              403);
    EXPECT_EQ(bench.send_bytes(head("x.y.z", "application/json")).at(0).status, 401);
    EXPECT_EQ(bench.send_bytes(head(bench.admin(), "text/plain")).at(0).status, 415);
}

// Tokens of RS256 go to a worker; their requests wait for it.
class AccessByWorker : public ::testing::Test {
protected:
    AccessByWorker() : rsa_{forge::make_rsa()} {
        access::VerifierConfig config;
        config.issuers.push_back(
            {.issuer = "",
             .keys = {{access::Algorithm::rs256,
                       bench_.folder.write("public.pem", forge::public_pem(rsa_), 0644), "*"}}});
        bench_.make({}, config);
    }

    std::string token(const std::string& user) {
        const std::int64_t exp = bench_.clock.at.unix_ms / 1000 + 600;
        const forge::Json claims{{"sub", '"' + user + '"'},
                                 {"tenant_id", R"("tnt_a")"},
                                 {"roles", R"(["admin"])"},
                                 {"exp", std::to_string(exp)}};
        return forge::rs256(forge::rs256_header.text(), claims.text(), rsa_);
    }

    std::vector<Response> wait_for(os::MemoryWire& wire, std::size_t count) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        std::string bytes;
        while (parse_responses(bytes).size() < count &&
               std::chrono::steady_clock::now() < deadline) {
            bench_.round();
            bytes += wire.take();
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        return parse_responses(bytes);
    }

    Bench bench_;
    forge::KeyPair rsa_;
};

TEST_F(AccessByWorker, parks_a_request_until_its_token_is_checked) {
    const auto wire = bench_.connect();
    wire->to_server = as_bytes({.method = "POST",
                                .target = "/wallets/usr_alice/deposit?currency=CNY",
                                .token = token("usr_1"),
                                .body = R"({"amount":"1","description":"waits"})"}) +
                      as_bytes({.target = "/wallets/usr_alice", .token = token("usr_1")}) +
                      as_bytes({.target = "/wallets/usr_alice", .token = token("usr_2") + "A"});
    bench_.server->poll(0);
    EXPECT_EQ(bench_.service->figures().parked, 3u);
    EXPECT_GT(bench_.service->figures().parked_bytes, 100u);
    const auto responses = wait_for(*wire, 3);
    ASSERT_EQ(responses.size(), 3u);
    EXPECT_EQ(responses[0].at("/data/transaction/description"), "waits") << responses[0].body;
    EXPECT_EQ(responses[1].at("/data/balance"), "1.00");
    EXPECT_EQ(responses[2].status, 401);
    EXPECT_EQ(bench_.service->figures().parked, 0u);
    EXPECT_EQ(bench_.service->figures().parked_bytes, 0u);
    EXPECT_EQ(bench_.service->waiting(), 0u);
}

// An issuer that publishes its keys, and does not answer.
class DeadIssuer final : public access::Fetcher {
public:
    Result<access::FetchAnswer, Fault> fetch(const access::FetchRequest&,
                                             const std::stop_token&) override {
        return Fault{Fault::Kind::configuration, "nobody is there"};
    }
};

TEST_F(AccessByWorker, without_the_keys_of_an_issuer_nobody_can_tell) {
    access::VerifierConfig config;
    config.issuers.push_back(
        {.issuer = "https://iam.example", .jwks_url = "https://iam.example/k"});
    config.fetcher = std::make_shared<DeadIssuer>();
    bench_.make({}, config);
    EXPECT_EQ(bench_.get("/readyz", "").status, 503);
    EXPECT_EQ(bench_.get("/healthz", "").status, 200);
    const std::int64_t exp = bench_.clock.at.unix_ms / 1000 + 600;
    const forge::Json claims{{"iss", R"("https://iam.example")"}, {"exp", std::to_string(exp)}};
    const std::string token = forge::rs256(forge::rs256_header.text(), claims.text(), rsa_);
    // Whether it is asked before or after the first attempt, waits or not: it ends the same way.
    for (int i = 0; i < 3; ++i) {
        const auto wire = bench_.connect();
        wire->to_server = as_bytes({.target = "/wallets/usr_alice", .token = token});
        const auto responses = wait_for(*wire, 1);
        ASSERT_EQ(responses.size(), 1u);
        EXPECT_EQ(responses[0].status, 503);
        EXPECT_EQ(responses[0].code(), 61060409);
        EXPECT_FALSE(responses[0].header("retry-after").empty());
    }
}

TEST_F(AccessByWorker, bounds_how_many_wait_from_one_address) {
    const auto wire = bench_.connect();
    for (int i = 0; i < 9; ++i) {
        wire->to_server +=
            as_bytes({.target = "/wallets/u", .token = token("usr_" + std::to_string(i))});
    }
    const auto responses = wait_for(*wire, 9);
    ASSERT_EQ(responses.size(), 9u);
    EXPECT_EQ(responses[8].code(), 61060408u) << responses[8].body;
    EXPECT_EQ(responses[8].header("retry-after"), "1");
}

TEST_F(AccessByWorker, does_not_mind_that_the_client_has_gone) {
    const auto wire = bench_.connect();
    wire->to_server = as_bytes({.target = "/wallets/u", .token = token("usr_1")});
    bench_.server->poll(0);
    EXPECT_EQ(bench_.service->figures().parked, 1u);
    wire->reset = true;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (bench_.service->waiting() > 0 && std::chrono::steady_clock::now() < deadline) {
        bench_.round();
    }
    EXPECT_EQ(bench_.service->waiting(), 0u);
}

TEST_F(AccessByWorker, answers_what_is_parked_when_it_gives_up) {
    const auto wire = bench_.connect();
    wire->to_server = as_bytes({.target = "/wallets/u", .token = token("usr_1")});
    bench_.server->poll(0);
    bench_.service->give_up();
    bench_.server->flush();
    const auto responses = parse_responses(wire->take());
    ASSERT_EQ(responses.size(), 1u);
    EXPECT_EQ(responses[0].code(), 61060904u);
    for (int i = 0; i < 50; ++i) {  // the verdict comes all the same, and finds nobody
        bench_.round();
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

}  // namespace
}  // namespace coffer::api::testing
