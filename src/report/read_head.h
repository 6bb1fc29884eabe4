#pragma once

#include "report/book_head.h"
#include "report/book_reader.h"

namespace coffer::report {

/// The last whole batch of a book, with the chain checked from its first byte: about 1 µs a record.
/// May run beside a serving process.
[[nodiscard]] Result<BookHead, Fault> read_head(os::FileSystem& files,
                                                BookReader::Patience patience);

}  // namespace coffer::report
