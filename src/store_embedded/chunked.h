#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/ensure.h"

namespace coffer::store_embedded {

/// A table that grows by chunks: rows never move, and growth never copies what is there. Rows are
/// counted from 1, as the book counts; 0 is nobody.
template <class Row, std::size_t chunk_rows = 4096>
class Chunked {
public:
    [[nodiscard]] std::uint32_t size() const { return size_; }

    [[nodiscard]] Row& operator[](std::uint32_t number) {
        ENSURE(number != 0 && number <= size_);
        return chunks_[(number - 1) / chunk_rows][(number - 1) % chunk_rows];
    }
    [[nodiscard]] const Row& operator[](std::uint32_t number) const {
        ENSURE(number != 0 && number <= size_);
        return chunks_[(number - 1) / chunk_rows][(number - 1) % chunk_rows];
    }
    [[nodiscard]] Row* find(std::uint32_t number) {
        return number == 0 || number > size_ ? nullptr : &(*this)[number];
    }
    [[nodiscard]] const Row* find(std::uint32_t number) const {
        return number == 0 || number > size_ ? nullptr : &(*this)[number];
    }

    /// The next row; its number is size() afterwards.
    Row& add() {
        ENSURE(size_ != UINT32_MAX);
        if (size_ % chunk_rows == 0) chunks_.push_back(std::make_unique<Row[]>(chunk_rows));
        ++size_;
        return (*this)[size_];
    }

private:
    std::vector<std::unique_ptr<Row[]>> chunks_;
    std::uint32_t size_ = 0;
};

}  // namespace coffer::store_embedded
