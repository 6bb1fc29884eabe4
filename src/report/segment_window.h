#pragma once

#include <memory>
#include <vector>

#include "report/book_files.h"

namespace coffer::report {

inline constexpr std::uint64_t sector_bytes = 512;
inline constexpr std::uint64_t sector_payload_bytes = 506;

[[nodiscard]] bool all_zero(Bytes bytes);

/// One segment seen through a buffer that is filled by large sequential reads. Nothing is kept that
/// was not asked for again: what another process has written meanwhile is seen after forget().
class SegmentWindow {
public:
    SegmentWindow(os::FileSystem& files, const BookId& book);

    /// Nothing to do when it is open already.
    [[nodiscard]] Result<Ok, Fault> open(const SegmentEntry& segment);
    [[nodiscard]] const SegmentEntry& segment() const { return segment_; }
    void forget() { filled_ = 0; }

    /// `count` bytes from `offset`, which must lie within the segment; fewer where the file is
    /// shorter than MANIFEST says. Valid until the next call.
    [[nodiscard]] Result<Bytes, Fault> bytes(std::uint64_t offset, std::uint64_t count);

    /// The sector at `offset`, one of bytes(): whether its checksum holds there.
    [[nodiscard]] bool valid(const std::uint8_t* sector, std::uint64_t offset) const;

private:
    os::FileSystem& files_;
    Crc32c book_checksum_;
    SegmentEntry segment_;
    std::unique_ptr<os::File> file_;
    std::vector<std::uint8_t> buffer_;
    std::uint64_t start_ = 0;
    std::uint64_t filled_ = 0;
};

}  // namespace coffer::report
