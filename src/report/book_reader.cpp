#include "report/book_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

namespace coffer::report {
namespace {

inline constexpr std::uint64_t header_bytes = 64;
inline constexpr std::uint64_t prefix_bytes = 4;
inline constexpr std::uint64_t payload_bytes_max = 1024 * 1024;

std::uint64_t sectors_for(std::uint64_t payload_bytes) {
    return (payload_bytes + sector_payload_bytes - 1) / sector_payload_bytes;
}

std::uint16_t sector_number(const std::uint8_t* sector) {
    return load_le<std::uint16_t>(sector + sector_payload_bytes);
}

}  // namespace

BookReader::BookReader(os::FileSystem& files, BookFiles listed, Patience patience)
    : files_{&files},
      patience_{patience},
      listed_{std::move(listed)},
      window_{files, listed_.book} {}

Result<BookReader, Fault> BookReader::open(os::FileSystem& files, Patience patience) {
    auto listed = read_book_files(files);
    if (!listed) return listed.error();
    return BookReader{files, std::move(listed).value(), patience};
}

std::uint64_t BookReader::position() const {
    return segment_ < listed_.segments.size() ? listed_.segments[segment_].base + offset_ : 0;
}

BookReader::Step BookReader::damaged(Rule rule, std::uint64_t offset, std::string_view field,
                                     std::string message) {
    const Place place{window_.segment().number, offset, sequence_ + 1, 0};
    damage_ = Finding{rule, place, std::string{field}, std::move(message)};
    return Step::damage;
}

// What looks broken is read again before it counts. A failed attempt leaves everything as it was,
// and so starts at the same batch.
Result<BookReader::Step, Fault> BookReader::next() {
    torn_.reset();
    for (int attempt = 1;; ++attempt) {
        damage_.reset();
        auto step = try_next();
        if (step && *step == Step::batch) return step;
        window_.forget();
        if (!step || *step == Step::end || attempt >= patience_.attempts) return step;
        std::this_thread::sleep_for(patience_.gap);
    }
}

Result<bool, Fault> BookReader::more_listed() {
    auto listed = read_book_files(*files_);
    if (!listed) return listed.error();
    const bool more = listed->segments.size() > listed_.segments.size();
    if (more) listed_ = std::move(listed).value();
    return more;
}

Result<BookReader::Step, Fault> BookReader::try_next() {
    std::size_t index = segment_;
    std::uint64_t offset = offset_;
    for (;;) {
        if (index == listed_.segments.size()) {
            const auto more = more_listed();
            if (!more) return more.error();
            if (!*more) return Step::end;
        }
        const SegmentEntry segment = listed_.segments[index];
        if (const auto opened = window_.open(segment); !opened) return opened.error();
        if (offset < segment.bytes) {
            const auto sector = window_.bytes(offset, sector_bytes);
            if (!sector) return sector.error();
            if (sector->size() < sector_bytes) {
                return damaged(Rule::sector, offset, "file", "the file ends too early");
            }
            if (!all_zero(*sector)) {
                auto step = read_batch(segment, offset);
                if (step && *step == Step::batch) segment_ = index;
                return step;
            }
            // A zero sector ends the book or, where the next batch did not fit, the segment.
            auto step = tail(index, offset, sectors_for(payload_bytes_max));
            if (!step || *step != Step::batch) return step;
        }
        ++index;
        offset = 0;
    }
}

/// What stands behind a sector that is zero where something should be. `batch`: nothing at all in
/// this segment, and a batch may stand in a later one.
Result<BookReader::Step, Fault> BookReader::tail(std::size_t index, std::uint64_t start,
                                                 std::uint64_t sectors_max) {
    const SegmentEntry segment = listed_.segments[index];
    bool found = false;
    for (std::uint64_t offset = start; offset < segment.bytes;) {
        const std::uint64_t count = std::min<std::uint64_t>(segment.bytes - offset, 1024 * 1024);
        const auto chunk = window_.bytes(offset, count);
        if (!chunk) return chunk.error();
        if (chunk->size() < count) {
            return damaged(Rule::sector, offset, "file", "the file ends too early");
        }
        const std::uint64_t judged = all_zero(*chunk) ? 0 : count;
        for (std::uint64_t at = 0; at < judged; at += sector_bytes) {
            const std::uint8_t* sector = chunk->data() + at;
            if (all_zero({sector, sector_bytes})) continue;
            const std::uint64_t number = (offset + at - start) / sector_bytes;
            if (number >= sectors_max) {
                return damaged(Rule::end_of_book, offset + at, "sector",
                               "there is something behind the end of the book");
            }
            if (!window_.valid(sector, offset + at)) {
                return damaged(Rule::sector, offset + at, "checksum",
                               "the sector's checksum does not match");
            }
            if (sector_number(sector) != number) {
                return damaged(Rule::end_of_book, offset + at, "sector number",
                               "behind the end of the book stands a sector of another batch");
            }
            found = true;
        }
        offset += count;
    }
    if (!found) return Step::batch;

    for (std::size_t later = index + 1; later < listed_.segments.size(); ++later) {
        if (const auto opened = window_.open(listed_.segments[later]); !opened) {
            return opened.error();
        }
        bool zero = false;
        auto step = first_nonzero_in(listed_.segments[later], zero);
        if (!step || !zero) return step;
    }
    torn_ = Place{segment.number, start, sequence_ + 1, 0};
    return Step::end;
}

Result<BookReader::Step, Fault> BookReader::first_nonzero_in(const SegmentEntry& segment,
                                                             bool& zero) {
    for (std::uint64_t offset = 0; offset < segment.bytes;) {
        const std::uint64_t count = std::min<std::uint64_t>(segment.bytes - offset, 1024 * 1024);
        const auto chunk = window_.bytes(offset, count);
        if (!chunk) return chunk.error();
        if (!all_zero(*chunk)) {
            return damaged(Rule::end_of_book, offset, "sector",
                           "there is something behind the end of the book, which stands in an "
                           "earlier segment");
        }
        if (chunk->size() < count) {
            return damaged(Rule::sector, offset, "file", "the file ends too early");
        }
        offset += count;
    }
    zero = true;
    return Step::end;
}

std::optional<Finding> BookReader::header_damage(const SegmentEntry& segment, std::uint64_t offset,
                                                 const std::uint8_t* header) const {
    const auto damage = [&](std::string_view field, std::string message) {
        const Place place{segment.number, offset, sequence_ + 1, 0};
        return Finding{Rule::batch, place, std::string{field}, std::move(message)};
    };
    if (std::memcmp(header, "CFB1", 4) != 0) return damage("magic", "not a batch");
    if (const auto version = load_le<std::uint16_t>(header + 4); version != 1) {
        return damage("format version", "format version " + std::to_string(version) +
                                            " is not known to this program");
    }
    if (load_le<std::uint16_t>(header + 6) != 0) return damage("bytes 6-7", "must be zero");
    if (const auto found = load_le<std::uint64_t>(header + 8); found != sequence_ + 1) {
        return damage("sequence", "batch " + std::to_string(found) + " stands where batch " +
                                      std::to_string(sequence_ + 1) + " belongs");
    }
    if (load_le<std::int64_t>(header + 16) < time_.unix_ms) {
        return damage("time", "the time goes back");
    }
    const auto payload = load_le<std::uint32_t>(header + 24);
    if (payload < header_bytes + prefix_bytes + 1 || payload > payload_bytes_max ||
        sectors_for(payload) > (segment.bytes - offset) / sector_bytes) {
        return damage("payload bytes", "is too small, over 1 MiB or over the end of the segment");
    }
    if (load_le<std::uint32_t>(header + 28) == 0) return damage("number of records", "none");
    return std::nullopt;
}

Result<BookReader::Step, Fault> BookReader::read_batch(const SegmentEntry& segment,
                                                       std::uint64_t offset) {
    const auto first = window_.bytes(offset, sector_bytes);
    if (!first) return first.error();
    if (!window_.valid(first->data(), offset)) {
        return damaged(Rule::sector, offset, "checksum", "the sector's checksum does not match");
    }
    if (sector_number(first->data()) != 0) {
        return damaged(Rule::sector, offset, "sector number",
                       "a batch's sector " + std::to_string(sector_number(first->data())) +
                           " stands where a batch should start");
    }
    if (auto damage = header_damage(segment, offset, first->data())) {
        damage_ = std::move(damage);
        return Step::damage;
    }
    const auto payload_bytes = load_le<std::uint32_t>(first->data() + 24);
    const std::uint64_t sectors = sectors_for(payload_bytes);
    const auto framed = window_.bytes(offset, sectors * sector_bytes);
    if (!framed) return framed.error();
    if (framed->size() < sectors * sector_bytes) {
        return damaged(Rule::sector, offset, "file", "the file ends too early");
    }
    payload_.resize(sectors * sector_payload_bytes);
    for (std::uint64_t number = 0; number < sectors; ++number) {
        const std::uint64_t at = number * sector_bytes;
        const std::uint8_t* sector = framed->data() + at;
        if (all_zero({sector, sector_bytes})) {
            const auto index = static_cast<std::size_t>(segment.number - 1);
            return tail(index, offset, sectors);
        }
        if (!window_.valid(sector, offset + at)) {
            return damaged(Rule::sector, offset + at, "checksum",
                           "the sector's checksum does not match");
        }
        if (sector_number(sector) != number) {
            return damaged(Rule::sector, offset + at, "sector number",
                           "a sector with number " + std::to_string(sector_number(sector)) +
                               " stands where number " + std::to_string(number) + " belongs");
        }
        std::memcpy(payload_.data() + number * sector_payload_bytes, sector, sector_payload_bytes);
    }
    if (!all_zero(Bytes{payload_}.subspan(payload_bytes))) {
        return damaged(Rule::batch, offset + (sectors - 1) * sector_bytes, "end of the batch",
                       "the last sector has bytes behind the batch's end");
    }
    payload_.resize(payload_bytes);
    framed_ = *framed;
    return take_batch(segment, offset);
}

Result<BookReader::Step, Fault> BookReader::take_batch(const SegmentEntry& segment,
                                                       std::uint64_t offset) {
    const std::uint8_t* header = payload_.data();
    const Instant time{load_le<std::int64_t>(header + 16)};
    if (!split_records(segment.base + offset, load_le<std::uint32_t>(header + 28))) {
        return damaged(Rule::batch, offset, "number of records",
                       "the records do not fill the batch exactly");
    }
    const Hash hash = hash_of_batch(sequence_ + 1, time);
    if (std::memcmp(hash.data(), header + 32, hash.size()) != 0) {
        return damaged(Rule::batch_hash, offset, "hash of this batch",
                       "the hash does not follow from the batch before and the records; computed " +
                           to_hex(hash));
    }
    hash_ = hash;
    time_ = time;
    ++sequence_;
    batch_ = {segment.number, segment.base, offset, sequence_, time_, hash_, records_};
    offset_ = offset + sectors_for(payload_.size()) * sector_bytes;
    return Step::batch;
}

bool BookReader::split_records(std::uint64_t batch_position, std::uint32_t count) {
    records_.clear();
    std::uint64_t at = header_bytes;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (payload_.size() - at < prefix_bytes) return false;
        const auto bytes = load_le<std::uint32_t>(payload_.data() + at);
        if (bytes == 0 || bytes > payload_.size() - at - prefix_bytes) return false;
        records_.push_back({{payload_.data() + at + prefix_bytes, bytes},
                            batch_position + sector_bytes * (at / sector_payload_bytes) +
                                at % sector_payload_bytes,
                            sha_.of({payload_.data() + at + prefix_bytes, bytes})});
        at += prefix_bytes + bytes;
    }
    return at == payload_.size();
}

