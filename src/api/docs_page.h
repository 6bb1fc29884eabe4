#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace coffer::api {

/// One file of the page at /docs.
struct DocsFile {
    std::string_view name;  ///< "" is the page itself
    std::string_view content_type;
    std::string_view entity_tag;  ///< with its quotes; another content has another
    std::string_view content;
};

/// Swagger UI, our page around it and the description in Chinese, embedded by the build
/// (tools/docs_page.py). A build that could not have Swagger UI has a page that says so instead.
[[nodiscard]] std::span<const DocsFile> docs_files();

/// Nothing by that name: nullptr.
[[nodiscard]] const DocsFile* find_docs_file(std::string_view name);

/// The page's parts are large and asked for without a token: so many bytes a second are given out,
/// and no more, whoever asks. One thread.
class DocsAllowance {
public:
    static constexpr std::int64_t bytes_max = 16 << 20;
    static constexpr std::int64_t bytes_per_second = 8 << 20;

    /// Whether `bytes` may go out now; then they are counted.
    [[nodiscard]] bool take(std::size_t bytes, std::int64_t now_ns);

private:
    std::int64_t left_ = bytes_max;
    std::int64_t filled_at_ns_ = 0;
};

}  // namespace coffer::api
