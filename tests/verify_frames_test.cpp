// What stands around the records: batch headers, sector trailers, lengths, MANIFEST. Each changed
// one at a time with the checksum over it made right again; `verify` finds it and says where.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "report/testing_frames.h"
#include "report/verify.h"
#include "tests/report_story.h"

namespace coffer::tests {
namespace {

using report::VerifyReport;
using report::testing::FramedBook;
using report::testing::Octets;

Result<VerifyReport, Fault> try_verify(os::FileSystem& files) {
    return report::verify(files, {.findings_max = 50, .patience = {.attempts = 1}}, {});
}

/// Writes the sector's checksum anew, as section 2 says.
void fit_sector(const report::BookId& book, Octets& segment, std::size_t sector) {
    Octets front{book.begin(), book.end()};
    front.resize(24);
    store_le(&front[16], static_cast<std::uint64_t>(sector));  // segment 1 starts at position 0
    const Bytes bytes = Bytes{segment}.subspan(sector, 508);
    store_le(&segment[sector + 508], report::testing::SlowCrc{}.add(front).add(bytes).value());
}

struct HeaderField {
    const char* name;  ///< as docs/journal-format.md calls it
    std::size_t from;
    std::size_t to;
    const char* second = "";  ///< another field that may be named instead
};
// Together they are the 64 bytes of section 3.
constexpr HeaderField header_fields[] = {
    {"magic", 0, 4},
    {"format version", 4, 6},
    {"bytes 6-7", 6, 8},
    {"sequence", 8, 16},
    {"time", 16, 24, "hash of this batch"},
    // Whatever another length takes in or leaves out.
    {"payload bytes", 24, 28, "*"},
    {"number of records", 28, 32},
    {"hash of this batch", 32, 64},
};

/// One byte of the first segment becomes another, and its sector's checksum fits.
class ChangedSegment {
public:
    explicit ChangedSegment(Story& story)
        : disk_{story.disk().after_process_death()}, book_{FramedBook::read(story.disk())} {
        good_ = disk_->content(report::segment_path(1));
    }
    VerifyReport with(std::size_t at, std::uint8_t mask) {
        Octets changed = good_;
        changed[at] ^= mask;
        fit_sector(book_.book, changed, at / 512 * 512);
        disk_->put_file(report::segment_path(1), changed);
        auto report = try_verify(*disk_);
        EXPECT_TRUE(report.ok());
        return std::move(report).value();
    }
    [[nodiscard]] const FramedBook& book() const { return book_; }
    [[nodiscard]] const Octets& good() const { return good_; }

private:
    std::unique_ptr<os::SimulatedDisk> disk_;
    FramedBook book_;
    Octets good_;
};

TEST(VerifyFrames, every_changed_byte_of_a_batch_header_is_found_and_named) {
    Story story{Story::Length::short_one};
    ChangedSegment segment{story};
    std::size_t next = 0;
    for (const HeaderField& field : header_fields) {
        ASSERT_EQ(field.from, next);
        next = field.to;
        for (const std::size_t index :
             {std::size_t{0}, std::size_t{1}, std::size_t{9}, segment.book().batches.size() - 1}) {
            const auto& batch = segment.book().batches[index];
            for (std::size_t at = field.from; at < field.to; ++at) {
                const VerifyReport report = segment.with(batch.offset + at, 1);
                ASSERT_FALSE(report.holds()) << field.name;
                EXPECT_FALSE(report.read_to_end);
                const auto& finding = report.findings.back();
                EXPECT_EQ(finding.place.segment, 1u);
                EXPECT_EQ(finding.place.sequence, batch.sequence);
                EXPECT_TRUE(finding.field == field.name || finding.field == field.second ||
                            std::string_view{field.second} == "*")
                    << field.name << ": " << to_text(finding);
                if (std::string_view{field.second} == "*") continue;
                EXPECT_EQ(finding.place.offset, batch.offset) << field.name;
            }
        }
    }
    EXPECT_EQ(next, 64u);
}

TEST(VerifyFrames, every_changed_length_number_and_zero_is_found) {
    Story story{Story::Length::short_one};
    ChangedSegment segment{story};
    for (const auto& batch : segment.book().batches) {
        if (batch.sequence > 4) break;
        const auto position_of = [&](std::size_t offset) {
            return batch.offset + offset / 506 * 512 + offset % 506;
        };
        std::size_t at = 64;
        for (const Octets& record : batch.records) {
            for (std::size_t i = 0; i < 4; ++i) {
                const VerifyReport report = segment.with(position_of(at + i), 1);
                ASSERT_FALSE(report.holds());
                EXPECT_EQ(report.findings.back().field, "number of records");
                EXPECT_EQ(report.findings.back().place.sequence, batch.sequence);
            }
            at += 4 + record.size();
        }
        const std::uint64_t sectors = FramedBook::sectors(batch);
        for (; at < sectors * 506; at += 7) {
            const VerifyReport report = segment.with(position_of(at), 0x80);
            ASSERT_FALSE(report.holds());
            EXPECT_EQ(report.findings.back().field, "end of the batch");
        }
        for (std::uint64_t sector = 0; sector < sectors; ++sector) {
            for (const std::size_t byte : {506u, 507u}) {
                const VerifyReport report = segment.with(batch.offset + sector * 512 + byte, 1);
                ASSERT_FALSE(report.holds());
                EXPECT_EQ(report.findings.back().field, "sector number");
                EXPECT_EQ(report.findings.back().place.offset, batch.offset + sector * 512);
            }
        }
    }
}

std::string manifest_of(const os::SimulatedDisk& disk) {
    const Octets bytes = disk.content("MANIFEST");
    return {bytes.begin(), bytes.end()};
}

void put_manifest(os::SimulatedDisk& disk, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    char sum[32];
    std::snprintf(sum, sizeof sum, "checksum %08x\n",
                  report::testing::SlowCrc{}.add(as_bytes(text)).value());
    disk.put_file("MANIFEST", as_bytes(text + sum));
}

/// Found: by a finding, or because the book cannot be read at all and the fault says so.
void expect_found(os::SimulatedDisk& disk, const std::string& what) {
    const auto report = try_verify(disk);
    if (report) {
        EXPECT_FALSE(report->holds()) << what;
        return;
    }
    EXPECT_FALSE(report.error().message.empty());
}

TEST(VerifyFrames, every_changed_word_and_every_lost_line_of_manifest_is_found) {
    Story story{Story::Length::long_one};
    const auto disk = story.disk().after_process_death();
    std::vector<std::string> lines;
    std::istringstream text{manifest_of(*disk)};
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    ASSERT_TRUE(lines.back().starts_with("checksum "));
    lines.pop_back();
    put_manifest(*disk, lines);
    ASSERT_TRUE(try_verify(*disk)->holds());
    ASSERT_TRUE(lines.back().starts_with("run "));

    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (std::size_t at = 0; at < lines[i].size(); ++at) {
            std::vector<std::string> changed = lines;
            changed[i][at] = static_cast<char>(changed[i][at] ^ 1);
            put_manifest(*disk, changed);
            expect_found(*disk, lines[i] + " -> " + changed[i]);
        }
        if (lines[i].starts_with("segment ")) {
            for (const int more : {-4096, 4096}) {
                std::vector<std::string> changed = lines;
                const std::size_t number = lines[i].find_last_of(' ') + 1;
                changed[i] = lines[i].substr(0, number) +
                             std::to_string(std::stol(lines[i].substr(number)) + more);
                put_manifest(*disk, changed);
                expect_found(*disk, lines[i] + " -> " + changed[i]);
            }
        }
        if (lines[i].starts_with("run ")) continue;  // derived: made again from its segment
        // The last segment was made ahead: as if it were not yet listed.
        if (lines[i].starts_with("segment ") && lines[i + 1].starts_with("run ")) continue;
        std::vector<std::string> without = lines;
        without.erase(without.begin() + static_cast<long>(i));
        put_manifest(*disk, without);
        expect_found(*disk, "without " + lines[i]);
    }
}

TEST(VerifyFrames, segments_that_manifest_no_longer_lists_are_found) {
    Story story{Story::Length::short_one};
    const auto disk = story.disk().after_process_death();
    const FramedBook book = FramedBook::read(*disk);
    ASSERT_EQ(book.segment_sizes.size(), 2u);
    const std::string size = std::to_string(book.segment_sizes[0]);
    put_manifest(*disk, {"coffer-manifest 1", "book " + to_hex(book.book), "segment 1 0 " + size});
    EXPECT_TRUE(try_verify(*disk)->holds());  // made ahead, not yet listed
    Octets next = disk->content(report::segment_path(2));
    next[0] = 'C';
    disk->put_file(report::segment_path(2), next);
    const auto report = try_verify(*disk);
    ASSERT_TRUE(report.ok());
    ASSERT_EQ(report->finding_count, 1u);
    EXPECT_EQ(report->findings[0].place.segment, 2u);
    EXPECT_EQ(report->findings[0].rule, report::Rule::end_of_book);
}

}  // namespace
}  // namespace coffer::tests
