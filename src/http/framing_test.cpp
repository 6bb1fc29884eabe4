// Every case of framing_cases.h on a fresh connection: alone, with a canary request behind it, cut
// in two at every byte, and byte by byte.
#include <gtest/gtest.h>

#include <string>

#include "http/framing_cases.h"
#include "http/server_fixture.h"

namespace coffer::http::testing {
namespace {

const std::string canary = "POST /canary HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

std::string name_of(const ::testing::TestParamInfo<FramingCase>& info) {
    std::string name;
    for (const char c : info.param.name)
        name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    return name + "_" + std::to_string(info.index);
}

class Framing : public ::testing::TestWithParam<FramingCase> {};

// covers: H04, H06
TEST_P(Framing, is_answered_as_the_table_says) {
    const FramingCase& c = GetParam();
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = c.bytes;
    bench.rounds();
    const auto replies = parse_replies(wire->take());
    ASSERT_EQ(replies.size(), 1u);
    EXPECT_EQ(replies[0].status, c.status);
    EXPECT_EQ(replies[0].says_close, c.closed);
    EXPECT_EQ(wire->server_finished, c.closed);
    EXPECT_EQ(bench.handler.seen.size(), c.status == 200 ? 1u : 0u);
    if (c.status != 200) {
        EXPECT_EQ(replies[0].body, "error " + std::to_string(c.status));
    }
}

// Row 71: whatever stands behind a refused request is never executed; behind a good one it is.
// covers: H05
TEST_P(Framing, a_canary_behind_it_is_executed_only_on_a_living_connection) {
    const FramingCase& c = GetParam();
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = c.bytes + canary;
    bench.rounds();
    wire->to_server += canary;
    bench.rounds();
    std::size_t canaries = 0;
    for (const auto& seen : bench.handler.seen) canaries += seen.line == "POST /canary" ? 1 : 0;
    EXPECT_EQ(canaries, c.closed ? 0u : 2u);
}

// Row H12: the same bytes give the same answer however they are cut.
// covers: H12
TEST_P(Framing, is_answered_alike_when_cut_at_any_byte) {
    const FramingCase& c = GetParam();
    const std::size_t step = c.bytes.size() > 1000 ? c.bytes.size() / 97 + 1 : 1;
    for (std::size_t cut = 1; cut < c.bytes.size(); cut += step) {
        Bench bench;
        auto wire = bench.connect();
        wire->to_server = c.bytes.substr(0, cut);
        bench.rounds(2);
        wire->to_server += c.bytes.substr(cut);
        bench.rounds(4);
        const auto replies = parse_replies(wire->take());
        ASSERT_EQ(replies.size(), 1u) << "cut at " << cut;
        ASSERT_EQ(replies[0].status, c.status) << "cut at " << cut;
        ASSERT_EQ(bench.handler.seen.size(), c.status == 200 ? 1u : 0u) << "cut at " << cut;
        ASSERT_EQ(wire->server_finished, c.closed) << "cut at " << cut;
    }
}

TEST_P(Framing, is_answered_alike_when_it_comes_byte_by_byte) {
    const FramingCase& c = GetParam();
    const std::size_t step = c.bytes.size() > 20'000 ? 97 : 1;
    Bench bench;
    auto wire = bench.connect();
    for (std::size_t at = 0; at < c.bytes.size(); at += step) {
        wire->to_server += c.bytes.substr(at, step);
        bench.round();
    }
    bench.rounds();
    const auto replies = parse_replies(wire->take());
    ASSERT_EQ(replies.size(), 1u);
    EXPECT_EQ(replies[0].status, c.status);
    EXPECT_EQ(wire->server_finished, c.closed);
}

INSTANTIATE_TEST_SUITE_P(Rows, Framing, ::testing::ValuesIn(framing_cases), name_of);

}  // namespace
}  // namespace coffer::http::testing
