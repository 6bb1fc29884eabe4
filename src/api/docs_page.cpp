#include "api/docs_page.h"

#include <algorithm>

namespace coffer::api {

const DocsFile* find_docs_file(std::string_view name) {
    const auto files = docs_files();
    const auto found = std::ranges::find(files, name, &DocsFile::name);
    return found == files.end() ? nullptr : &*found;
}

bool DocsAllowance::take(std::size_t bytes, std::int64_t now_ns) {
    const std::int64_t passed_ms =
        std::clamp<std::int64_t>((now_ns - filled_at_ns_) / 1'000'000, 0, 60'000);
    if (passed_ms > 0) {
        left_ = std::min(bytes_max, left_ + passed_ms * bytes_per_second / 1'000);
        filled_at_ns_ = now_ns;
    }
    // The last of a full allowance may go below zero: no file is too large to be had.
    if (left_ <= 0) return false;
    left_ -= static_cast<std::int64_t>(bytes);
    return true;
}

}  // namespace coffer::api
