#include "store_embedded/segment_scan.h"

namespace coffer::store_embedded {

#ifdef COFFER_MUTANTS
bool torn_is_whole = false;  // the crash tests show that they would notice
#else
inline constexpr bool torn_is_whole = false;
#endif

Fault damage_at(const SegmentInfo& segment, std::uint64_t offset, const std::string& what) {
    return {Fault::Kind::storage_corrupt, segment_path(segment.number) + " is damaged at byte " +
                                              std::to_string(offset) + " (book position " +
                                              std::to_string(segment.base + offset) + "): " + what};
}

std::optional<Fault> SegmentScan::sector_is_damaged(std::uint64_t offset,
                                                    std::uint64_t number) const {
    const std::uint8_t* at = sector(offset);
    if (!codec_.valid(at, segment_.base + offset)) {
        return damage_at(segment_, offset, "the sector's checksum does not match");
    }
    if (sector_number(at) != number) {
        return damage_at(segment_, offset,
                         "a sector with number " + std::to_string(sector_number(at)) +
                             " stands where number " + std::to_string(number) + " belongs");
    }
    return std::nullopt;
}

Result<BatchHeader, Fault> SegmentScan::header(const Due& due) const {
    const auto header = parse_header(sector(offset_));
    if (!header) return damage_at(segment_, offset_, "this is not a batch header");
    if (header->sequence != due.sequence) {
        return damage_at(segment_, offset_,
                         "batch " + std::to_string(header->sequence) + " stands where batch " +
                             std::to_string(due.sequence) + " belongs");
    }
    if (header->time < due.time_min) return damage_at(segment_, offset_, "the time goes back");
    if (sectors_for(header->payload_bytes) > (bytes_.size() - offset_) / sector_bytes) {
        return damage_at(segment_, offset_, "the batch does not end within its segment");
    }
    return *header;
}

Result<SegmentScan::Found, Fault> SegmentScan::next(const Due& due) {
    if (offset_ == bytes_.size()) return Found::segment_end;
    if (empty_at(offset_)) return tail(sectors_for(batch_bytes_limit));
    if (auto damaged = sector_is_damaged(offset_, 0)) return *damaged;
    const auto found = header(due);
    if (!found) return found.error();
    const std::uint64_t sectors = sectors_for(found->payload_bytes);
    for (std::uint64_t number = 1; number < sectors; ++number) {
        const std::uint64_t offset = offset_ + number * sector_bytes;
        if (empty_at(offset)) {
            if (torn_is_whole) continue;
            return tail(sectors);
        }
        if (auto damaged = sector_is_damaged(offset, number)) return *damaged;
    }
    return complete(*found, sectors);
}

/// A sector of a batch is missing, so the book must end here: whatever else stands behind must be
/// the rest of this very batch.
Result<SegmentScan::Found, Fault> SegmentScan::tail(std::uint64_t sectors_max) const {
    bool torn = false;
    std::uint64_t number = 0;
    for (std::uint64_t offset = offset_; offset < bytes_.size(); offset += sector_bytes, ++number) {
        if (empty_at(offset)) {
            // Long stretches of zeros are the rule here; skip them a MiB at a time.
            const std::uint64_t step = 1024 * 1024;
            while (bytes_.size() - offset > step && all_zero(bytes_.subspan(offset, step))) {
                offset += step;
                number += step / sector_bytes;
            }
            if (empty_at(offset)) continue;
        }
        if (number >= sectors_max) {
            return damage_at(segment_, offset, "there is something behind the end of the book");
        }
        if (auto damaged = sector_is_damaged(offset, number)) return *damaged;
        torn = true;
    }
    return torn ? Found::torn : Found::nothing;
}

Result<SegmentScan::Found, Fault> SegmentScan::complete(const BatchHeader& header,
                                                        std::uint64_t sectors) {
    payload_.resize(sectors * sector_payload_bytes);
    unframe(sector(offset_), payload_);
    if (!all_zero(Bytes{payload_}.subspan(header.payload_bytes))) {
        return damage_at(segment_, offset_, "the batch's last sector has bytes behind its end");
    }
    batch_ = {segment_.base + offset_, header, Bytes{payload_}.first(header.payload_bytes)};
    RecordCursor records{batch_};
    for (RecordView record; records.next(record);) {
    }
    if (!records.well_formed()) {
        return damage_at(segment_, offset_, "the batch's records do not fill it exactly");
    }
    offset_ += sectors * sector_bytes;
    return Found::batch;
}

}  // namespace coffer::store_embedded
