#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include "tests/history/format.h"

namespace coffer::tests::history {

// Asks for all cache lines of a thing that is needed soon; the address may be null. A macro, as
// g++ 12 takes a function that only prefetches for one without effect.
#define PREFETCH(thing)                                                     \
    do {                                                                    \
        const auto first_byte = reinterpret_cast<std::uintptr_t>(thing);    \
        const std::uintptr_t last_byte = first_byte + sizeof(*(thing)) - 1; \
        __builtin_prefetch(reinterpret_cast<const void*>(first_byte), 1);   \
        __builtin_prefetch(reinterpret_cast<const void*>(last_byte), 1);    \
    } while (false)

/// A row of things that grows without copying and touches no memory before it is used, because
/// fresh memory is dear.
template <class T>
class Chunked {
    static_assert(std::is_trivially_destructible_v<T>);

public:
    [[nodiscard]] Number size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] T& operator[](std::size_t place) { return *address(place); }
    [[nodiscard]] const T& operator[](std::size_t place) const { return *address(place); }

    T& add(const T& thing = {}) {
        // One ahead, so that the next one can be prefetched.
        if (chunks_.size() * each <= size_ + 1) chunks_.push_back(std::make_unique<Chunk>());
        return *new (address(size_++)) T(thing);
    }
    void grow(Number size) {
        while (size_ < size) add();
    }
    /// Where a thing stands or will stand, to be prefetched; null far behind the last.
    [[nodiscard]] const T* place_of(std::size_t place) const {
        return place / each < chunks_.size() ? address(place) : nullptr;
    }

private:
    static constexpr std::size_t each = 64;
    struct Chunk {
        Chunk() {}  // not even zeros
        alignas(T) std::byte bytes[each * sizeof(T)];
    };

    [[nodiscard]] T* address(std::size_t place) const {
        return reinterpret_cast<T*>(chunks_[place / each]->bytes) + place % each;
    }

    std::vector<std::unique_ptr<Chunk>> chunks_;
    Number size_ = 0;
};

}  // namespace coffer::tests::history
