#pragma once

#include <cstdlib>
#include <random>
#include <string>

#include "os/random.h"

namespace coffer::tests::crash {

/// The same bytes for the same seed, so that a book made again is the same book.
class SeededRandom final : public os::Random {
public:
    explicit SeededRandom(std::uint64_t seed) : generator_{seed} {}
    Result<Ok, Fault> fill(std::span<std::uint8_t> into) override {
        for (auto& byte : into) byte = static_cast<std::uint8_t>(generator_());
        return Ok{};
    }

private:
    std::mt19937_64 generator_;
};

/// A number from the environment: COFFER_SEED repeats a run, or makes another.
inline std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    return given != nullptr && *given != '\0' ? std::strtoull(given, nullptr, 10) : otherwise;
}

inline std::uint64_t seed() { return from_environment("COFFER_SEED", 20'251'009); }

}  // namespace coffer::tests::crash
