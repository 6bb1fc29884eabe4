#pragma once

#include <algorithm>

#include "os/clock.h"

namespace coffer::tests::sim {

/// Time that passes when the simulation says so, and a little with every look at it, so that work
/// that is bounded by time ends. Begins at 2025-10-09T08:53:20.000Z.
class SimClock final : public os::Clock {
public:
    Instant now() override { return {wall_ms()}; }
    std::int64_t monotonic_ns() override { return ns_ += 2'000; }

    void pass(std::int64_t ms) { ns_ += ms * 1'000'000; }
    /// The wall clock is set to another time; nothing else notices.
    void jump(std::int64_t ms) {
        latest_ms_ = std::max(latest_ms_, wall_ms());
        set_ms_ += ms;
    }
    /// The wall clock is set right, which is never behind what it has shown.
    void set_right() { set_ms_ += std::max<std::int64_t>(latest_ms_ - wall_ms(), 0); }

    [[nodiscard]] std::int64_t wall_ms() const { return set_ms_ + monotonic_ms(); }
    [[nodiscard]] std::int64_t monotonic_ms() const { return ns_ / 1'000'000; }

private:
    std::int64_t ns_ = 5'000'000'000;
    std::int64_t set_ms_ = 1'760'000'000'000 - 5'000;
    std::int64_t latest_ms_ = 0;
};

}  // namespace coffer::tests::sim
