#pragma once

#include "os/random.h"

namespace coffer::tests {

/// The same keys in every run, so that a seed gives the same book.
class CountingRandom final : public os::Random {
public:
    Result<Ok, Fault> fill(std::span<std::uint8_t> into) override {
        for (std::uint8_t& byte : into) byte = ++last_;
        return Ok{};
    }

private:
    std::uint8_t last_ = 0;
};

}  // namespace coffer::tests
