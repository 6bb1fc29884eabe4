// What a server does over time: order, pipelining, limits, draining. Framing has its own table
// (framing_test.cpp), slow peers and real sockets their own files.
#include "http/server.h"

#include <gtest/gtest.h>

#include <string>

#include "http/server_fixture.h"

namespace coffer::http::testing {
namespace {

TEST(Server, hands_a_request_over_with_all_its_parts) {
    Bench bench;
    auto wire = bench.connect();
    bool looked = false;
    bench.handler.on_each = [&looked](const Request& request) {
        looked = true;
        EXPECT_EQ(request.method, Method::post);
        EXPECT_EQ(request.target, "/wallets/a%20b?x=1&y=2");
        EXPECT_EQ(request.path, "/wallets/a%20b");
        EXPECT_EQ(request.query, "x=1&y=2");
        EXPECT_EQ(request.authorization, "Bearer t");
        EXPECT_EQ(request.authorization_count, 2);
        EXPECT_EQ(request.content_type, "application/json");
        EXPECT_EQ(request.idempotency_key, "k1");
        EXPECT_EQ(request.x_idempotency_key, "k2");
        EXPECT_EQ(request.x_tenant_id, "t1");
        EXPECT_EQ(request.x_api_key, "secret");
        EXPECT_EQ(request.traceparent, "00-1-2-3");
        EXPECT_EQ(request.accept_language, "zh");
        EXPECT_NE(request.accept.data(), nullptr) << "sent, but empty";
        EXPECT_EQ(request.content_encoding.data(), nullptr) << "not sent";
        EXPECT_EQ(request.find("x-other"), "blanks are cut");
        EXPECT_EQ(request.count("x-other"), 2u);
        EXPECT_FALSE(request.find("x-missing").has_value());
        EXPECT_EQ(request.body, "{}");
        EXPECT_TRUE(request.keep_alive);
        EXPECT_TRUE(request.peer_is_loopback);
        EXPECT_EQ(os::ip_text(request.peer), "127.0.0.1");
    };
    wire->to_server =
        "POST /wallets/a%20b?x=1&y=2 HTTP/1.1\r\nhost: a\r\nAUTHORIZATION: Bearer t\r\n"
        "authorization: other\r\nContent-Type: application/json\r\nIdempotency-Key: k1\r\n"
        "X-Idempotency-Key: k2\r\nX-Tenant-ID: t1\r\nX-API-Key: secret\r\ntraceparent: 00-1-2-3\r\n"
        "Accept-Language: zh\r\nAccept:\r\nX-Other: \t blanks are cut \t\r\nX-OTHER: again\r\n"
        "Content-Length: 2\r\n\r\n{}";
    bench.rounds();
    EXPECT_TRUE(looked);
}

TEST(Server, writes_nothing_outside_flush) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = get_request("/a") + "broken\r\n\r\n";
    bench.server->poll(0);
    EXPECT_EQ(bench.handler.seen.size(), 1u);
    EXPECT_EQ(wire->to_client, "");
    bench.server->flush();
    EXPECT_EQ(parse_replies(wire->take()).size(), 2u);
}

void expect_answers_in_order(bool whole) {
    Bench bench;
    bench.handler.answers_at_once = false;
    bench.handler.gives_whole_answers = whole;
    auto wire = bench.connect();
    wire->to_server = get_request("/0") + get_request("/1") + get_request("/2") + get_request("/3");
    bench.rounds();
    ASSERT_EQ(bench.handler.seen.size(), 4u);
    bench.handler.answer(2);
    bench.handler.answer(1);
    bench.rounds();
    EXPECT_EQ(wire->take(), "");
    bench.handler.answer(0);
    bench.rounds();
    EXPECT_EQ(parse_replies(wire->take()).size(), 3u);
    bench.handler.answer(3);
    bench.rounds();
    const auto last = parse_replies(wire->take());
    ASSERT_EQ(last.size(), 1u);
    EXPECT_EQ(last[0].body, "GET /3");
}

TEST(Server, sends_answers_in_the_order_of_the_requests) { expect_answers_in_order(false); }
TEST(Server, sends_answers_that_it_takes_whole_in_that_order) { expect_answers_in_order(true); }

TEST(Server, stops_reading_at_sixteen_unanswered_requests) {
    Bench bench;
    bench.handler.answers_at_once = false;
    auto wire = bench.connect();
    for (int i = 0; i < 20; ++i) wire->to_server += get_request("/" + std::to_string(i));
    bench.rounds();
    EXPECT_EQ(bench.handler.seen.size(), 16u);
    wire->to_server += get_request("/20");
    bench.rounds();
    EXPECT_FALSE(wire->to_server.empty()) << "left in the socket";
    EXPECT_EQ(bench.network.last_timeout_ns, Bench::wait_ns) << "no busy loop meanwhile";

    bench.handler.answer(0);
    bench.rounds();
    EXPECT_EQ(bench.handler.seen.size(), 17u);
    for (std::size_t i = 1; i < 17; ++i) bench.handler.answer(i);
    bench.rounds();
    EXPECT_EQ(bench.handler.seen.size(), 21u);
    for (std::size_t i = 17; i < 21; ++i) bench.handler.answer(i);
    bench.rounds();
    const auto replies = parse_replies(wire->take());
    ASSERT_EQ(replies.size(), 21u);
    for (std::size_t i = 0; i < 21; ++i) EXPECT_EQ(replies[i].body, "GET /" + std::to_string(i));
}

// covers: H08
TEST(Server, answers_ten_thousand_pipelined_requests_in_order) {
    Bench bench;
    auto wire = bench.connect();
    for (int i = 0; i < 10'000; ++i) wire->to_server += get_request("/" + std::to_string(i));
    std::string received;
    for (int i = 0; i < 1'000; ++i) {
        bench.round();
        EXPECT_LE(wire->to_client.size(), 16u * 200u) << "a round's share";
        received += wire->take();
    }
    const auto replies = parse_replies(received);
    ASSERT_EQ(replies.size(), 10'000u);
    for (std::size_t i = 0; i < replies.size(); ++i)
        ASSERT_EQ(replies[i].body, "GET /" + std::to_string(i));
}

void expect_dropped_answers(bool whole) {
    Bench bench;
    bench.handler.answers_at_once = false;
    bench.handler.gives_whole_answers = whole;
    auto wire = bench.connect();
    wire->to_server = get_request("/0");
    bench.rounds();
    wire->reset = true;
    bench.rounds();
    EXPECT_TRUE(wire->closed);
    auto next = bench.connect();  // takes the same slot
    next->to_server = get_request("/1");
    bench.rounds();
    bench.handler.answer(0);
    bench.rounds();
    EXPECT_EQ(next->take(), "");
    EXPECT_EQ(bench.server->counters().answers_dropped, 1u);
    bench.handler.answer(1);
    bench.rounds();
    EXPECT_EQ(parse_replies(next->take()).size(), 1u);
}

TEST(Server, drops_answers_to_a_connection_that_is_gone) { expect_dropped_answers(false); }
TEST(Server, drops_answers_that_it_takes_whole_then) { expect_dropped_answers(true); }

// covers: D10
TEST(Server, still_answers_a_client_that_has_finished_sending) {
    Bench bench;
    bench.handler.answers_at_once = false;
    auto wire = bench.connect();
    for (int i = 0; i < 20; ++i) wire->to_server += get_request("/" + std::to_string(i));
    wire->to_server += "GET /half";
    wire->client_finished = true;
    for (std::size_t answered = 0; answered < 20; ++answered) {
        bench.rounds(2);
        ASSERT_GT(bench.handler.seen.size(), answered);
        bench.handler.answer(answered);
    }
    bench.rounds();
    const auto replies = parse_replies(wire->take());
    ASSERT_EQ(replies.size(), 20u);
    EXPECT_TRUE(replies.back().says_close);
    EXPECT_TRUE(wire->closed);
    EXPECT_EQ(bench.handler.seen.size(), 20u) << "a half request has no effect";
}

// covers: H07
TEST(Server, does_nothing_for_a_body_cut_short) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = post_head(10) + "12345";
    wire->client_finished = true;
    bench.rounds();
    EXPECT_TRUE(wire->closed);
    EXPECT_EQ(bench.handler.seen.size(), 0u);
    EXPECT_EQ(bench.server->counters().connections_broken, 1u);
}

TEST(Server, lingers_after_a_refusal_so_that_it_can_be_read) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = post_head(1 << 20) + std::string(100'000, 'x');
    bench.rounds();
    EXPECT_EQ(parse_replies(wire->take()).at(0).status, 413);
    EXPECT_TRUE(wire->server_finished);
    EXPECT_FALSE(wire->closed);
    wire->to_server += std::string(100'000, 'x');
    bench.rounds();
    EXPECT_FALSE(wire->reset);
    bench.pass_ms(2'100);
    EXPECT_TRUE(wire->closed);
}

// covers: H03
TEST(Server, reads_no_more_while_a_slow_reader_has_much_to_take) {
    Limits limits;
    limits.unsent_bytes = 1'000;
    Bench bench(limits);
    auto wire = bench.connect();
    wire->client_window_bytes = 0;
    for (int i = 0; i < 1'000; ++i) wire->to_server += get_request("/" + std::to_string(i));
    bench.rounds(20);
    EXPECT_LT(bench.handler.seen.size(), 32u);
    wire->client_window_bytes = 1 << 30;
    bench.rounds(200);
    EXPECT_EQ(parse_replies(wire->take()).size(), 1'000u);
}

TEST(Continue, is_sent_when_the_client_waits_for_it) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = post_head(2, "Expect: 100-continue\r\n");
    bench.rounds();
    EXPECT_EQ(wire->take(), "HTTP/1.1 100 Continue\r\n\r\n");
    wire->to_server = "hi";
    bench.rounds();
    EXPECT_EQ(parse_replies(wire->take()).at(0).body, "POST / hi");
    wire->to_server = get_request("/next");
    bench.rounds();
    EXPECT_EQ(parse_replies(wire->take()).at(0).status, 200);
}

TEST(Continue, comes_after_the_answers_before_it) {
    Bench bench;
    bench.handler.answers_at_once = false;
    auto wire = bench.connect();
    wire->to_server = get_request("/0") + post_head(2, "Expect: 100-Continue\r\n");
    bench.rounds();
    EXPECT_EQ(wire->take(), "");
    bench.handler.answer(0);
    bench.rounds();
    EXPECT_TRUE(wire->take().ends_with("GET /0HTTP/1.1 100 Continue\r\n\r\n"));
}

TEST(Continue, is_not_needed_when_the_body_is_there) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = post_head(2, "Expect: 100-continue\r\n") + "hi";
    bench.rounds();
    const auto replies = parse_replies(wire->take());
    ASSERT_EQ(replies.size(), 1u);
    EXPECT_EQ(replies[0].status, 200);
}

TEST(Continue, can_be_refused_by_the_handler_before_the_body) {
    Bench bench;
    bench.handler.continues = false;
    auto wire = bench.connect();
    wire->to_server = post_head(2, "Expect: 100-continue\r\n");
    bench.rounds();
    const auto replies = parse_replies(wire->take());
    ASSERT_EQ(replies.size(), 1u);
    EXPECT_EQ(replies[0].status, 401);
    EXPECT_TRUE(replies[0].says_close);
    wire->to_server = "hi" + get_request("/canary");
    bench.rounds();
    EXPECT_EQ(bench.handler.seen.size(), 0u);
}

TEST(Accept, refuses_connections_over_the_limit_with_503) {
    Limits limits;
    limits.connections = 2;
    Bench bench(limits);
    auto first = bench.connect();
    auto second = bench.connect();
    auto third = bench.connect();
    bench.rounds();
    const std::string refusal = third->take();
    EXPECT_EQ(parse_replies(refusal).at(0).status, 503);
    EXPECT_NE(refusal.find("Retry-After: 1\r\n"), std::string::npos);
    first->client_finished = true;
    third->client_finished = true;
    bench.rounds();
    EXPECT_TRUE(third->closed);
    auto fourth = bench.connect();
    fourth->to_server = get_request("/0");
    bench.rounds();
    EXPECT_EQ(parse_replies(fourth->take()).at(0).status, 200);
}

TEST(Accept, limits_one_address_when_asked_to) {
    Limits limits;
    limits.connections_per_address = 1;
    Bench bench(limits);
    auto first = bench.connect();
    auto second = bench.connect();
    os::Address elsewhere = os::MemoryNetwork::loopback();
    elsewhere.ip[15] = 9;
    auto third = bench.network.connect(elsewhere);
    third->to_server = get_request("/0");
    bench.rounds();
    EXPECT_EQ(parse_replies(second->take()).at(0).status, 503);
    EXPECT_EQ(parse_replies(third->take()).at(0).status, 200);
}

// covers: B15
TEST(Accept, pauses_without_descriptors_and_goes_on_later) {
    Bench bench;
    bench.network.descriptors_left = 1;
    auto first = bench.connect();
    auto second = bench.connect();
    second->to_server = get_request("/0");
    bench.rounds();
    EXPECT_EQ(bench.server->counters().accept_pauses, 1u);
    EXPECT_GT(bench.network.last_timeout_ns, 0) << "no busy loop meanwhile";
    first->to_server = get_request("/1");
    bench.rounds();
    EXPECT_EQ(parse_replies(first->take()).size(), 1u) << "the others are served";
    bench.network.descriptors_left = 10;
    bench.pass_ms(150);
    bench.rounds();
    EXPECT_EQ(parse_replies(second->take()).size(), 1u);
}

TEST(Drain, closes_the_idle_and_answers_what_is_under_way) {
    Bench bench;
    bench.handler.answers_at_once = false;
    auto idle = bench.connect();
    auto busy = bench.connect();
    auto sending = bench.connect();
    busy->to_server = get_request("/0") + get_request("/1");
    sending->to_server = post_head(2) + "h";
    bench.rounds();
    bench.server->begin_drain();
    EXPECT_TRUE(idle->closed);
    EXPECT_FALSE(bench.server->drained());
    auto late = bench.network.connect();
    busy->to_server += get_request("/canary");
    sending->to_server += "i" + get_request("/canary");
    bench.rounds();
    ASSERT_EQ(bench.handler.seen.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) bench.handler.answer(i);
    bench.rounds();
    const auto replies = parse_replies(busy->take());
    ASSERT_EQ(replies.size(), 2u);
    EXPECT_FALSE(replies[0].says_close);
    EXPECT_TRUE(replies[1].says_close);
    EXPECT_TRUE(parse_replies(sending->take()).at(0).says_close);
    EXPECT_TRUE(bench.server->drained());
    EXPECT_EQ(bench.handler.seen.size(), 3u);
    EXPECT_EQ(late->take(), "");
}

TEST(Drain, cuts_off_what_is_left_in_the_end) {
    Bench bench;
    bench.handler.answers_at_once = false;
    auto wire = bench.connect();
    wire->to_server = get_request("/0");
    bench.rounds();
    bench.server->begin_drain();
    bench.pass_ms(9'900);
    EXPECT_FALSE(bench.server->drained());
    bench.pass_ms(200);
    EXPECT_TRUE(bench.server->drained());
    EXPECT_TRUE(wire->reset);
    bench.handler.answer(0);
}

TEST(Server, joins_many_small_chunks_within_the_body_limit) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string expected;
    for (int i = 0; i < 5'000; ++i) {
        const char c = static_cast<char>('a' + i % 26);
        expected += c;
        wire->to_server += std::string("1\r\n") + c + "\r\n";
        if (i % 7 == 0) bench.round();
    }
    wire->to_server += "0\r\n\r\n" + get_request("/next");
    bench.rounds();
    const auto replies = parse_replies(wire->take());
    ASSERT_EQ(replies.size(), 2u);
    EXPECT_EQ(replies[0].body, "POST / " + expected);
    EXPECT_EQ(replies[1].body, "GET /next");
}

TEST(ServerDeath, a_second_answer_to_one_request_is_a_bug) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = get_request("/0");
    bench.rounds();
    EXPECT_DEATH(bench.handler.answer(0), "first_number");
}

}  // namespace
}  // namespace coffer::http::testing
