// Methods, formats, limits, failures and figures.
#include <gtest/gtest.h>

#include "api/docs_page.h"
#include "api/openapi.h"
#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

TEST(Machine, answers_head_like_get_without_a_body) {
    Bench bench;
    bench.deposit("usr_alice", "1");
    const Response get = bench.get("/wallets/usr_alice", bench.admin());
    const Response head =
        bench.send({.method = "HEAD", .target = "/wallets/usr_alice", .token = bench.admin()});
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(head.header("content-length"), std::to_string(get.body.size()));
}

TEST(Machine, answers_options_and_wrong_methods_with_allow) {
    Bench bench;
    const Response options =
        bench.send({.method = "OPTIONS", .target = "/api/v1/wallets/u/deposit"});
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("allow"), "POST, OPTIONS");
    EXPECT_EQ(bench.send({.method = "OPTIONS", .target = "*"}).status, 204);
    const Response wrong = bench.get("/wallets/u/deposit", "");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("allow"), "POST, OPTIONS");
}

TEST(Machine, speaks_chinese_and_problem_json_when_asked) {
    Bench bench;
    const Response chinese = bench.send({.target = "/wallets/nobody",
                                         .token = bench.admin(),
                                         .headers = {{"Accept-Language", "zh-CN,en;q=0.5"}}});
    EXPECT_EQ(chinese.message(), "钱包不存在；充值或 POST /wallets 可开通钱包");
    const Response problem = bench.send(
        {.target = "/wallets/nobody",
         .token = bench.admin(),
         .headers = {{"Accept", "application/problem+json"}, {"Accept-Language", "zh"}}});
    EXPECT_EQ(problem.status, 404);
    EXPECT_EQ(problem.header("content-type"), "application/problem+json");
    EXPECT_EQ(problem.at("/type"), "/openapi.json#/x-errors/wallet_not_found");
    EXPECT_EQ(problem.at("/title"), "wallet not found");
    EXPECT_EQ(problem.at("/status"), "404");
    EXPECT_EQ(problem.code(), 61060101u);
    EXPECT_EQ(problem.at("/detail"), chinese.message());
    EXPECT_TRUE(problem.at("/instance").starts_with("urn:coffer:request:"));
}

TEST(Machine, serves_the_documentation_page_from_this_host_alone) {
    Bench bench;
    const Response page = bench.get("/docs", "");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body, find_docs_file("")->content);
    EXPECT_TRUE(page.header("content-type").starts_with("text/html"));
    EXPECT_TRUE(page.header("content-security-policy").starts_with("default-src 'none'"));
    for (const DocsFile& file : docs_files()) {
        if (file.name.empty()) continue;
        const Response part = bench.get("/docs/" + std::string{file.name}, "");
        EXPECT_EQ(part.body, file.content) << file.name;
        EXPECT_EQ(part.header("etag"), file.entity_tag);
    }
    EXPECT_EQ(bench.get("/docs/nothing", "").code(), 61060001u);
    EXPECT_EQ(bench.get("/docs/", "").code(), 61060001u);

    const Response same = bench.send(
        {.method = "GET", .target = "/docs", .headers = {{"If-None-Match", page.header("etag")}}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");
}

TEST(Machine, gives_out_so_much_documentation_a_second_and_no_more) {
    DocsAllowance allowance;
    std::int64_t now_ns = 1'000'000'000;
    std::size_t taken = 0;
    while (allowance.take(2 << 20, now_ns)) taken += 2 << 20;
    EXPECT_EQ(taken, static_cast<std::size_t>(DocsAllowance::bytes_max));
    now_ns += 100'000'000;
    EXPECT_TRUE(allowance.take(2 << 20, now_ns));
    EXPECT_FALSE(allowance.take(1, now_ns));
    EXPECT_TRUE(allowance.take(64 << 20, now_ns + 3'600'000'000'000)) << "full again, not more";
    EXPECT_FALSE(allowance.take(1, now_ns + 3'600'000'000'000));
}

TEST(Machine, serves_health_description_and_metrics_without_a_token) {
    Bench bench{{.metrics_page = [](std::string& page) { page += "coffer_up 1\n"; }}};
    for (const char* path : {"/livez", "/readyz", "/healthz"}) {
        const Response response = bench.get(path, "");
        EXPECT_EQ(response.status, 200) << path;
        EXPECT_EQ(response.at("/data/status"), "ok");
    }
    const Response description = bench.get("/openapi.json", "");
    EXPECT_EQ(description.body, openapi_json());
    EXPECT_EQ(description.at("/x-errors/wallet_not_found/code"), "61060101");
    const Response metrics = bench.get("/metrics", "");
    EXPECT_EQ(metrics.body, "coffer_up 1\n");
    EXPECT_TRUE(metrics.header("content-type").starts_with("text/plain"));

    os::Address stranger = os::MemoryNetwork::loopback();
    stranger.ip[12] = 10;
    EXPECT_EQ(bench.send_bytes(as_bytes({.target = "/metrics"}), stranger).at(0).code(), 61060001u);
    EXPECT_EQ(bench.send_bytes(as_bytes({.target = "/livez"}), stranger).at(0).status, 200);
    EXPECT_EQ(Bench{}.get("/metrics", "").status, 404);
}

TEST(Machine, says_unknown_only_of_writes) {
    Bench bench;
    bench.deposit("usr_alice", "1");
    bench.store->refuse_writes_with(engine::Failed::Kind::unknown);
    const Response write =
        bench.post("/wallets/usr_alice/deposit", bench.admin(), R"({"amount":"1"})");
    EXPECT_EQ(write.status, 503);
    EXPECT_EQ(write.at("/outcome"), "unknown");
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).status, 200);
    bench.store->refuse_writes_with(engine::Failed::Kind::storage_full);
    const Response full =
        bench.post("/wallets/usr_alice/deposit", bench.admin(), R"({"amount":"1"})");
    EXPECT_EQ(full.at("/outcome"), "(none)");
    EXPECT_EQ(full.header("retry-after"), "10");
}

