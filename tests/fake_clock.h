#pragma once

#include "os/clock.h"

namespace coffer::tests {

/// A clock that moves when the test says so. It starts at 2025-10-09T08:53:20.000Z.
class FakeClock final : public os::Clock {
public:
    Instant now() override { return {wall_ms}; }
    std::int64_t monotonic_ns() override { return monotonic_ms * 1'000'000; }

    void pass(std::int64_t ms) {
        wall_ms += ms;
        monotonic_ms += ms;
    }

    std::int64_t wall_ms = 1'760'000'000'000;
    std::int64_t monotonic_ms = 5'000;
};

}  // namespace coffer::tests
