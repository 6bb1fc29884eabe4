#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace coffer::tests::history {

/// Where fields end in 64 bytes of a history: every blank and line feed up to the first line feed.
/// Found for a whole line at once: a field whose end is known is read without a loop, and the next
/// one need not wait for it.
class Separators {
public:
    static constexpr std::size_t block_bytes = 64;

    /// All of `block` must be readable.
    [[gnu::always_inline]] explicit Separators(const char* block) {
        const std::uint64_t feeds = equal(block, '\n');
        const std::uint64_t up_to_feed = feeds ^ (feeds - 1);  // all, where there is none
        bits_ = (equal(block, ' ') | feeds) & up_to_feed;
        holds_feed_ = feeds != 0;
    }

    /// The line ends in these bytes.
    [[nodiscard]] bool holds_feed() const { return holds_feed_; }
    [[nodiscard]] bool none_left() const { return bits_ == 0; }
    /// Place of the first that is left, and it is not left any more.
    [[gnu::always_inline]] int take() {
        const int place = std::countr_zero(bits_);
        bits_ &= bits_ - 1;
        return place;
    }

private:
    /// A bit for each byte, the lowest for the first.
    [[gnu::always_inline]] static std::uint64_t equal(const char* block, char wanted) {
        std::uint64_t found = 0;
#ifdef __SSE2__
        const __m128i all = _mm_set1_epi8(wanted);
        for (std::size_t place = 0; place < block_bytes; place += 16) {
            const void* part = block + place;
            const __m128i bytes = _mm_loadu_si128(static_cast<const __m128i*>(part));
            const int bits = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, all));
            found |= std::uint64_t{static_cast<std::uint32_t>(bits)} << place;
        }
#else
        for (std::size_t place = 0; place < block_bytes; ++place) {
            found |= std::uint64_t{block[place] == wanted} << place;
        }
#endif
        return found;
    }

    std::uint64_t bits_ = 0;
    bool holds_feed_ = false;
};

}  // namespace coffer::tests::history
