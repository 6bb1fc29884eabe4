#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include "tests/history/format.h"

namespace coffer::tests::history {

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
        T* const made = new (address(size_++)) T(thing);
        next_ = address(size_);
        return *made;
    }
    void grow(Number size) {
        while (size_ < size) add();
    }
    /// Where the next thing will stand, to be prefetched; null before the first.
    [[nodiscard]] const T* next() const { return next_; }
    /// Where a thing stands, to be prefetched; null of what is not there.
    [[nodiscard]] const T* find(std::size_t place) const {
        return place < size_ ? address(place) : nullptr;
    }

private:
    // What an allocator gives without waste; aligned here, because then it would not.
    static constexpr std::size_t chunk_bytes = 4096;
    static constexpr std::size_t each = (chunk_bytes - alignof(T)) / sizeof(T);
    struct Chunk {
        Chunk() {}  // not even zeros
        std::byte bytes[chunk_bytes];
    };

    [[nodiscard]] T* address(std::size_t place) const {
        const auto begin = reinterpret_cast<std::uintptr_t>(chunks_[place / each]->bytes);
        const std::uintptr_t aligned = (begin + alignof(T) - 1) / alignof(T) * alignof(T);
        return reinterpret_cast<T*>(aligned) + place % each;
    }

    T* next_ = nullptr;
    std::vector<std::unique_ptr<Chunk>> chunks_;
    Number size_ = 0;
};

}  // namespace coffer::tests::history
