#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "store_embedded/manifest.h"
#include "store_embedded/segment_image.h"

namespace coffer::store_embedded {

/// What readers may see of the book while it grows: where its durable part ends, which segments
/// there are, and the newest segments from memory. Any thread reads; the engine publishes.
class ReadableBook {
public:
    explicit ReadableBook(BookId book) : book_{book} {}

    [[nodiscard]] const BookId& book() const { return book_; }

    /// Everything before this position is durable and never changes.
    [[nodiscard]] std::uint64_t durable_end() const {
        return durable_end_.load(std::memory_order_acquire);
    }

    /// The segments that hold at least one durable batch, oldest first; all but the last are
    /// sealed.
    [[nodiscard]] std::vector<SegmentInfo> segments() const;
    [[nodiscard]] std::optional<SegmentInfo> segment_at(std::uint64_t position) const;
    [[nodiscard]] std::optional<SegmentInfo> segment(std::uint32_t number) const;

    /// The bytes of a segment that is still in memory: the newest and the one before it.
    [[nodiscard]] std::shared_ptr<const SegmentImage> image_of(std::uint32_t number) const;

    /// Engine only. The image is shown up to the durable end.
    void publish_segment(const SegmentInfo& info, std::shared_ptr<SegmentImage> image);
    /// Engine only: gives the memory of the segment before the newest back to its pool.
    void forget_previous();
    /// Engine only. Segments without an image, before the first publish_segment().
    void publish_older(std::vector<SegmentInfo> segments);
    void publish_end(std::uint64_t position) {
        durable_end_.store(position, std::memory_order_release);
    }

private:
    struct Held {
        std::uint32_t number = 0;
        std::shared_ptr<SegmentImage> image;
    };

    const BookId book_;
    std::atomic<std::uint64_t> durable_end_{0};
    mutable std::shared_mutex mutex_;
    std::vector<SegmentInfo> segments_;
    Held newest_;
    Held previous_;
};

}  // namespace coffer::store_embedded
