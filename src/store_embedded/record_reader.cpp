#include "store_embedded/record_reader.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "store_embedded/segment_scan.h"

namespace coffer::store_embedded {
namespace {

std::uint64_t sector_floor(std::uint64_t at) { return at / sector_bytes * sector_bytes; }

/// The records' lengths must add up, or whoever walks them would leave the payload.
Result<StoredBatch, Fault> whole_batch(SectorSource& source, const PlacedHeader& placed) {
    StoredBatch batch;
    batch.position = source.segment().base + placed.offset;
    batch.header = placed.header;
    batch.payload.resize(placed.header.payload_bytes);
    if (auto copied = source.copy_payload(placed, 0, batch.payload); !copied) {
        return copied.error();
    }
    RecordCursor records{batch.view()};
    for (RecordView record; records.next(record);) {
    }
    if (!records.well_formed()) {
        return damage_at(source.segment(), placed.offset,
                         "the batch's records do not fill it exactly");
    }
    return batch;
}

}  // namespace

/// The files read last, most recent first. A handle may be in use after it was dropped from here.
class RecordReader::OpenFiles {
public:
    OpenFiles(os::FileSystem& files, std::size_t count_max)
        : files_{files}, count_max_{count_max} {}

    Result<std::shared_ptr<os::File>, Fault> get(std::uint32_t segment) {
        std::lock_guard hold{mutex_};
        const auto found = std::find_if(open_.begin(), open_.end(),
                                        [&](const auto& one) { return one.first == segment; });
        if (found != open_.end()) {
            std::rotate(open_.begin(), found, found + 1);
            return open_.front().second;
        }
        auto file = files_.open(segment_path(segment), os::Open::read);
        if (!file) return file.error();
        if (open_.size() == count_max_) open_.pop_back();
        open_.insert(open_.begin(), {segment, std::shared_ptr<os::File>{std::move(*file)}});
        return open_.front().second;
    }

private:
    os::FileSystem& files_;
    const std::size_t count_max_;
    std::mutex mutex_;
    std::vector<std::pair<std::uint32_t, std::shared_ptr<os::File>>> open_;
};

RecordReader::RecordReader(os::FileSystem& files, const ReadableBook& book)
    : RecordReader(files, book, Options{}) {}

RecordReader::RecordReader(os::FileSystem& files, const ReadableBook& book, const Options& options)
    : book_{book},
      codec_{book.book()},
      open_files_{
          std::make_unique<OpenFiles>(files, std::max<std::size_t>(1, options.open_files_max))} {}

RecordReader::~RecordReader() = default;

Result<SectorSource, Fault> RecordReader::source_of(const SegmentInfo& segment) const {
    const std::uint64_t end = std::min(book_.durable_end(), segment.end());
    const std::uint64_t end_offset = end > segment.base ? end - segment.base : 0;
    if (auto image = book_.image_of(segment.number)) {
        return SectorSource{codec_, segment, end_offset, std::move(image), nullptr};
    }
    auto file = open_files_->get(segment.number);
    if (!file) return file.error();
    return SectorSource{codec_, segment, end_offset, nullptr, std::move(*file)};
}

Result<SectorSource, Fault> RecordReader::source_at(std::uint64_t position) const {
    const auto segment = book_.segment_at(position);
    if (!segment || position >= book_.durable_end()) {
        return Fault{Fault::Kind::storage_corrupt, "book position " + std::to_string(position) +
                                                       " is behind the end of the book"};
    }
    return source_of(*segment);
}

Result<Ok, Fault> RecordReader::read(std::uint64_t position, StoredRecord& into) const {
    auto source = source_at(position);
    if (!source) return source.error();
    const SegmentInfo& segment = source->segment();
    const std::uint64_t offset = position - segment.base;
    const std::uint64_t in_sector = offset % sector_bytes;
    const auto batch = source->batch_of(offset - in_sector);
    if (!batch) return batch.error();

    const std::uint64_t number = (offset - batch->offset) / sector_bytes;
    const std::uint64_t prefix_at = number * sector_payload_bytes + in_sector;
    const std::uint64_t record_at = prefix_at + record_prefix_bytes;
    const std::uint64_t payload_bytes = batch->header.payload_bytes;
    if (in_sector >= sector_payload_bytes || prefix_at < batch_header_bytes ||
        record_at > payload_bytes) {
        return damage_at(segment, offset, "no record can stand here");
    }
    std::uint8_t prefix[record_prefix_bytes];
    if (auto copied = source->copy_payload(*batch, prefix_at, prefix); !copied) return copied;
    const std::uint64_t bytes = load_le<std::uint32_t>(prefix);
    if (bytes == 0 || bytes > payload_bytes - record_at) {
        return damage_at(segment, offset, "no record stands here");
    }
    into.position = position;
    into.batch_position = segment.base + batch->offset;
    into.batch_sequence = batch->header.sequence;
    into.batch_time = batch->header.time;
    into.bytes.resize(bytes);
    return source->copy_payload(*batch, record_at, into.bytes);
}

Result<StoredRecord, Fault> RecordReader::read(std::uint64_t position) const {
    StoredRecord record;
    if (auto got = read(position, record); !got) return got.error();
    return record;
}

Result<StoredBatch, Fault> RecordReader::read_batch_at(std::uint64_t position) const {
    auto source = source_at(position);
    if (!source) return source.error();
    const auto batch = source->batch_of(sector_floor(position - source->segment().base));
    if (!batch) return batch.error();
    return whole_batch(*source, *batch);
}

Result<std::uint64_t, Fault> RecordReader::first_sequence(const SegmentInfo& segment) const {
    auto source = source_of(segment);
    if (!source) return source.error();
    const auto first = source->batch_of(0);
    if (!first) return first.error();
    return first->header.sequence;
}

Result<std::optional<StoredBatch>, Fault> RecordReader::find_batch(std::uint64_t sequence) const {
    const std::vector<SegmentInfo> segments = book_.segments();
    std::size_t low = 0;  // the last segment that does not start behind the batch is in [low, high)
    std::size_t high = segments.size();
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        const auto first = first_sequence(segments[middle]);
        if (!first) return first.error();
        (*first <= sequence ? low : high) = middle;
    }
    if (segments.empty() || sequence == 0) return std::optional<StoredBatch>{};
    return find_in_segment(segments[low], sequence);
}

