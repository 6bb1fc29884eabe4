#include "os/clock.h"

#include <time.h>

namespace coffer::os {
namespace {

class SystemClock final : public Clock {
public:
    Instant now() override {
        timespec at{};
        clock_gettime(CLOCK_REALTIME, &at);
        return {static_cast<std::int64_t>(at.tv_sec) * 1000 + at.tv_nsec / 1'000'000};
    }
    std::int64_t monotonic_ns() override {
        timespec at{};
        clock_gettime(CLOCK_MONOTONIC, &at);
        return static_cast<std::int64_t>(at.tv_sec) * 1'000'000'000 + at.tv_nsec;
    }
};

}  // namespace

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

}  // namespace coffer::os
