#include "engine/round_clock.h"

#include <gtest/gtest.h>

namespace coffer::engine {
namespace {

constexpr std::int64_t noon = 1'760'000'000'000;
constexpr std::int64_t second = 1'000;

class FakeClock : public os::Clock {
public:
    Instant now() override { return {wall_ms}; }
    std::int64_t monotonic_ns() override { return monotonic_ms * 1'000'000; }

    void pass(std::int64_t ms) {
        wall_ms += ms;
        monotonic_ms += ms;
    }
    std::int64_t wall_ms = noon;
    std::int64_t monotonic_ms = 5'000;
};

struct RoundClockStory : testing::Test {
    FakeClock clock;
    RoundClock rounds{clock, {noon - 60 * second}};

    void expect_right(std::int64_t at) {
        const auto reading = rounds.read();
        EXPECT_TRUE(reading.right);
        EXPECT_EQ(reading.now.unix_ms, at);
    }
    void expect_wrong(std::int64_t at) {
        const auto reading = rounds.read();
        EXPECT_FALSE(reading.right);
        EXPECT_EQ(reading.now.unix_ms, at);
    }
};

TEST_F(RoundClockStory, follows_the_wall_clock) {
    expect_right(noon);
    clock.pass(7);
    expect_right(noon + 7);
}

// covers: C02
TEST_F(RoundClockStory, stands_still_while_the_wall_clock_is_a_little_back) {
    expect_right(noon);
    clock.wall_ms -= 10 * second;
    expect_right(noon);
    clock.pass(9 * second);
    expect_right(noon);
    clock.pass(2 * second);
    expect_right(noon + second);
}

// covers: C01
TEST_F(RoundClockStory, is_wrong_after_a_jump_forward_until_it_is_set_back) {
    expect_right(noon);
    clock.wall_ms += 10 * second + 1;
    expect_wrong(noon);
    clock.pass(3600 * second);
    expect_wrong(noon);
    clock.wall_ms -= 10 * second + 1;
    expect_right(noon + 3600 * second);
}

// covers: C03
TEST_F(RoundClockStory, is_wrong_when_the_wall_clock_stands_still_for_long) {
    clock.monotonic_ms += 10 * second;
    expect_right(noon);
    clock.monotonic_ms += 1;
    expect_wrong(noon);
    clock.wall_ms += 10 * second;
    expect_right(noon + 10 * second);
}

// covers: C02
TEST_F(RoundClockStory, is_wrong_after_a_jump_back_until_it_is_set_forward) {
    expect_right(noon);
    clock.wall_ms -= 10 * second + 1;
    expect_wrong(noon);
    clock.wall_ms += 5 * second;
    expect_right(noon);
}

TEST_F(RoundClockStory, a_jump_of_exactly_ten_seconds_is_taken) {
    clock.wall_ms += 10 * second;
    expect_right(noon + 10 * second);
}

TEST_F(RoundClockStory, small_corrections_do_not_add_up_over_months) {
    for (int day = 1; day <= 100; ++day) {
        clock.pass(86'400 * second);
        clock.wall_ms += second;
        expect_right(noon + day * 86'401 * second);
    }
}

TEST_F(RoundClockStory, many_small_steps_within_a_minute_do_add_up) {
    for (int step = 1; step <= 10; ++step) {
        clock.wall_ms += second;
        expect_right(noon + step * second);
    }
    clock.wall_ms += second;
    expect_wrong(noon + 10 * second);
}

TEST_F(RoundClockStory, an_accepted_jump_is_right_from_then_on) {
    clock.wall_ms += 86'400 * second;
    expect_wrong(noon - 60 * second);
    rounds.accept();
    expect_right(noon + 86'400 * second);
    clock.pass(second);
    expect_right(noon + 86'401 * second);
}

TEST(RoundClock, more_than_ten_seconds_behind_the_journal_at_the_start_is_wrong) {
    FakeClock clock;
    RoundClock rounds{clock, {noon + 10 * second + 1}};
    EXPECT_FALSE(rounds.read().right);
    clock.pass(1);
    const auto reading = rounds.read();
    EXPECT_TRUE(reading.right);
    EXPECT_EQ(reading.now.unix_ms, noon + 10 * second + 1) << "never back along the journal";
}

TEST(RoundClock, an_accepted_clock_behind_the_journal_stands_still_until_it_has_caught_up) {
    FakeClock clock;
    const std::int64_t journal = noon + 3600 * second;
    RoundClock rounds{clock, {journal}};
    EXPECT_FALSE(rounds.read().right);
    rounds.accept();
    for (int minute = 0; minute < 60; ++minute) {
        const auto reading = rounds.read();
        EXPECT_TRUE(reading.right);
        EXPECT_EQ(reading.now.unix_ms, journal);
        clock.pass(60 * second);
    }
    clock.pass(second);
    EXPECT_EQ(rounds.read().now.unix_ms, journal + second);
    // What was accepted was that one hour, not every later one.
    clock.wall_ms -= 3600 * second;
    EXPECT_FALSE(rounds.read().right);
}

TEST(RoundClock, an_empty_book_takes_any_clock) {
    FakeClock clock;
    RoundClock rounds{clock, {}};
    EXPECT_TRUE(rounds.read().right);
}

}  // namespace
}  // namespace coffer::engine
