#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store_embedded/batch.h"
#include "store_embedded/manifest.h"
#include "store_embedded/sector.h"

namespace coffer::store_embedded {

/// A storage_corrupt that says where, in the words of whoever holds a hex editor.
[[nodiscard]] Fault damage_at(const SegmentInfo& segment, std::uint64_t offset,
                              const std::string& what);

/// What the next batch must carry.
struct Due {
    std::uint64_t sequence = 1;
    Instant time_min{INT64_MIN};
};

/// Reads one batch after the other from the bytes of one segment. Pure: the bytes are handed in, so
/// a test can try every one of them.
class SegmentScan {
public:
    enum class Found {
        batch,        ///< complete, verified, well formed
        nothing,      ///< only zeros from here to the end of the segment
        torn,         ///< an unfinished batch starts here and only zeros follow it
        segment_end,  ///< the segment is full
    };

    SegmentScan(const SectorCodec& codec, const SegmentInfo& segment, Bytes bytes,
                std::uint64_t offset)
        : codec_{codec}, segment_{segment}, bytes_{bytes}, offset_{offset} {}

    /// Judges what starts at offset(); after a batch, batch() is it and offset() is behind it.
    [[nodiscard]] Result<Found, Fault> next(const Due& due);

    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    /// Its payload lives until the next call of next().
    [[nodiscard]] const BatchView& batch() const { return batch_; }

private:
    [[nodiscard]] const std::uint8_t* sector(std::uint64_t offset) const {
        return bytes_.data() + offset;
    }
    [[nodiscard]] bool empty_at(std::uint64_t offset) const {
        return all_zero(bytes_.subspan(offset, sector_bytes));
    }
    [[nodiscard]] std::optional<Fault> sector_is_damaged(std::uint64_t offset,
                                                         std::uint64_t number) const;
    [[nodiscard]] Result<BatchHeader, Fault> header(const Due& due) const;
    [[nodiscard]] Result<Found, Fault> tail(std::uint64_t sectors_max) const;
    [[nodiscard]] Result<Found, Fault> complete(const BatchHeader& header, std::uint64_t sectors);

    SectorCodec codec_;
    SegmentInfo segment_;
    Bytes bytes_;
    std::uint64_t offset_;
    BatchView batch_;
    std::vector<std::uint8_t> payload_;
};

}  // namespace coffer::store_embedded
