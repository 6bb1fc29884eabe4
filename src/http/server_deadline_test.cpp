// Slow peers: every wait of the server has an end (reference/faults.md H01 to H03).
#include <gtest/gtest.h>

#include <string>

#include "http/server_fixture.h"

namespace coffer::http::testing {
namespace {

TEST(Deadline, an_idle_connection_is_closed_without_a_word) {
    Bench bench;
    auto wire = bench.connect();
    bench.pass_ms(40'000);
    wire->to_server = get_request("/0");
    bench.pass_ms(59'000);
    EXPECT_EQ(parse_replies(wire->take()).size(), 1u);
    EXPECT_FALSE(wire->closed);
    bench.pass_ms(2'000);
    EXPECT_TRUE(wire->closed);
    EXPECT_EQ(wire->take(), "");
    EXPECT_EQ(bench.server->counters().connections_idle_closed, 1u);
}

// covers: H01
TEST(Deadline, a_header_has_five_seconds_however_busy_it_looks) {
    Bench bench;
    auto slow = bench.connect();
    auto other = bench.connect();
    const std::string bytes = get_request("/" + std::string(100, 'a'));
    std::size_t sent = 0;
    for (int i = 0; i < 49; ++i) {
        slow->to_server += bytes[sent++];
        bench.pass_ms(100);
    }
    EXPECT_EQ(slow->take(), "");
    bench.pass_ms(200);
    EXPECT_EQ(parse_replies(slow->take()).at(0).status, 408);
    EXPECT_EQ(refused(bench, Refusal::header_timeout), 1u);
    other->to_server = get_request("/0");
    bench.rounds();
    EXPECT_EQ(parse_replies(other->take()).size(), 1u);
    EXPECT_EQ(bench.handler.seen.size(), 1u);
}

// covers: H02
TEST(Deadline, a_body_must_keep_one_kibibyte_a_second) {
    Bench bench;
    auto slow = bench.connect();
    auto fair = bench.connect();
    slow->to_server = fair->to_server = post_head(12'000);
    for (int second = 0; second < 10; ++second) {
        slow->to_server += std::string(500, 'x');
        fair->to_server += std::string(1'200, 'x');
        bench.pass_ms(1'000);
    }
    EXPECT_EQ(parse_replies(slow->take()).at(0).status, 408);
    EXPECT_EQ(parse_replies(fair->take()).at(0).status, 200);
    EXPECT_EQ(refused(bench, Refusal::body_timeout), 1u);
}

// covers: H02
TEST(Deadline, a_body_has_fifteen_seconds_at_any_rate) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = post_head(60'000);
    for (int second = 0; second < 14; ++second) {
        wire->to_server += std::string(2'000, 'x');
        bench.pass_ms(1'000);
    }
    EXPECT_EQ(wire->take(), "");
    bench.pass_ms(1'100);
    EXPECT_EQ(parse_replies(wire->take()).at(0).status, 408);
}

TEST(Deadline, a_stalled_chunked_body_is_refused) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    bench.pass_ms(3'000);
    EXPECT_EQ(parse_replies(wire->take()).at(0).status, 408);
    EXPECT_EQ(bench.handler.seen.size(), 0u);
}

// covers: H03
TEST(Deadline, a_reader_that_takes_nothing_is_cut_off) {
    Bench bench;
    auto wire = bench.connect();
    wire->client_window_bytes = 50;
    wire->to_server = get_request("/0");
    bench.pass_ms(9'000);
    EXPECT_EQ(wire->to_client.size(), 50u);
    wire->client_window_bytes = 60;  // a little progress is progress
    bench.pass_ms(9'000);
    EXPECT_FALSE(wire->closed);
    bench.pass_ms(1'200);
    EXPECT_TRUE(wire->reset);
    EXPECT_EQ(bench.server->counters().write_stalls, 1u);
}

}  // namespace
}  // namespace coffer::http::testing
