#include "store_embedded/sector_source.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/ensure.h"
#include "store_embedded/segment_scan.h"

namespace coffer::store_embedded {

SectorSource::SectorSource(const SectorCodec& codec, const SegmentInfo& segment, std::uint64_t end,
                           std::shared_ptr<const SegmentImage> image,
                           std::shared_ptr<os::File> file)
    : codec_{codec},
      segment_{segment},
      end_{end},
      image_{std::move(image)},
      file_{std::move(file)} {
    ENSURE(end_ <= segment_.bytes && (image_ || file_));
}

Result<const std::uint8_t*, Fault> SectorSource::bytes_at(std::uint64_t offset,
                                                          std::uint64_t count) {
    if (offset + count > end_) return damage_at(segment_, offset, "the book ends before it");
    if (image_) return image_->all().data() + offset;
    const bool in_window =
        offset >= window_offset_ && offset + count <= window_offset_ + window_.size();
    if (!in_window) {
        window_.resize(std::max(count, std::min(block_bytes, end_ - offset)));
        window_offset_ = offset;
        const auto got = file_->read_at(offset, window_);
        if (!got) {
            window_.clear();
            return got.error();
        }
        if (*got != window_.size()) return damage_at(segment_, offset + *got, "the file ends here");
    }
    return window_.data() + (offset - window_offset_);
}

Result<const std::uint8_t*, Fault> SectorSource::valid_sector(std::uint64_t offset) {
    const auto bytes = bytes_at(offset, sector_bytes);
    if (bytes && !codec_.valid(*bytes, segment_.base + offset)) {
        return damage_at(segment_, offset, "the sector's checksum does not match");
    }
    return bytes;
}

Result<bool, Fault> SectorSource::is_empty(std::uint64_t sector_offset) {
    const auto bytes = bytes_at(sector_offset, sector_bytes);
    if (!bytes) return bytes.error();
    return all_zero({*bytes, sector_bytes});
}

Result<PlacedHeader, Fault> SectorSource::batch_of(std::uint64_t sector_offset) {
    const auto sector = valid_sector(sector_offset);
    if (!sector) return sector.error();
    const std::uint64_t before = sector_number(*sector) * sector_bytes;
    if (before > sector_offset) {
        return damage_at(segment_, sector_offset, "the sector's batch starts before the segment");
    }
    const std::uint64_t start = sector_offset - before;
    const auto first = valid_sector(start);
    if (!first) return first.error();
    const auto header = parse_header(*first);
    if (sector_number(*first) != 0 || !header) {
        return damage_at(segment_, start, "this is not a batch header");
    }
    if (before >= framed_bytes(header->payload_bytes) ||
        framed_bytes(header->payload_bytes) > end_ - start) {
        return damage_at(segment_, start, "the batch does not end where it should");
    }
    return PlacedHeader{start, *header};
}

Result<Ok, Fault> SectorSource::copy_payload(const PlacedHeader& batch, std::uint64_t from,
                                             std::span<std::uint8_t> into) {
    ENSURE(from + into.size() <= batch.header.payload_bytes);
    while (!into.empty()) {
        const std::uint64_t number = from / sector_payload_bytes;
        const std::uint64_t in_sector = from % sector_payload_bytes;
        const std::uint64_t offset = batch.offset + number * sector_bytes;
        // Of a long range, more than the usual window at once.
        const std::uint64_t ahead = framed_bytes(in_sector + into.size());
        const auto fetched = bytes_at(offset, std::min<std::uint64_t>(ahead, 16 * block_bytes));
        if (!fetched) return fetched.error();
        const auto sector = valid_sector(offset);
        if (!sector) return sector.error();
        if (sector_number(*sector) != number) {
            return damage_at(segment_, offset, "a sector of another batch stands here");
        }
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(into.size(), sector_payload_bytes - in_sector));
        std::memcpy(into.data(), *sector + in_sector, count);
        into = into.subspan(count);
        from += count;
    }
    return Ok{};
}

}  // namespace coffer::store_embedded
