#pragma once

#include "report/book_files.h"
#include "report/finding.h"

namespace coffer::report {

/// Holds what MANIFEST lists against the files that are there, once the book has been read to its
/// end: sizes, and segments that hold something and are not listed. `last_segment` holds the last
/// batch: what is listed as a run of a later one has nothing to be the run of.
[[nodiscard]] Result<Ok, Fault> check_files(os::FileSystem& files, const BookFiles& listed,
                                            std::uint32_t last_segment, Findings& findings);

}  // namespace coffer::report
