#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/batch.h"
#include "store_embedded/manifest.h"
#include "store_embedded/sector.h"
#include "store_embedded/segment_image.h"

namespace coffer::store_embedded {

/// A batch's header and where in its segment it stands.
struct PlacedHeader {
    std::uint64_t offset = 0;
    BatchHeader header;
};

/// The durable sectors of one segment, from memory or from its file, verified as they are used. One
/// thread; made for a few reads and thrown away, it remembers the 4 KiB it read last.
class SectorSource {
public:
    /// `end` is where the durable part of the segment ends. One of image and file is there.
    SectorSource(const SectorCodec& codec, const SegmentInfo& segment, std::uint64_t end,
                 std::shared_ptr<const SegmentImage> image, std::shared_ptr<os::File> file);

    [[nodiscard]] const SegmentInfo& segment() const { return segment_; }
    [[nodiscard]] std::uint64_t end() const { return end_; }

    [[nodiscard]] Result<bool, Fault> is_empty(std::uint64_t sector_offset);

    /// The header of the batch that the sector belongs to, found through the sector's number.
    [[nodiscard]] Result<PlacedHeader, Fault> batch_of(std::uint64_t sector_offset);

    /// Copies a part of a batch's payload, which must lie within it.
    [[nodiscard]] Result<Ok, Fault> copy_payload(const PlacedHeader& batch, std::uint64_t from,
                                                 std::span<std::uint8_t> into);

private:
    [[nodiscard]] Result<const std::uint8_t*, Fault> bytes_at(std::uint64_t offset,
                                                              std::uint64_t count);
    [[nodiscard]] Result<const std::uint8_t*, Fault> valid_sector(std::uint64_t offset);

    SectorCodec codec_;
    SegmentInfo segment_;
    std::uint64_t end_;
    std::shared_ptr<const SegmentImage> image_;
    std::shared_ptr<os::File> file_;
    std::vector<std::uint8_t> window_;
    std::uint64_t window_offset_ = 0;
};

}  // namespace coffer::store_embedded
