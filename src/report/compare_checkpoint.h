#pragma once

#include "report/check.h"

namespace coffer::report {

/// Holds the checkpoint files against the book. (The seam; filled when their format is written.)
class CheckpointComparison {
public:
    [[nodiscard]] Result<Ok, Fault> load(os::FileSystem&, const BookFiles&, Findings&) {
        return Ok{};
    }
    void batch_taken(const BatchView&, BookState&, Findings&) {}
    void finish(std::uint64_t, BookState&, Findings&) {}
    [[nodiscard]] std::uint64_t compared() const { return 0; }
};

}  // namespace coffer::report
