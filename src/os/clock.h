#pragma once

#include <cstdint>

#include "base/instant.h"

namespace coffer::os {

/// Wall time for what is recorded, monotonic time for deadlines. Any thread.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() = 0;
    [[nodiscard]] virtual std::int64_t monotonic_ns() = 0;
};

[[nodiscard]] Clock& system_clock();

}  // namespace coffer::os
