#include "base/ensure.h"

#include <cstdio>
#include <cstdlib>

namespace coffer {

void ensure_failed(const char* condition, std::source_location where) {
    // stdio only: whatever is broken, this path must not depend on it. The text holds no data.
    std::fprintf(stderr, "coffer: bug: ENSURE(%s) failed in %s at %s:%u\n", condition,
                 where.function_name(), where.file_name(), static_cast<unsigned>(where.line()));
    std::fflush(stderr);
    std::abort();
}

}  // namespace coffer
