#include "http/deadlines.h"

#include <gtest/gtest.h>

#include <vector>

namespace coffer::http {
namespace {

constexpr std::int64_t ms = 1'000'000;

TEST(Deadlines, are_due_when_their_instant_has_come) {
    Deadlines deadlines;
    deadlines.grow(4);
    EXPECT_EQ(deadlines.earliest(), Deadlines::never);
    deadlines.lower(1, 100 * ms);
    deadlines.lower(3, 200 * ms);
    deadlines.lower(3, 300 * ms);
    EXPECT_EQ(deadlines.earliest(), 100 * ms);
    std::vector<std::size_t> due;
    const auto note = [&due](std::size_t slot) {
        due.push_back(slot);
        return Deadlines::never;
    };
    deadlines.look(99 * ms, note);
    EXPECT_TRUE(due.empty());
    deadlines.look(100 * ms, note);
    EXPECT_EQ(due, (std::vector<std::size_t>{1}));
    deadlines.look(250 * ms, note);
    EXPECT_EQ(due, (std::vector<std::size_t>{1, 3}));
    EXPECT_EQ(deadlines.earliest(), Deadlines::never);
}

TEST(Deadlines, can_be_put_off_by_the_one_who_looks) {
    Deadlines deadlines;
    deadlines.grow(1);
    deadlines.lower(0, 100 * ms);
    int looks = 0;
    const auto later = [&looks](std::size_t) {
        ++looks;
        return 500 * ms;
    };
    deadlines.look(100 * ms, later);
    deadlines.look(400 * ms, later);
    EXPECT_EQ(looks, 1);
    EXPECT_EQ(deadlines.earliest(), 500 * ms);
}

TEST(Deadlines, are_looked_at_once_in_a_tick_at_most) {
    Deadlines deadlines;
    deadlines.grow(2);
    deadlines.lower(0, 100 * ms);
    deadlines.lower(1, 101 * ms);
    deadlines.look(100 * ms, [](std::size_t) { return Deadlines::never; });
    EXPECT_EQ(deadlines.earliest(), 110 * ms);
}

}  // namespace
}  // namespace coffer::http
