#include "store_embedded/readable_book.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/ensure.h"

namespace coffer::store_embedded {

std::vector<SegmentInfo> ReadableBook::segments() const {
    const std::uint64_t end = durable_end();
    std::shared_lock hold{mutex_};
    std::vector<SegmentInfo> with_batches = segments_;
    // The newest is published a moment before its first batch is durable.
    while (!with_batches.empty() && with_batches.back().base >= end) with_batches.pop_back();
    return with_batches;
}

std::optional<SegmentInfo> ReadableBook::segment_at(std::uint64_t position) const {
    std::shared_lock hold{mutex_};
    const auto behind = std::upper_bound(
        segments_.begin(), segments_.end(), position,
        [](std::uint64_t wanted, const SegmentInfo& segment) { return wanted < segment.base; });
    if (behind == segments_.begin() || position >= std::prev(behind)->end()) return std::nullopt;
    return *std::prev(behind);
}

std::optional<SegmentInfo> ReadableBook::segment(std::uint32_t number) const {
    std::shared_lock hold{mutex_};
    const auto found = std::lower_bound(
        segments_.begin(), segments_.end(), number,
        [](const SegmentInfo& segment, std::uint32_t wanted) { return segment.number < wanted; });
    if (found == segments_.end() || found->number != number) return std::nullopt;
    return *found;
}

std::shared_ptr<const SegmentImage> ReadableBook::image_of(std::uint32_t number) const {
    std::shared_lock hold{mutex_};
    if (newest_.number == number) return newest_.image;
    if (previous_.number == number) return previous_.image;
    return nullptr;
}

void ReadableBook::publish_segment(const SegmentInfo& info, std::shared_ptr<SegmentImage> image) {
    // Freed, or back in its pool, only after the lock: giving back 64 MiB takes a while.
    std::shared_ptr<SegmentImage> out_of_the_window;
    std::unique_lock hold{mutex_};
    out_of_the_window = std::move(previous_.image);
    ENSURE(segments_.empty() || info.base >= segments_.back().end());
    segments_.push_back(info);
    previous_ = std::move(newest_);
    newest_ = {info.number, std::move(image)};
}

void ReadableBook::forget_previous() {
    std::shared_ptr<SegmentImage> forgotten;
    std::unique_lock hold{mutex_};
    forgotten = std::move(previous_.image);
    previous_ = {};
}

void ReadableBook::publish_older(std::vector<SegmentInfo> segments) {
    std::unique_lock hold{mutex_};
    ENSURE(segments_.empty());
    segments_ = std::move(segments);
}

}  // namespace coffer::store_embedded
