#pragma once

#include "report/check.h"

namespace coffer::report {

/// Holds the run file of one segment against the references that were read from the segment. What
/// is wrong goes to `findings`; a file that cannot be read is a fault. `entries` is sorted here.
[[nodiscard]] Result<Ok, Fault> check_run(os::FileSystem& files, const BookId& book,
                                          const RunEntry& run, std::uint64_t first_sequence,
                                          std::uint64_t last_sequence,
                                          std::vector<ReferenceChecks::Entry>& entries,
                                          Findings& findings);

}  // namespace coffer::report
