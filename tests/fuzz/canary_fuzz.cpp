// A target with a planted bug: a parser that believes the length it reads. Whoever runs the fuzz
// targets runs this one, too, and fails when nothing is found: then the seeds, the changes made to
// them, the exact memory or the sanitizers do not work, and a clean run of the others says nothing.
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || data[0] != 'L') return 0;
    const std::size_t length = data[1] & 31u;
    unsigned sum = 0;
    for (std::size_t i = 0; i < length; ++i) sum += data[2 + i];  // the bug: no look at `size`
    return sum == ~0u ? 1 : 0;  // never; it keeps the compiler from leaving the loop out
}
