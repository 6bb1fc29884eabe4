#include "store_embedded/segment_file.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "store_embedded/sector.h"

namespace coffer::store_embedded {
namespace {

constexpr std::uint64_t step_bytes = 1024 * 1024;

Fault corrupt(const std::string& what) { return {Fault::Kind::storage_corrupt, what}; }

Result<Ok, Fault> write_zeros(os::FileSystem& files, const SegmentInfo& segment) {
    auto file = files.open(segment_path(segment.number), os::Open::create_new);
    if (!file) return file.error();
    const std::vector<std::uint8_t> zeros(std::min(step_bytes, segment.bytes));
    for (std::uint64_t at = 0; at < segment.bytes; at += zeros.size()) {
        const Bytes step{zeros.data(), std::min<std::uint64_t>(zeros.size(), segment.bytes - at)};
        if (auto wrote = (*file)->write_at(at, step); !wrote) return wrote;
        if (auto synced = (*file)->sync(); !synced) return synced;
    }
    return files.sync_folder("journal");
}

Result<bool, Fault> file_is_all_zero(os::FileSystem& files, const std::string& path) {
    auto file = files.open(path, os::Open::read);
    if (!file) return file.error();
    std::vector<std::uint8_t> bytes(step_bytes);
    for (std::uint64_t at = 0;; at += bytes.size()) {
        const auto got = (*file)->read_at(at, bytes);
        if (!got) return got.error();
        if (!all_zero(Bytes{bytes}.first(*got))) return false;
        if (*got < bytes.size()) return true;
    }
}

/// The number in "0000000007.segment"; 0 for a file that is none of ours.
std::uint64_t segment_number(const std::string& name) {
    std::uint64_t number = 0;
    if (name.size() != 18 || !name.ends_with(".segment")) return 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + 10, number);
    return error == std::errc{} && end == name.data() + 10 ? number : 0;
}

/// The one file that may be there without being listed is the next, and then it is all zero:
/// nothing is written to a segment before its line is durable.
Result<Ok, Fault> check_unlisted(os::FileSystem& files, std::uint64_t listed) {
    const auto names = files.list("journal");
    if (!names) return names.error();
    for (const std::string& name : *names) {
        const std::uint64_t number = segment_number(name);
        if (number <= listed) continue;
        const auto zero = file_is_all_zero(files, "journal/" + name);
        if (!zero) return zero.error();
        if (number != listed + 1 || !*zero) {
            return corrupt("journal/" + name +
                           " is not listed in MANIFEST: one of the two is not of this book or not "
                           "of its newest state; restore a backup");
        }
    }
    return Ok{};
}

Result<Ok, Fault> check_listed(os::FileSystem& files, const SegmentInfo& segment) {
    const std::string path = segment_path(segment.number);
    const auto there = files.exists(path);
    if (!there) return there.error();
    if (!*there) return corrupt(path + " is missing; restore a backup");
    auto file = files.open(path, os::Open::read);
    if (!file) return file.error();
    const auto bytes = (*file)->size();
    if (!bytes) return bytes.error();
    if (*bytes != segment.bytes) {
        return corrupt(path + " has " + std::to_string(*bytes) + " bytes instead of " +
                       std::to_string(segment.bytes) + "; restore a backup");
    }
    return Ok{};
}

Result<Ok, Fault> make_folder_if_missing(os::FileSystem& files, const std::string& path) {
    const auto there = files.exists(path);
    if (!there) return there.error();
    if (*there) return Ok{};
    return files.make_folder(path);
}

/// A folder without a MANIFEST may hold what the making of a new book left when it was cut off, and
/// nothing more.
Result<Ok, Fault> check_no_older_book(os::FileSystem& files) {
    const auto checkpoints = files.exists("checkpoint");
    if (!checkpoints) return checkpoints.error();
    if (*checkpoints) {
        const auto names = files.list("checkpoint");
        if (!names) return names.error();
        if (!names->empty()) return corrupt("MANIFEST is missing, but there are checkpoints");
    }
    const auto journal = files.exists("journal");
    if (!journal) return journal.error();
    if (!*journal) return Ok{};
    if (auto unlisted = check_unlisted(files, 0); !unlisted) {
        if (unlisted.error().kind != Fault::Kind::storage_corrupt) return unlisted;
        return corrupt("MANIFEST is missing, but there are segments in journal/; restore a backup");
    }
    return Ok{};
}

}  // namespace

Result<Ok, Fault> make_segment_file(os::FileSystem& files, const SegmentInfo& segment) {
    const std::string path = segment_path(segment.number);
    const auto leftover = files.exists(path);
    if (!leftover) return leftover.error();
    if (*leftover) {
        // Of an attempt that failed or was cut off; never listed, so never written to.
        if (auto removed = files.remove(path); !removed) return removed;
    }
    auto made = write_zeros(files, segment);
    if (!made) (void)files.remove(path);  // the fault to tell is the first one
    return made;
}

Result<Manifest, Fault> make_new_book(os::FileSystem& files, const BookId& book,
                                      std::uint64_t segment_bytes) {
    if (auto none = check_no_older_book(files); !none) return none.error();
    if (auto made = make_folder_if_missing(files, "journal"); !made) return made.error();
    if (auto synced = files.sync_folder(""); !synced) return synced.error();
    const SegmentInfo first{1, 0, segment_bytes};
    if (auto made = make_segment_file(files, first); !made) return made.error();
    ManifestFile manifest{files, Manifest{book, {}, {}}};
    auto listed = manifest.change([&](Manifest& changed) { changed.segments.push_back(first); });
    if (!listed) return listed.error();
    return manifest.copy();
}

Result<Ok, Fault> check_segment_files(os::FileSystem& files, const Manifest& manifest) {
    for (const SegmentInfo& segment : manifest.segments) {
        if (auto good = check_listed(files, segment); !good) return good;
    }
    return check_unlisted(files, manifest.segments.size());
}

}  // namespace coffer::store_embedded
