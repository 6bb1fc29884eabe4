#include "report/copy_book.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

#include "report/damage.h"
#include "report/record_reader.h"

namespace coffer::report {
namespace {

inline constexpr std::size_t write_bytes = 1024 * 1024;

/// One segment's file in the copy: batches, then zeros up to its size, as a service makes it.
class SegmentCopy {
public:
    SegmentCopy(SegmentEntry segment, std::unique_ptr<os::File> file)
        : segment_{segment}, file_{std::move(file)} {}

    [[nodiscard]] const SegmentEntry& segment() const { return segment_; }

    Result<Ok, Fault> add(std::uint64_t offset, Bytes framed) {
        // Batches follow each other without a gap; what stands between is zero.
        const std::uint64_t gap = offset - (written_ + pending_.size());
        if (auto filled = zeros(gap); !filled) return filled;
        pending_.insert(pending_.end(), framed.begin(), framed.end());
        return pending_.size() < write_bytes ? Ok{} : flush();
    }
    Result<Ok, Fault> finish() {
        if (auto filled = zeros(segment_.bytes - written_ - pending_.size()); !filled)
            return filled;
        if (auto flushed = flush(); !flushed) return flushed;
        return file_->sync();
    }

private:
    Result<Ok, Fault> zeros(std::uint64_t count) {
        while (count > 0) {
            const std::uint64_t part = std::min<std::uint64_t>(count, write_bytes);
            pending_.resize(pending_.size() + part);
            count -= part;
            if (pending_.size() < write_bytes) continue;
            if (auto flushed = flush(); !flushed) return flushed;
        }
        return Ok{};
    }
    Result<Ok, Fault> flush() {
        if (pending_.empty()) return Ok{};
        if (auto wrote = file_->write_at(written_, pending_); !wrote) return wrote;
        written_ += pending_.size();
        pending_.clear();
        return Ok{};
    }

    SegmentEntry segment_;
    std::unique_ptr<os::File> file_;
    std::vector<std::uint8_t> pending_;
    std::uint64_t written_ = 0;
};

class Copy {
public:
    Copy(BookReader reader, os::FileSystem& to) : reader_{std::move(reader)}, to_{to} {}

    Result<CopiedBook, Fault> run(const OnProgress& on_progress);

private:
    Result<Ok, Fault> take(const BatchView& batch);
    Result<Ok, Fault> finish_segment();
    Result<Ok, Fault> write_manifest();

    using Clock = std::chrono::steady_clock;
    BookReader reader_;
    os::FileSystem& to_;
    std::optional<SegmentCopy> segment_;
    std::vector<SegmentEntry> copied_;
    Record record_;
    CopiedBook report_;
};

Result<CopiedBook, Fault> Copy::run(const OnProgress& on_progress) {
    const auto end = reader_.estimated_end();
    if (!end) return end.error();
    report_.head.book = reader_.files().book;
    if (auto made = to_.make_folder("journal"); !made) return made.error();
    // Before MANIFEST gets its name: a power cut must not leave it without the folder.
    if (auto synced = to_.sync_folder(""); !synced) return synced.error();
    const auto began = Clock::now();
    auto told = began;
    for (;;) {
        const auto step = reader_.next();
        if (!step) return step.error();
        if (*step == BookReader::Step::damage) return fault_of(reader_.damage());
        if (*step == BookReader::Step::end) break;
        if (auto taken = take(reader_.batch()); !taken) return taken.error();
        if (!on_progress || Clock::now() - told < std::chrono::seconds{1}) continue;
        told = Clock::now();
        const std::chrono::duration<double> passed = told - began;
        on_progress({report_.records, reader_.position(), *end, passed.count()});
    }
    if (report_.batches == 0) {
        return Fault{Fault::Kind::storage_corrupt, "there is not one whole batch in the book"};
    }
    if (auto finished = finish_segment(); !finished) return finished.error();
    if (auto written = write_manifest(); !written) return written.error();
    return report_;
}

Result<Ok, Fault> Copy::take(const BatchView& batch) {
    if (!segment_ || segment_->segment().number != batch.segment) {
        if (auto finished = finish_segment(); !finished) return finished;
        const SegmentEntry& entry = reader_.files().segments[batch.segment - 1];
        auto file = to_.open(segment_path(entry.number), os::Open::create_new);
        if (!file) return file.error();
        segment_.emplace(entry, std::move(file).value());
    }
    if (auto added = segment_->add(batch.offset, reader_.framed()); !added) return added;
    for (const RecordView& view : batch.records) {
        if (view.bytes[0] != static_cast<std::uint8_t>(Kind::epoch)) continue;
        if (!read_record(view.bytes, record_)) report_.head.epoch = record_.epoch.number;
    }
    ++report_.batches;
    report_.records += batch.records.size();
    report_.head.sequence = batch.sequence;
    report_.head.time = batch.time;
    report_.head.hash = batch.hash;
    return Ok{};
}

Result<Ok, Fault> Copy::finish_segment() {
    if (!segment_) return Ok{};
    if (auto finished = segment_->finish(); !finished) return finished;
    // A batch that did not fit left a segment's end empty, never a whole segment.
    copied_.push_back(segment_->segment());
    report_.bytes += segment_->segment().bytes;
    ++report_.segments;
    segment_.reset();
    return Ok{};
}

Result<Ok, Fault> Copy::write_manifest() {
    if (auto synced = to_.sync_folder("journal"); !synced) return synced;
    std::string text = "coffer-manifest 1\nbook " + to_hex(report_.head.book) + "\n";
    for (const SegmentEntry& entry : copied_) {
        text += "segment " + std::to_string(entry.number) + " " + std::to_string(entry.base) + " " +
                std::to_string(entry.bytes) + "\n";
    }
    char checksum[32];
    std::snprintf(checksum, sizeof checksum, "checksum %08x\n",
                  Crc32c{}.add(as_bytes(text)).value());
    text += checksum;
    auto file = to_.open("MANIFEST.new", os::Open::create_new);
    if (!file) return file.error();
    if (auto wrote = (*file)->write_at(0, as_bytes(text)); !wrote) return wrote;
    if (auto synced = (*file)->sync(); !synced) return synced;
    if (auto renamed = to_.rename("MANIFEST.new", "MANIFEST"); !renamed) return renamed;
    return to_.sync_folder("");
}

}  // namespace

Result<CopiedBook, Fault> copy_book(os::FileSystem& from, os::FileSystem& to,
                                    BookReader::Patience patience, const OnProgress& on_progress) {
    auto reader = BookReader::open(from, patience);
    if (!reader) return reader.error();
    return Copy{std::move(reader).value(), to}.run(on_progress);
}

}  // namespace coffer::report
