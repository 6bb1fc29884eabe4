#include "store_embedded/scan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "store_embedded/segment_scan.h"

namespace coffer::store_embedded {
namespace {

/// Fills the image from the file; what the file lacks stays what it was, and is a fault.
Result<Ok, Fault> load_segment(os::FileSystem& files, const SegmentInfo& segment,
                               SegmentImage& image) {
    auto file = files.open(segment_path(segment.number), os::Open::read);
    if (!file) return file.error();
    const std::uint64_t step = 8 * 1024 * 1024;
    for (std::uint64_t at = 0; at < segment.bytes; at += step) {
        const auto into = image.all().subspan(at, std::min(step, segment.bytes - at));
        const auto got = (*file)->read_at(at, into);
        if (!got) return got.error();
        if (*got != into.size()) return damage_at(segment, at + *got, "the file ends here");
    }
    return Ok{};
}

Result<Ok, Fault> must_be_zero(const SegmentInfo& segment, Bytes bytes) {
    if (all_zero(bytes)) return Ok{};
    std::uint64_t at = 0;
    while (all_zero(bytes.subspan(at, sector_bytes))) at += sector_bytes;
    return damage_at(segment, at, "there is something behind the end of the book");
}

/// One pass over the segments, in order.
class BookScan {
public:
    BookScan(os::FileSystem& files, const Manifest& manifest, const BatchVisitor& visitor)
        : files_{files}, segments_{manifest.segments}, codec_{manifest.book}, visitor_{visitor} {}

    Result<Scanned, Fault> run(const ScanFrom& from) {
        const auto first = segment_index_of(from.position);
        if (!first) return first.error();
        from_ = from;
        due_ = {from.sequence, from.time_min};
        out_.end.position = from.position;
        std::size_t index = *first;
        for (std::uint64_t offset = from.position - segments_[index].base; index < segments_.size();
             ++index, offset = 0) {
            const auto ended = segment(index, offset, index == *first);
            if (!ended) return ended.error();
            if (*ended == Ended::book) break;
        }
        for (++index; index < segments_.size(); ++index) {
            if (auto loaded = load(index); !loaded) return loaded.error();
            const Bytes bytes = std::as_const(*image_).all();
            if (auto zero = must_be_zero(segments_[index], bytes); !zero) return zero.error();
        }
        if (from.sequence > 1 && out_.end.last.sequence == 0) return first_is_missing();
        return std::move(out_);
    }

private:
    using Found = SegmentScan::Found;
    enum class Ended { segment, book };

    Result<std::size_t, Fault> segment_index_of(std::uint64_t position) const {
        for (std::size_t i = segments_.size(); i-- > 0;) {
            if (segments_[i].base > position) continue;
            if (position % sector_bytes != 0 || position >= segments_[i].end()) break;
            return i;
        }
        return Fault{Fault::Kind::storage_corrupt,
                     "no batch can stand at book position " + std::to_string(position)};
    }

    Result<Ok, Fault> load(std::size_t index) {
        const SegmentInfo& segment = segments_[index];
        if (!image_ || image_->size() != segment.bytes) {
            image_ = std::make_unique<SegmentImage>(segment.bytes);
        }
        return load_segment(files_, segment, *image_);
    }

    /// All batches of one segment. A segment without any is where the book has already ended.
    Result<Ended, Fault> segment(std::size_t index, std::uint64_t offset, bool is_first) {
        if (auto loaded = load(index); !loaded) return loaded.error();
        SegmentScan scan{codec_, segments_[index], image_->all(), offset};
        bool any = is_first;
        while (true) {
            const auto found = scan.next(due_);
            if (!found) return found.error();
            if (*found != Found::batch) {
                out_.end.torn = *found == Found::torn;
                break;
            }
            any = true;
            if (auto seen = see(scan.batch()); !seen) return seen.error();
        }
        if (any) {
            out_.segment_index = index;
            std::swap(out_.image, image_);
        }
        return any && !out_.end.torn ? Ended::segment : Ended::book;
    }

    Fault first_is_missing() const {
        return {Fault::Kind::storage_corrupt,
                "the book has lost its end: batch " + std::to_string(from_.sequence) +
                    " does not stand at book position " + std::to_string(from_.position)};
    }

    Result<Ok, Fault> see(const BatchView& batch) {
        if (out_.end.last.sequence == 0 && batch.position != from_.position) {
            return first_is_missing();
        }
        out_.end.last_batch_position = batch.position;
        out_.end.last = batch.header;
        out_.end.position = batch.end_position();
        due_ = {batch.header.sequence + 1, batch.header.time};
        return visitor_(batch);
    }

    os::FileSystem& files_;
    const std::vector<SegmentInfo>& segments_;
    SectorCodec codec_;
    const BatchVisitor& visitor_;
    std::unique_ptr<SegmentImage> image_;
    ScanFrom from_;
    Due due_;
    Scanned out_;
};

}  // namespace

Result<Scanned, Fault> scan_book(os::FileSystem& files, const Manifest& manifest,
                                 const ScanFrom& from, const BatchVisitor& visitor) {
    return BookScan{files, manifest, visitor}.run(from);
}

}  // namespace coffer::store_embedded
