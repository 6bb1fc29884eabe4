#pragma once

#include <array>
#include <memory>
#include <vector>

#include "tests/history/format.h"

namespace coffer::tests::history {

/// A row of a wallet's statement: what the first answer that showed it said.
struct Slot {
    Minor balance = 0;
    Minor held = not_said;    ///< until an answer says it, or a model has computed it
    Instant earliest = 0;     ///< it cannot have taken effect before
    Instant seen_at = never;  ///< somebody had an answer that shows it
    Number seen_by = none;
    Number intent = none;  ///< none: no answer showed this number
    Number entry = none;
    bool in_last_reads = false;
    bool of_transfer = false;  ///< has a twin in another wallet
};

// Half of them lie on two cache lines. A macro, because g++ 12 takes a function that only
// prefetches for one without effect. The address may be null.
#define PREFETCH_SLOT(slot)                                               \
    do {                                                                  \
        const auto first_byte = reinterpret_cast<std::uintptr_t>(slot);   \
        const std::uintptr_t last_byte = first_byte + sizeof(Slot) - 1;   \
        __builtin_prefetch(reinterpret_cast<const void*>(first_byte), 1); \
        __builtin_prefetch(reinterpret_cast<const void*>(last_byte), 1);  \
    } while (false)

/// The rows of one wallet; seq 1 is [0]. Grows without copying, because fresh memory is dear.
class Slots {
public:
    [[nodiscard]] Number size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] Slot& operator[](std::size_t place) {
        return (*chunks_[place / chunk_slots])[place % chunk_slots];
    }
    [[nodiscard]] const Slot& operator[](std::size_t place) const {
        return (*chunks_[place / chunk_slots])[place % chunk_slots];
    }
    void grow(Number size) {
        while (chunks_.size() * chunk_slots <= size) chunks_.push_back(std::make_unique<Chunk>());
        size_ = size;
        next_ = &(*this)[size];
    }
    /// Where the next row will stand, to be prefetched; null before the first.
    [[nodiscard]] const Slot* next() const { return next_; }

private:
    static constexpr std::size_t chunk_slots = 64;
    using Chunk = std::array<Slot, chunk_slots>;
    std::vector<std::unique_ptr<Chunk>> chunks_;
    const Slot* next_ = nullptr;
    Number size_ = 0;
};

}  // namespace coffer::tests::history
