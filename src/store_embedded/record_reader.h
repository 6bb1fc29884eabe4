#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/batch.h"
#include "store_embedded/readable_book.h"
#include "store_embedded/scan.h"
#include "store_embedded/sector.h"
#include "store_embedded/sector_source.h"

namespace coffer::store_embedded {

struct StoredRecord {
    std::uint64_t position = 0;
    std::uint64_t batch_position = 0;
    std::uint64_t batch_sequence = 0;
    Instant batch_time;
    std::vector<std::uint8_t> bytes;
};

struct StoredBatch {
    std::uint64_t position = 0;
    BatchHeader header;
    std::vector<std::uint8_t> payload;  ///< header and records

    [[nodiscard]] BatchView view() const { return {position, header, payload}; }
};

/// Reads records that are durable: the newest from memory, older ones by two or three preads from
/// the sealed files. Every sector is verified; a wrong one is a storage_corrupt that names segment
/// and offset, and so is a position that cannot be a record. Any number of threads at once.
class RecordReader {
public:
    struct Options {
        std::size_t open_files_max = 16;
    };

    RecordReader(os::FileSystem& files, const ReadableBook& book);
    RecordReader(os::FileSystem& files, const ReadableBook& book, const Options& options);
    ~RecordReader();

    /// The record whose prefix stands at `position`. The memory of `into` is used again.
    [[nodiscard]] Result<Ok, Fault> read(std::uint64_t position, StoredRecord& into) const;
    [[nodiscard]] Result<StoredRecord, Fault> read(std::uint64_t position) const;

    /// The whole batch that starts at, or has a sector at, `position`.
    [[nodiscard]] Result<StoredBatch, Fault> read_batch_at(std::uint64_t position) const;

    /// The batch with this sequence, or nothing when it is not durable (yet). Halves the segments,
    /// then the sectors: about 25 small reads in a book of a terabyte.
    [[nodiscard]] Result<std::optional<StoredBatch>, Fault> find_batch(
        std::uint64_t sequence) const;

    /// The batch behind this one, or nothing at the durable end.
    [[nodiscard]] Result<std::optional<StoredBatch>, Fault> next_batch(
        const StoredBatch& batch) const;

    /// Every durable batch of one segment in order, verified like a scan does. Holds the segment in
    /// memory: for background work.
    [[nodiscard]] Result<Ok, Fault> visit_segment(std::uint32_t number,
                                                  const BatchVisitor& visitor) const;

private:
    class OpenFiles;

    [[nodiscard]] Result<SectorSource, Fault> source_of(const SegmentInfo& segment) const;
    [[nodiscard]] Result<SectorSource, Fault> source_at(std::uint64_t position) const;
    [[nodiscard]] Result<std::uint64_t, Fault> first_sequence(const SegmentInfo& segment) const;
    [[nodiscard]] Result<std::optional<StoredBatch>, Fault> find_in_segment(
        const SegmentInfo& segment, std::uint64_t sequence) const;

    const ReadableBook& book_;
    SectorCodec codec_;
    std::unique_ptr<OpenFiles> open_files_;
};

}  // namespace coffer::store_embedded
