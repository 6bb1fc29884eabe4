#pragma once

#include "base/result.h"
#include "report/book_files.h"
#include "report/finding.h"

namespace coffer::report {

/// Damage that ends a command which needs a sound book.
[[nodiscard]] inline Fault fault_of(const Finding& found) {
    return {Fault::Kind::storage_corrupt,
            segment_path(found.place.segment) + " is damaged at byte " +
                std::to_string(found.place.offset) + " (" + found.field + "): " + found.message};
}

}  // namespace coffer::report
