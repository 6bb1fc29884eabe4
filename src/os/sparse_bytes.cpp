#include "os/sparse_bytes.h"

#include <algorithm>
#include <cstring>

#include "base/ensure.h"

namespace coffer::os {
namespace {

bool all_zero(const std::uint8_t* bytes, std::size_t count) {
    return bytes[0] == 0 && std::memcmp(bytes, bytes + 1, count - 1) == 0;
}

}  // namespace

SparseBytes::Blocks& SparseBytes::own_blocks() {
    if (!blocks_) {
        blocks_ = std::make_shared<Blocks>();
    } else if (blocks_.use_count() != 1) {
        blocks_ = std::make_shared<Blocks>(*blocks_);
    }
    const std::size_t count = (size_ + block_bytes - 1) / block_bytes;
    if (blocks_->size() < count) blocks_->resize(count);
    return *blocks_;
}

SparseBytes::Block& SparseBytes::own_block(std::size_t index) {
    std::shared_ptr<Block>& block = own_blocks()[index];
    if (!block) {
        block = std::make_shared<Block>();
        block->fill(0);
    } else if (block.use_count() != 1) {
        block = std::make_shared<Block>(*block);
    }
    return *block;
}

void SparseBytes::resize(std::uint64_t size) {
    if (size < size_ && blocks_) {
        Blocks& blocks = own_blocks();
        blocks.resize((size + block_bytes - 1) / block_bytes);
        const std::size_t kept = size % block_bytes;
        if (kept != 0 && blocks.back()) {
            Block& last = own_block(blocks.size() - 1);
            std::fill(last.begin() + static_cast<std::ptrdiff_t>(kept), last.end(),
                      std::uint8_t{0});
        }
    }
    size_ = size;
}

std::size_t SparseBytes::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
    if (offset >= size_) return 0;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
    for (std::size_t done = 0; done < count;) {
        const std::size_t in_block = (offset + done) % block_bytes;
        const std::size_t step = std::min(block_bytes - in_block, count - done);
        if (const Block* from = block((offset + done) / block_bytes)) {
            std::memcpy(into.data() + done, from->data() + in_block, step);
        } else {
            std::memset(into.data() + done, 0, step);
        }
        done += step;
    }
    return count;
}

void SparseBytes::write(std::uint64_t offset, Bytes bytes) {
    ENSURE(offset + bytes.size() <= size_);
    while (!bytes.empty()) {
        const std::size_t in_block = offset % block_bytes;
        const std::size_t step = std::min(block_bytes - in_block, bytes.size());
        const std::size_t index = offset / block_bytes;
        if (all_zero(bytes.data(), step) && step == block_bytes) {
            if (block(index) != nullptr) own_blocks()[index].reset();
        } else if (block(index) != nullptr || !all_zero(bytes.data(), step)) {
            std::memcpy(own_block(index).data() + in_block, bytes.data(), step);
        }
        offset += step;
        bytes = bytes.subspan(step);
    }
}

void SparseBytes::copy_from(const SparseBytes& other, std::uint64_t offset, std::uint64_t count) {
    ENSURE(offset + count <= size_ && offset + count <= other.size_);
    std::uint8_t buffer[block_bytes];
    while (count > 0) {
        const std::size_t in_block = offset % block_bytes;
        const auto step =
            static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes - in_block, count));
        const std::size_t index = offset / block_bytes;
        if (block(index) != other.block(index)) {
            if (step == block_bytes) {
                const bool has = other.block(index) != nullptr;
                own_blocks()[index] = has ? (*other.blocks_)[index] : nullptr;
            } else {
                other.read(offset, {buffer, step});
                write(offset, {buffer, step});
            }
        }
        offset += step;
        count -= step;
    }
}

}  // namespace coffer::os
