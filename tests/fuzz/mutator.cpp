#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <array>

namespace coffer::fuzz {
namespace {

// Bytes at which parsers change their minds.
constexpr std::array<std::uint8_t, 34> telling{
    0,   1,   2,   9,   10,  13,  16,  32,  '"',  '\'', '#', '%', '+', ',', '-', '.', '/',
    '0', '9', ':', ';', '=', 'A', 'Z', '[', '\\', ']',  '_', 'a', '{', '}', 127, 128, 255};

}  // namespace

std::size_t Mutator::below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

void Mutator::overwrite(Input& input) {
    if (input.empty()) return;
    const std::size_t at = below(input.size());
    switch (below(4)) {
        case 0: input[at] ^= static_cast<std::uint8_t>(1u << below(8)); break;
        case 1: input[at] = telling[below(telling.size())]; break;
        case 2: input[at] = static_cast<std::uint8_t>(input[at] + (below(2) == 0 ? 1 : 255)); break;
        default:
            for (std::size_t i = at; i < std::min(input.size(), at + (1u << below(4))); ++i) {
                input[i] = below(2) == 0 ? 0xff : 0;
            }
    }
}

void Mutator::insert(Input& input) {
    const std::size_t count = 1 + below(below(8) == 0 ? 64 : 4);
    const std::uint8_t byte =
        below(2) == 0 ? telling[below(telling.size())] : static_cast<std::uint8_t>(below(256));
    const auto at = input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1));
    input.insert(at, count, byte);
}

void Mutator::cut(Input& input) {
    const std::size_t from = below(input.size());
    const std::size_t count = below(4) == 0 ? below(input.size() - from) : below(4);
    const auto at = input.begin() + static_cast<std::ptrdiff_t>(from);
    input.erase(at, at + static_cast<std::ptrdiff_t>(std::min(count, input.size() - from)));
}

void Mutator::repeat(Input& input) {
    const std::size_t from = below(input.size());
    const std::size_t count = below(std::min<std::size_t>(input.size() - from, 64) + 1);
    const auto begin = input.begin() + static_cast<std::ptrdiff_t>(from);
    const Input piece(begin, begin + static_cast<std::ptrdiff_t>(count));
    const auto to = input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1));
    input.insert(to, piece.begin(), piece.end());
}

void Mutator::splice(Input& input, const Input& other) {
    if (other.empty()) return;
    const std::size_t from = below(other.size());
    const std::size_t count = 1 + below(other.size() - from);
    const std::size_t at = below(input.size() + 1);
    if (below(2) == 0) input.resize(at);
    const auto begin = other.begin() + static_cast<std::ptrdiff_t>(from);
    input.insert(input.begin() + static_cast<std::ptrdiff_t>(at), begin,
                 begin + static_cast<std::ptrdiff_t>(count));
}

void Mutator::change_digits(Input& input) {
    const auto digit = std::ranges::find_if(
        input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1)), input.end(),
        [](std::uint8_t byte) { return byte >= '0' && byte <= '9'; });
    if (digit == input.end()) return;
    static constexpr std::array<const char*, 6> numbers{
        "0", "9223372036854775807", "18446744073709551616", "4294967295", "00", "1e9"};
    const std::string_view number = numbers[below(numbers.size())];
    input.insert(input.erase(digit), number.begin(), number.end());
}

void Mutator::change_once(Input& input, const std::vector<Input>& seeds) {
    switch (below(10)) {
        case 0:
        case 1: return insert(input);
        case 2: return cut(input);
        case 3: return repeat(input);
        case 4: return seeds.empty() ? insert(input) : splice(input, seeds[below(seeds.size())]);
        case 5: return change_digits(input);
        default: return overwrite(input);
    }
}

Input Mutator::make(const std::vector<Input>& seeds, std::size_t bytes_max) {
    Input input = seeds.empty() ? Input{} : seeds[below(seeds.size())];
    for (std::size_t changes = 1 + below(1u << below(4)); changes > 0; --changes) {
        change_once(input, seeds);
    }
    if (input.size() > bytes_max) input.resize(bytes_max);
    return input;
}

}  // namespace coffer::fuzz
