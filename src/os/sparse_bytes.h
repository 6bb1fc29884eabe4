#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace coffer::os {

/// The bytes of a simulated file: 4 KiB blocks that copies share until one of them writes; a block
/// of zeros is no block. A copy of a 64 KiB segment costs one pointer, its first change 16 more.
class SparseBytes {
public:
    static constexpr std::size_t block_bytes = 4096;

    [[nodiscard]] std::uint64_t size() const { return size_; }
    void resize(std::uint64_t size);  ///< new bytes are zero

    /// Both grow nothing: reads stop at the end, writes must lie within the size.
    std::size_t read(std::uint64_t offset, std::span<std::uint8_t> into) const;
    void write(std::uint64_t offset, Bytes bytes);

    /// Makes one range equal to the other's, which must be as long; whole blocks are shared.
    void copy_from(const SparseBytes& other, std::uint64_t offset, std::uint64_t count);

private:
    using Block = std::array<std::uint8_t, block_bytes>;
    using Blocks = std::vector<std::shared_ptr<Block>>;

    [[nodiscard]] const Block* block(std::size_t index) const {
        return blocks_ && index < blocks_->size() ? (*blocks_)[index].get() : nullptr;
    }
    Blocks& own_blocks();
    Block& own_block(std::size_t index);

    std::shared_ptr<Blocks> blocks_;
    std::uint64_t size_ = 0;
};

}  // namespace coffer::os
