#include "store_embedded/journal.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/ensure.h"
#include "store_embedded/segment_file.h"

namespace coffer::store_embedded {
namespace {

constexpr std::uint64_t block_floor(std::uint64_t at) { return at / block_bytes * block_bytes; }
constexpr std::uint64_t block_ceil(std::uint64_t at) { return block_floor(at + block_bytes - 1); }

// As far as an unfinished batch can reach behind the end of the book.
constexpr std::uint64_t torn_bytes_max = framed_bytes(batch_bytes_limit);

Result<Ok, Fault> check_options(const JournalOptions& options) {
    const std::uint64_t bytes = options.segment_bytes;
    if (bytes >= segment_bytes_min && bytes <= segment_bytes_max && bytes % block_bytes == 0) {
        return Ok{};
    }
    return Fault{Fault::Kind::configuration,
                 "segment-bytes is " + std::to_string(bytes) + "; it must be a multiple of " +
                     std::to_string(block_bytes) + " from " + std::to_string(segment_bytes_min) +
                     " to " + std::to_string(segment_bytes_max)};
}

/// A quarter of the smallest segment that a batch may still go to: old segments keep their size
/// when the option changes.
std::uint32_t batch_bytes_max_for(const Manifest& manifest, std::uint64_t segment_bytes) {
    std::uint64_t smallest = segment_bytes;
    for (const SegmentInfo& segment : manifest.segments) {
        smallest = std::min(smallest, segment.bytes);
    }
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(batch_bytes_limit, smallest / 4));
}

}  // namespace

Result<std::unique_ptr<Journal>, Fault> Journal::open(os::FileSystem& files,
                                                      const JournalOptions& options) {
    if (auto good = check_options(options); !good) return good.error();
    auto lock = files.lock("LOCK");
    if (!lock) return lock.error();
    auto manifest = load_manifest(files);
    if (!manifest) return manifest.error();
    const bool is_new = !manifest->has_value();
    if (is_new) {
        auto made = make_new_book(files, options.new_book, options.segment_bytes);
        if (!made) return made.error();
        *manifest = std::move(*made);
    } else if (auto good = check_segment_files(files, **manifest); !good) {
        return good.error();
    }
    return std::unique_ptr<Journal>{
        new Journal{files, options, std::move(*lock), **manifest, is_new}};
}

Journal::Journal(os::FileSystem& files, const JournalOptions& options,
                 std::unique_ptr<os::Lock> lock, const Manifest& manifest, bool is_new)
    : files_{files},
      options_{options},
      lock_{std::move(lock)},
      is_new_{is_new},
      manifest_{files, manifest},
      codec_{manifest.book},
      readable_{manifest.book},
      batch_bytes_max_{batch_bytes_max_for(manifest, options.segment_bytes)},
      next_{files, manifest_, images_,
            options.background ? NextSegment::Thread::own : NextSegment::Thread::callers} {}

Journal::~Journal() {
    if (appending_ && !written_) static_cast<void>(file_->end_durable());
}

Result<BookEnd, Fault> Journal::recover(const ScanFrom& from, const BatchVisitor& visitor) {
    ENSURE(!recovered_);
    const Manifest manifest = manifest_.copy();
    auto scanned = scan_book(files_, manifest, from, visitor);
    if (!scanned) return scanned.error();
    // A MANIFEST that can be read may still be a rename that no sync has made durable: of a process
    // that died there. What is appended must not depend on it.
    if (auto synced = files_.sync_folder(""); !synced) return synced.error();
    const BookEnd end = scanned->end;
    const std::size_t index = scanned->segment_index;
    active_ = manifest.segments[index];
    image_ = images_.adopt(std::move(scanned->image));
    auto file = files_.open(segment_path(active_.number), os::Open::direct_durable);
    if (!file) return file.error();
    file_ = std::move(*file);
    const bool is_newest = index + 1 == manifest.segments.size();
    if (auto repaired = repair(is_newest ? nullptr : &manifest.segments[index + 1], end);
        !repaired) {
        return repaired.error();
    }
    end_position_ = end.position;
    last_sequence_ = end.last.sequence;
    if (last_sequence_ != 0) last_time_ = end.last.time;
    const auto older = manifest.segments.begin() + static_cast<std::ptrdiff_t>(index);
    readable_.publish_older({manifest.segments.begin(), older});
    readable_.publish_segment(active_, image_);
    readable_.publish_end(end_position_);
    choose_next_position(end_position_);
    recovered_ = true;
    ask_for_next_segment();
    next_.make_if_inline();
    return end;
}