Result<std::optional<StoredBatch>, Fault> RecordReader::find_in_segment(
    const SegmentInfo& segment, std::uint64_t sequence) const {
    auto source = source_of(segment);
    if (!source) return source.error();
    std::uint64_t low = 0;  // a batch starts here, or the durable part ends
    std::uint64_t high = source->end();
    while (low < high) {
        const std::uint64_t middle = sector_floor(low + (high - low) / 2);
        const auto empty = source->is_empty(middle);
        if (!empty) return empty.error();
        if (*empty) {  // the unused end of a sealed segment
            high = middle;
            continue;
        }
        const auto batch = source->batch_of(middle);
        if (!batch) return batch.error();
        if (batch->header.sequence == sequence) {
            auto whole = whole_batch(*source, *batch);
            if (!whole) return whole.error();
            return std::optional<StoredBatch>{std::move(*whole)};
        }
        if (batch->header.sequence > sequence) {
            high = batch->offset;
        } else {
            low = batch->offset + framed_bytes(batch->header.payload_bytes);
        }
    }
    return std::optional<StoredBatch>{};
}

Result<std::optional<StoredBatch>, Fault> RecordReader::next_batch(const StoredBatch& batch) const {
    std::uint64_t position = batch.view().end_position();
    const auto segment = book_.segment_at(batch.position);
    if (!segment || position >= book_.durable_end()) return std::optional<StoredBatch>{};
    bool in_next = position == segment->end();
    if (!in_next) {
        auto source = source_of(*segment);
        if (!source) return source.error();
        const auto empty = source->is_empty(position - segment->base);
        if (!empty) return empty.error();
        in_next = *empty;
    }
    if (in_next) position = segment->end();
    if (position >= book_.durable_end()) return std::optional<StoredBatch>{};
    auto next = read_batch_at(position);
    if (!next) return next.error();
    if (next->header.sequence != batch.header.sequence + 1) {
        return damage_at(*segment, position - segment->base, "a batch is missing");
    }
    return std::optional<StoredBatch>{std::move(*next)};
}

Result<Ok, Fault> RecordReader::visit_segment(std::uint32_t number,
                                              const BatchVisitor& visitor) const {
    const auto segment = book_.segment(number);
    if (!segment || segment->base >= book_.durable_end()) return Ok{};
    const auto first = first_sequence(*segment);
    if (!first) return first.error();
    const std::uint64_t end = std::min(book_.durable_end(), segment->end()) - segment->base;
    std::shared_ptr<const SegmentImage> image = book_.image_of(number);
    std::vector<std::uint8_t> from_file;
    if (!image) {
        auto file = open_files_->get(number);
        if (!file) return file.error();
        from_file.resize(end);
        const auto got = (*file)->read_at(0, from_file);
        if (!got) return got.error();
        if (*got != end) return damage_at(*segment, *got, "the file ends here");
    }
    const Bytes bytes = image ? image->all().first(end) : Bytes{from_file};
    SegmentScan scan{codec_, *segment, bytes, 0};
    Due due{*first};
    while (true) {
        const auto found = scan.next(due);
        if (!found) return found.error();
        if (*found == SegmentScan::Found::torn) {
            return damage_at(*segment, scan.offset(), "a batch that was durable is not whole");
        }
        if (*found != SegmentScan::Found::batch) return Ok{};
        due = {due.sequence + 1, scan.batch().header.time};
        if (auto visited = visitor(scan.batch()); !visited) return visited;
    }
}

}  // namespace coffer::store_embedded
