#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

#include "base/bytes.h"

namespace coffer::store_embedded {

/// The bytes of one segment in memory, aligned for direct writes. The engine frames batches
/// straight into it and writes from it; readers read what is below the durable end, which never
/// changes again. A new one holds whatever the memory held.
class SegmentImage {
public:
    explicit SegmentImage(std::uint64_t bytes);

    [[nodiscard]] std::uint64_t size() const { return bytes_; }
    [[nodiscard]] std::span<std::uint8_t> all() { return {memory_.get(), bytes_}; }
    [[nodiscard]] Bytes all() const { return {memory_.get(), bytes_}; }
    void clear();

private:
    struct Free {
        void operator()(std::uint8_t* memory) const;
    };
    std::uint64_t bytes_;
    std::unique_ptr<std::uint8_t, Free> memory_;
};

/// Where images come from and return to when the last reader lets go of them: one spare is kept,
/// because fresh memory is dear. Any thread; images may outlive the pool.
class ImagePool {
public:
    ImagePool();

    [[nodiscard]] std::shared_ptr<SegmentImage> take(std::uint64_t bytes);
    /// Makes the spare ahead of its first use and touches it, which takes milliseconds: for a
    /// thread in the background. Later ones come back from the book.
    void make_spare_once(std::uint64_t bytes);
    /// One that was made elsewhere shall return to the pool too: freeing it takes milliseconds.
    [[nodiscard]] std::shared_ptr<SegmentImage> adopt(std::unique_ptr<SegmentImage> image);

private:
    struct Spare {
        std::mutex mutex;
        std::unique_ptr<SegmentImage> image;
        bool made = false;
    };
    std::shared_ptr<Spare> spare_;
};

}  // namespace coffer::store_embedded
