#include "report/segment_window.h"

#include <algorithm>
#include <cstring>

namespace coffer::report {
namespace {

inline constexpr std::uint64_t read_bytes = 2 * 1024 * 1024;
inline constexpr std::size_t checksum_at = 508;

}  // namespace

bool all_zero(Bytes bytes) {
    if (bytes.empty()) return true;
    // Every byte equals the one before it, and the first is zero.
    return bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

SegmentWindow::SegmentWindow(os::FileSystem& files, const BookId& book) : files_{files} {
    book_checksum_.add(book);
}

Result<Ok, Fault> SegmentWindow::open(const SegmentEntry& segment) {
    if (file_ && segment_.number == segment.number) return Ok{};
    auto file = files_.open(segment_path(segment.number), os::Open::read);
    if (!file) return file.error();
    file_ = std::move(file).value();
    segment_ = segment;
    forget();
    return Ok{};
}

Result<Bytes, Fault> SegmentWindow::bytes(std::uint64_t offset, std::uint64_t count) {
    ENSURE(file_ && offset + count <= segment_.bytes);
    if (filled_ == 0 || offset < start_ || offset + count > start_ + filled_) {
        const std::uint64_t wanted = std::min(std::max(count, read_bytes), segment_.bytes - offset);
        if (buffer_.size() < wanted) buffer_.resize(wanted);
        filled_ = 0;
        const auto got = file_->read_at(offset, {buffer_.data(), wanted});
        if (!got) return got.error();
        start_ = offset;
        filled_ = *got;
    }
    const std::uint64_t at = offset - start_;
    return Bytes{buffer_.data() + at, std::min(count, filled_ - at)};
}

bool SegmentWindow::valid(const std::uint8_t* sector, std::uint64_t offset) const {
    const std::uint64_t position = segment_.base + offset;
    std::uint8_t position_bytes[sizeof position];
    store_le(position_bytes, position);
    Crc32c checksum = book_checksum_;
    checksum.add(position_bytes).add({sector, checksum_at});
    return checksum.value() == load_le<std::uint32_t>(sector + checksum_at);
}

}  // namespace coffer::report
