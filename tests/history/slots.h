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
        while (chunks_.size() * chunk_slots < size) chunks_.push_back(std::make_unique<Chunk>());
        size_ = size;
    }

private:
    static constexpr std::size_t chunk_slots = 64;
    using Chunk = std::array<Slot, chunk_slots>;
    std::vector<std::unique_ptr<Chunk>> chunks_;
    Number size_ = 0;
};

}  // namespace coffer::tests::history
