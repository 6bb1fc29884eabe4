#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace coffer::fuzz {

using Input = std::vector<std::uint8_t>;

/// Makes new inputs from known ones: bits, bytes and numbers changed, pieces cut, doubled, moved
/// and taken from another seed. The same seed makes the same inputs.
class Mutator {
public:
    explicit Mutator(std::uint64_t seed) : random_{seed} {}

    /// One of `seeds` after one to eight changes; at most `bytes_max` long.
    [[nodiscard]] Input make(const std::vector<Input>& seeds, std::size_t bytes_max);

private:
    [[nodiscard]] std::size_t below(std::size_t limit);  // 0 for 0
    void change_once(Input& input, const std::vector<Input>& seeds);
    void overwrite(Input& input);
    void insert(Input& input);
    void cut(Input& input);
    void repeat(Input& input);
    void splice(Input& input, const Input& other);
    void change_digits(Input& input);

    std::mt19937_64 random_;
};

}  // namespace coffer::fuzz
