// POST /wallets/batch: large ones are read and rendered on another thread.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

ServiceOptions with_worker() {
    ServiceOptions options;
    options.wake = [] {};  // the tests go round and round
    return options;
}

std::string movement(int i) {
    const std::string n = std::to_string(i);
    switch (i % 7) {
        case 0:
            return R"({"type":"deposit","user_id":"usr_)" + n +
                   R"(","amount":"10.00","description":"a \"text\" \u00e9","reference_id":"r)" + n +
                   "\"}";
        case 1:
            return R"({"type":"deposit","user_id":"usr_)" + std::to_string(i - 1) +
                   R"(","amount":"10.00","reference_id":"r)" + std::to_string(i - 1) + "\"}";
        case 2:
            return R"({"type":"transfer","from_user_id":"usr_)" + std::to_string(i - 2) +
                   R"(","to_user_id":"usr_0","amount":"1.5"})";
        case 3: return R"({"type":"withdraw","user_id":"usr_0","amount":"1000000"})";
        case 4: return R"({"type":"deposit","user_id":"usr_0","amount":"-1"})";
        case 5: return R"({"type":"gift","user_id":"usr_0","amount":"1"})";
        default: return R"({"type":"withdraw","user_id":"usr_0","amount":"0.01"})";
    }
}

std::string many(int count) {
    std::string body = R"({"movements":[)";
    for (int i = 0; i < count; ++i) body += (i > 0 ? "," : "") + movement(i);
    return body + "]}";
}

std::string request(const std::string& token, const std::string& body,
                    const Headers& headers = {}) {
    return as_bytes({.method = "POST",
                     .target = "/wallets/batch",
                     .token = token,
                     .body = body,
                     .headers = headers});
}

/// Goes round until `count` answers are there.
std::vector<Response> answers(Bench& bench, os::MemoryWire& wire, std::size_t count) {
    std::string bytes;
    for (int i = 0; i < 20'000; ++i) {
        bench.round();
        bytes += wire.take();
        auto responses = parse_responses(bytes);
        const bool whole =
            responses.size() >= count &&
            responses.back().body.size() == std::stoul(responses.back().header("content-length"));
        if (whole) return responses;
        std::this_thread::sleep_for(std::chrono::microseconds{200});
    }
    ADD_FAILURE() << "no answer";
    return std::vector<Response>(count);
}

Response ask(Bench& bench, const std::string& body, const Headers& headers = {}) {
    auto wire = bench.connect();
    wire->to_server = request(bench.admin(), body, headers);
    return answers(bench, *wire, 1).front();
}

TEST(BatchWorker, answers_to_the_byte_as_the_one_thread_does) {
    Bench alone;
    Bench beside{with_worker()};
    for (const int count : {300, 1'000}) {
        for (const Headers& headers :
             {Headers{}, Headers{{"Idempotency-Key", "k"}}, Headers{{"Accept-Language", "zh"}}}) {
            const Response expected = ask(alone, many(count), headers);
            const Response response = ask(beside, many(count), headers);
            EXPECT_EQ(response.status, 200);
            EXPECT_EQ(response.body, expected.body);
        }
    }
    EXPECT_EQ(beside.balance("usr_0"), alone.balance("usr_0"));
    EXPECT_EQ(beside.service->waiting(), 0u);
}

TEST(BatchWorker, refuses_to_the_byte_as_the_one_thread_does) {
    Bench alone;
    Bench beside{with_worker()};
    const std::string blanks(20'000, ' ');
    for (const std::string& body :
         {many(300) + "x", many(1'001), R"({"movements":[)" + blanks + "]}",
          R"({"moves":)" + blanks + "[]}", blanks, blanks + "[]", blanks + R"({"movements":[1]})",
          R"({"movements":[{"type":"deposit)" + blanks}) {
        const Response expected = ask(alone, body);
        const Response response = ask(beside, body);
        EXPECT_EQ(response.status, 400);
        EXPECT_EQ(response.status, expected.status);
        EXPECT_EQ(response.body, expected.body);
    }
}

TEST(BatchWorker, takes_several_at_once_and_answers_each_connection_in_order) {
    ServiceOptions options = with_worker();
    options.in_flight_max = 1'000;  // room for one of them at a time
    Bench bench{options};
    std::vector<std::shared_ptr<os::MemoryWire>> wires;
    for (int i = 0; i < 4; ++i) {
        wires.push_back(bench.connect());
        // The small one behind it overtakes it in the store, never on the wire.
        wires.back()->to_server =
            request(bench.admin(), many(700)) +
            as_bytes({.method = "GET", .target = "/wallets/usr_9/balance", .token = bench.admin()});
    }
    for (const auto& wire : wires) {
        const auto responses = answers(bench, *wire, 2);
        EXPECT_EQ(responses[0].at("/data/results/699/index"), "699");
        EXPECT_EQ(responses[1].status, 404);
    }
    EXPECT_EQ(bench.service->waiting(), 0u);
}

TEST(BatchWorker, has_room_for_so_many_bytes_and_movements) {
    ServiceOptions options = with_worker();
    options.batch_bytes_max = 20'000;
    Bench few_bytes{options};
    const Response large = ask(few_bytes, many(1'000));
    EXPECT_EQ(large.status, 503);
    EXPECT_EQ(large.header("retry-after"), "1");
    EXPECT_EQ(ask(few_bytes, many(200)).status, 200);

    ServiceOptions others = with_worker();
    others.in_flight_max = 300;
    Bench few_movements{others};
    EXPECT_EQ(ask(few_movements, many(1'000)).status, 503);
    EXPECT_EQ(few_movements.get("/wallets/usr_0/balance", few_movements.admin()).status, 404);
}

// Its head is written before it is rendered.
TEST(BatchWorker, says_that_the_connection_ends_whenever_the_service_begins_to_drain) {
    for (int rounds = 1; rounds <= 6; ++rounds) {
        Bench bench{with_worker()};
        auto wire = bench.connect();
        wire->to_server = request(bench.admin(), many(300));
        for (int i = 0; i < rounds; ++i) {
            bench.round();
            std::this_thread::sleep_for(std::chrono::milliseconds{3});
        }
        const std::string before = wire->take();
        if (!before.empty()) break;  // as far as it goes
        bench.server->begin_drain();
        const Response response = answers(bench, *wire, 1).front();
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.header("connection"), "close") << rounds;
    }
}

TEST(BatchWorker, leaves_nobody_without_an_answer_when_the_store_fails_for_good) {
    Bench bench{with_worker()};
    const std::uint64_t records_before = bench.store->figures().records;
    std::vector<std::shared_ptr<os::MemoryWire>> wires;
    for (int i = 0; i < 6; ++i) {
        wires.push_back(bench.connect());
        wires.back()->to_server = request(bench.admin(), many(500));
        bench.round();
    }
    bench.service->give_up();
    bench.server->flush();
    std::size_t done = 0;
    for (const auto& wire : wires) {
        const auto responses = parse_responses(wire->take());
        ASSERT_EQ(responses.size(), 1u);
        if (responses[0].status == 200) ++done;
        EXPECT_TRUE(responses[0].status == 200 || responses[0].status == 503);
    }
    EXPECT_EQ(bench.service->waiting(), 0u);
    // What was answered as done was done; what was refused was not.
    EXPECT_EQ(bench.store->figures().records > records_before, done > 0);
}

}  // namespace
}  // namespace coffer::api::testing
