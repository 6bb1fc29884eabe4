#pragma once

#include <cstdint>
#include <random>

namespace coffer::tests::sim {

/// Everything that is left to chance, from one seed. What it gives is the same on every machine,
/// which std's distributions do not promise.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : generator_{seed} {}

    /// 0 to count - 1.
    std::uint64_t below(std::uint64_t count) { return generator_() % count; }
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + below(high - low + 1);
    }
    /// True once in `count` times; never for 0.
    bool once_in(std::uint64_t count) { return count != 0 && below(count) == 0; }
    bool percent(std::uint64_t share) { return below(100) < share; }
    std::uint64_t bits() { return generator_(); }

private:
    std::mt19937_64 generator_;
};

}  // namespace coffer::tests::sim