/// What was read may be in the page cache only: of a process that died between write and sync, or
/// whose sync failed, after which the kernel calls the page clean. The same holds for the zeros
/// behind the end: the disk may still hold a torn batch that a failed repair hid. So both are
/// written once more. Bytes that were durable are written as they are, so this may be torn at any
/// sector.
Result<Ok, Fault> Journal::repair(const SegmentInfo* next, const BookEnd& end) {
    const std::uint64_t end_offset = end.position - active_.base;
    const auto bytes = image_->all();
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(end_offset), bytes.end(),
              std::uint8_t{0});
    const bool has_batch = end.last.sequence != 0;
    const std::uint64_t from =
        block_floor(has_batch ? end.last_batch_position - active_.base : end_offset);
    const std::uint64_t to = std::min(block_ceil(end_offset + torn_bytes_max), active_.bytes);
    if (from < to) {
        auto wrote = file_->write_durable(from, bytes.subspan(from, to - from));
        if (!wrote) return wrote;
    }
    if (next == nullptr) return Ok{};
    auto file = files_.open(segment_path(next->number), os::Open::direct_durable);
    if (!file) return file.error();
    SegmentImage zeros{std::min(block_ceil(torn_bytes_max), next->bytes)};
    zeros.clear();
    return (*file)->write_durable(0, zeros.all());
}

void Journal::choose_next_position(std::uint64_t end_position) {
    const std::uint64_t room = active_.end() - end_position;
    next_position_ = room >= framed_bytes(batch_bytes_max_) ? end_position : active_.end();
}

void Journal::ask_for_next_segment() {
    // Listed already when it was made before a restart; recover() has found it to be zero.
    const auto listed = manifest_.segment(active_.number + 1);
    next_.ask(listed ? *listed
                     : SegmentInfo{active_.number + 1, active_.end(), options_.segment_bytes});
}

void Journal::roll_over() {
    // Readers see all of a sealed segment, and so must find zeros behind its last batch: its memory
    // may hold what an older segment left there. At most one batch long, once a segment.
    const auto unused = image_->all().subspan(end_position_ - active_.base);
    std::ranges::fill(unused, std::uint8_t{0});
    PreparedSegment prepared = next_.take();
    active_ = prepared.info;
    ENSURE(active_.base == next_position_);
    file_ = std::move(prepared.file);
    // The memory of the segment before the last one, unless a reader still looks at it.
    readable_.forget_previous();
    image_ = images_.take(active_.bytes);
    readable_.publish_segment(active_, image_);
    ask_for_next_segment();
}

Result<Ok, Fault> Journal::check_writable() {
    if (poisoned_) [[unlikely]] {
        return Fault{Fault::Kind::storage_unavailable,
                     "a write to the journal failed earlier; restart to read what is true"};
    }
    if (used_up() && !next_.ready()) [[unlikely]] {
        next_.make_if_inline();
        if (!next_.ready()) return next_.reason();
    }
    return Ok{};
}

Result<std::uint64_t, Fault> Journal::append_durable(const BatchToAppend& batch) {
    const auto position = begin_append(batch, Write::now);
    if (!position) return position;
    if (const auto ended = end_append(); !ended) return ended.error();
    return position;
}

Result<std::uint64_t, Fault> Journal::begin_append(const BatchToAppend& batch, Write write) {
    ENSURE(recovered_ && !appending_);
    ENSURE(batch.sequence == last_sequence_ + 1 && batch.time >= last_time_);
    ENSURE(batch.record_count > 0 && batch.payload.size() <= batch_bytes_max_);
    if (auto writable = check_writable(); !writable) return writable.error();
    if (used_up()) roll_over();

    const std::uint64_t position = next_position_;
    const std::uint64_t offset = position - active_.base;
    const auto payload_bytes = static_cast<std::uint32_t>(batch.payload.size());
    codec_.frame({batch.sequence, batch.time, payload_bytes, batch.record_count, batch.hash},
                 batch.payload, position, image_->all().data() + offset);
    const std::uint64_t end_offset = offset + framed_bytes(payload_bytes);
    const std::uint64_t from = block_floor(offset);
    // Behind it the memory holds what an older segment left there; roll_over() clears the rest.
    const auto behind = image_->all().subspan(end_offset, block_ceil(end_offset) - end_offset);
    std::ranges::fill(behind, std::uint8_t{0});
    const auto bytes = image_->all().subspan(from, block_ceil(end_offset) - from);
    if (write == Write::now) {
        written_ = file_->write_durable(from, bytes);
    } else {
        file_->begin_durable(from, bytes);
    }
    appending_ = true;
    appending_to_ = {batch.sequence, batch.time, active_.base + end_offset};
    choose_next_position(appending_to_.end_position);
    return position;
}

bool Journal::append_ended() {
    ENSURE(appending_);
    return written_.has_value() || file_->durable_ended();
}

Result<Ok, Fault> Journal::end_append() {
    ENSURE(appending_);
    appending_ = false;
    const auto wrote = written_ ? *std::exchange(written_, std::nullopt) : file_->end_durable();
    if (!wrote) {
        poisoned_ = true;
        return Fault{Fault::Kind::storage_unavailable, wrote.error().message};
    }
    last_sequence_ = appending_to_.sequence;
    last_time_ = appending_to_.time;
    end_position_ = appending_to_.end_position;
    readable_.publish_end(end_position_);
    next_.make_if_inline();
    return Ok{};
}

}  // namespace coffer::store_embedded
