#include "report/check_files.h"

#include <algorithm>
#include <charconv>

#include "report/segment_window.h"

namespace coffer::report {
namespace {

/// The number in `NNNNNNNNNN.segment`; 0: another file.
std::uint32_t segment_number(std::string_view name) {
    std::uint32_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    return segment_path(number) == "journal/" + std::string{name} ? number : 0;
}

bool lists(const BookFiles& listed, std::uint32_t number) {
    return std::ranges::find(listed.segments, number, &SegmentEntry::number) !=
           listed.segments.end();
}

/// A batch starts at a segment's first byte, so its first sector tells whether it was ever used.
Result<bool, Fault> is_used(os::FileSystem& files, std::uint32_t number) {
    auto file = files.open(segment_path(number), os::Open::read);
    if (!file) return file.error();
    std::array<std::uint8_t, 512> sector{};
    const auto got = (*file)->read_at(0, sector);
    if (!got) return got.error();
    return !all_zero(sector);
}

}  // namespace

Result<Ok, Fault> check_files(os::FileSystem& files, const BookFiles& listed,
                              std::uint32_t last_segment, Findings& findings) {
    for (const SegmentEntry& segment : listed.segments) {
        auto file = files.open(segment_path(segment.number), os::Open::read);
        if (!file) return file.error();
        const auto size = (*file)->size();
        if (!size) return size.error();
        if (*size == segment.bytes) continue;
        findings.at({segment.number, std::min(*size, segment.bytes), 0, 0});
        findings.add(Rule::end_of_book, "bytes",
                     "MANIFEST lists " + std::to_string(segment.bytes) + " bytes, the file has " +
                         std::to_string(*size));
    }
    for (const RunEntry& run : listed.runs) {
        if (run.segment <= last_segment) continue;
        findings.at({run.segment, 0, 0, 0});
        findings.add(Rule::run_file, "segment",
                     "MANIFEST lists a run of a segment without batches");
    }
    const auto names = files.list("journal");
    if (!names) return names.error();
    for (const std::string& name : *names) {
        const std::uint32_t number = segment_number(name);
        if (number == 0 || lists(listed, number)) continue;
        const auto used = is_used(files, number);
        if (!used) return used.error();
        if (!*used) continue;  // made ahead, about to be listed
        // A serving process may have listed it, and begun to use it, since MANIFEST was read.
        const auto again = read_book_files(files);
        if (!again) return again.error();
        if (lists(*again, number)) continue;
        findings.at({number, 0, 0, 0});
        findings.add(Rule::end_of_book, "segment",
                     "there is something in a segment that MANIFEST does not list");
    }
    return Ok{};
}

}  // namespace coffer::report