TEST(Machine, a_restored_book_is_ready_for_reads_and_says_so) {
    Bench bench;
    bench.deposit("usr_alice", "1");
    EXPECT_EQ(bench.get("/readyz", "").at("/data/status"), "ok");
    bench.store->refuse_writes_with(engine::Failed::Kind::read_only);
    EXPECT_EQ(bench.get("/readyz", "").status, 200);
    EXPECT_EQ(bench.get("/readyz", "").at("/data/status"), "read_only");
    EXPECT_EQ(bench.get("/healthz", "").at("/data/status"), "ok");
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).status, 200);
    const Response write =
        bench.post("/wallets/usr_alice/deposit", bench.admin(), R"({"amount":"1"})");
    EXPECT_EQ(write.code(), 61060910u);
    EXPECT_EQ(write.header("retry-after"), "10");
}

TEST(Machine, gives_up_with_every_request_answered) {
    Bench bench;
    const auto wire = bench.connect();
    wire->to_server = as_bytes({.method = "POST",
                                .target = "/wallets/usr_alice/deposit",
                                .token = bench.admin(),
                                .body = R"({"amount":"1"})"}) +
                      as_bytes({.target = "/wallets/usr_alice", .token = bench.admin()});
    bench.server->poll(0);  // collected, not executed
    EXPECT_EQ(bench.service->waiting(), 2u);
    bench.service->give_up();
    bench.server->flush();
    const auto responses = parse_responses(wire->take());
    ASSERT_EQ(responses.size(), 2u);
    EXPECT_EQ(responses[0].code(), 61060907u);
    EXPECT_EQ(responses[0].at("/outcome"), "unknown");
    EXPECT_EQ(responses[1].code(), 61060904u);
    EXPECT_EQ(bench.service->waiting(), 0u);
    EXPECT_EQ(bench.get("/wallets/usr_alice", bench.admin()).status, 503);
    EXPECT_EQ(bench.get("/healthz", "").status, 503);
    EXPECT_EQ(bench.get("/livez", "").status, 200);
    EXPECT_EQ(bench.store->book().head().sequence, bench.store->head().sequence);
}

TEST(Machine, uses_its_places_again) {
    Bench bench{{.in_flight_max = 2}};
    for (int i = 0; i < 20; ++i) bench.deposit("usr_alice", "1");
    EXPECT_EQ(bench.service->figures().in_flight_most, 1u);
    EXPECT_EQ(bench.service->figures().in_flight, 0u);
}

TEST(Machine, counts_by_route_error_and_latency) {
    std::vector<std::string> log;
    Bench bench{{.on_answered = [&log](const Answered& answered) {
        log.push_back(std::string{to_text(answered.route)} + ' ' + std::to_string(answered.status) +
                      ' ' + std::to_string(answered.code) + ' ' + std::string{answered.tenant} +
                      ' ' + std::string{answered.trace} + (answered.replayed ? " replayed" : ""));
    }}};
    bench.deposit("usr_alice", "1", R"(,"reference_id":"r")");
    bench.deposit("usr_alice", "1", R"(,"reference_id":"r")");
    bench.send(
        {.target = "/wallets/nobody",
         .token = bench.admin(),
         .headers = {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}});
    bench.get("/nowhere", "");
    EXPECT_EQ(log, (std::vector<std::string>{
                       "deposit 200 0 tnt_a ", "deposit 200 0 tnt_a  replayed",
                       "read_wallet 404 61060101 tnt_a 0af7651916cd43dd8448eb211c80319c",
                       "none 404 61060001  "}));
    const Figures& figures = bench.service->figures();
    const RouteFigures& deposits = figures.routes[static_cast<std::size_t>(Route::deposit)];
    EXPECT_EQ(deposits.by_status_class[2], 2u);
    EXPECT_EQ(deposits.latency[0], 2u);
    EXPECT_EQ(figures.replayed, 1u);
    EXPECT_EQ(figures.errors[static_cast<std::size_t>(Error::wallet_not_found)], 1u);
}

TEST(Machine, counts_a_slow_answer_in_its_bucket) {
    Bench bench;
    const auto wire = bench.connect();
    wire->to_server = as_bytes({.target = "/wallets/u", .token = bench.admin()});
    bench.server->poll(0);
    bench.clock.pass_ms(30);
    bench.service->run_round();
    const RouteFigures& reads =
        bench.service->figures().routes[static_cast<std::size_t>(Route::read_wallet)];
    EXPECT_EQ(reads.latency[9], 1u) << "25 to 50 ms";
    EXPECT_EQ(reads.latency_sum_ns, 30'000'000u);
}

TEST(Machine, makes_the_bodies_of_what_the_server_refuses) {
    EXPECT_EQ(server_error_body(431, "too many headers", Instant{0}),
              R"({"code":61060031,"message":"the headers are too large: too many headers",)"
              R"("timestamp":"1970-01-01T00:00:00.000Z"})");
}

}  // namespace
}  // namespace coffer::api::testing
