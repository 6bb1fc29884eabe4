#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/batch.h"
#include "store_embedded/manifest.h"
#include "store_embedded/segment_image.h"

namespace coffer::store_embedded {

/// Where a scan begins. After a checkpoint: the last batch that the checkpoint covers, not the one
/// behind it, so that a book which lost its end is noticed.
struct ScanFrom {
    std::uint64_t position = 0;  ///< of a batch; 0 is the first batch of the book
    std::uint64_t sequence = 1;  ///< of that batch
    Instant time_min{INT64_MIN};
};

/// Called for every complete batch in order; the bytes are gone when it returns. A fault ends the
/// scan and is handed on. The chain of hashes is the visitor's to check: records are its business.
using BatchVisitor = std::function<Result<Ok, Fault>(const BatchView&)>;

struct BookEnd {
    std::uint64_t position = 0;             ///< behind the last complete batch
    std::uint64_t last_batch_position = 0;  ///< meaningless while last.sequence is 0
    BatchHeader last;                       ///< sequence 0: the book is empty
    bool torn = false;                      ///< an unfinished batch stands behind it
};

/// What a scan leaves behind for the one who will append.
struct Scanned {
    BookEnd end;
    std::size_t segment_index = 0;  ///< of the segment in which the last complete batch stands
    std::unique_ptr<SegmentImage> image;  ///< its bytes, with what is torn
};

/// Reads the book from a batch to its end, verifying every sector, sequence and time, and tells the
/// end from a torn batch and from damage exactly as docs/journal-format.md section 4 does. Damage
/// is a storage_corrupt that names segment and offset. Writes nothing and takes no lock: beside a
/// serving process, damage in the last batch may be a write seen half way; try again. Holds two
/// segments in memory; about 1 GB/s from the page cache.
[[nodiscard]] Result<Scanned, Fault> scan_book(os::FileSystem& files, const Manifest& manifest,
                                               const ScanFrom& from, const BatchVisitor& visitor);

}  // namespace coffer::store_embedded
