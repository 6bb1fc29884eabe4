#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace coffer::os {

/// Random bytes for keys, salts and ids. Without entropy: a fault, never weak bytes.
class Random {
public:
    virtual ~Random() = default;
    [[nodiscard]] virtual Result<Ok, Fault> fill(std::span<std::uint8_t> into) = 0;
};

/// getrandom(2).
[[nodiscard]] Random& system_random();

}  // namespace coffer::os