Hash BookReader::hash_of_batch(std::uint64_t sequence, Instant time) {
    std::uint8_t numbers[16];
    store_le(numbers, sequence);
    store_le(numbers + 8, time.unix_ms);
    sha_.start().add(hash_).add(numbers);
    for (const RecordView& record : records_) sha_.add(record.hash);
    return sha_.finish();
}

/// Segments fill in order, so the end is found by halving: first the segment, then the sector.
Result<std::uint64_t, Fault> BookReader::estimated_end() {
    for (std::size_t index = listed_.segments.size(); index-- > 0;) {
        const SegmentEntry& segment = listed_.segments[index];
        auto file = files_->open(segment_path(segment.number), os::Open::read);
        if (!file) return file.error();
        std::uint64_t written = 0;
        std::uint64_t unwritten = segment.bytes / sector_bytes;
        for (bool first = true; first || written + 1 < unwritten; first = false) {
            const std::uint64_t middle = first ? 0 : (written + unwritten) / 2;
            std::array<std::uint8_t, sector_bytes> sector{};
            const auto got = (*file)->read_at(middle * sector_bytes, sector);
            if (!got) return got.error();
            if (!all_zero(sector)) {
                written = middle;
            } else if (first) {
                unwritten = 0;
                break;
            } else {
                unwritten = middle;
            }
        }
        if (unwritten != 0) return segment.base + unwritten * sector_bytes;
    }
    return std::uint64_t{0};
}

}  // namespace coffer::report
