#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"

namespace coffer::report {

using BookId = std::array<std::uint8_t, 16>;

struct SegmentEntry {
    std::uint32_t number = 0;
    std::uint64_t base = 0;
    std::uint64_t bytes = 0;
};

struct RunEntry {
    std::uint32_t segment = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_sequence = 0;
    std::uint64_t references = 0;
};

/// What MANIFEST lists: docs/journal-format.md, section 1.
struct BookFiles {
    BookId book{};
    std::vector<SegmentEntry> segments;
    std::vector<RunEntry> runs;
};

[[nodiscard]] std::string segment_path(std::uint32_t number);
[[nodiscard]] std::string run_path(std::uint32_t segment);

/// Strict: the lines, their order, the bases and the checksum.
[[nodiscard]] Result<BookFiles, Fault> parse_book_files(std::string_view text);

/// Reads MANIFEST; takes no lock. Kind::configuration when the folder holds no book.
[[nodiscard]] Result<BookFiles, Fault> read_book_files(os::FileSystem& files);

/// A whole file of at most `bytes_max`.
[[nodiscard]] Result<std::string, Fault> read_whole(os::FileSystem& files, std::string_view path,
                                                    std::uint64_t bytes_max);

/// CRC-32C (Castagnoli), initial value and final XOR 0xFFFFFFFF.
class Crc32c {
public:
    Crc32c& add(Bytes bytes);
    [[nodiscard]] std::uint32_t value() const { return ~state_; }

private:
    std::uint32_t state_ = 0xFFFFFFFF;
};

}  // namespace coffer::report
