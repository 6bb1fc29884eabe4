#pragma once

#include "report/book_head.h"
#include "report/book_reader.h"
#include "report/verify.h"

namespace coffer::report {

/// What stands in a copy.
struct CopiedBook {
    BookHead head;
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;  ///< of the segments' files
};

/// Copies a book's journal from its first byte to its last whole batch into an empty folder. May
/// run beside a serving process: it takes no lock, writes nothing into `from`, and holds every
/// batch that was durable when it began. One read of the book; what is copied are the bytes whose
/// checksums and hashes were checked. Damage is Kind::storage_corrupt.
///
/// MANIFEST comes last, when all segments are synced: a copy without it is no book. Run files and
/// checkpoints are derived and left out.
[[nodiscard]] Result<CopiedBook, Fault> copy_book(os::FileSystem& from, os::FileSystem& to,
                                                  BookReader::Patience patience,
                                                  const OnProgress& on_progress);

}  // namespace coffer::report
