#include "store_embedded/reference_run.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "store_embedded/journal_test_support.h"
#include "store_embedded/reference_runs.h"
#include "store_embedded/run_writer.h"

namespace coffer::store_embedded {
namespace {

using testing::append_all;
using testing::disk_with;
using testing::make_batches;
using testing::open_book;
using testing::test_book;

/// The made-up records have one reference: what their first bytes hash to.
Result<Ok, Fault> first_bytes(const RecordView& record, std::vector<ReferenceEntry>& into) {
    const Hash hash = Sha256{}.of(record.bytes);
    into.push_back({fingerprint_of(hash.data()), record.position});
    return Ok{};
}

SegmentReferences random_references(std::uint32_t segment, std::size_t count) {
    std::mt19937_64 random{segment};
    SegmentReferences out{{segment, segment * 10ULL, segment * 10ULL + 9, count}, {}};
    for (std::size_t i = 0; i < count; ++i) {
        out.entries.push_back({{random(), random()}, i + 1});
    }
    std::sort(out.entries.begin(), out.entries.end(),
              [](const auto& a, const auto& b) { return a.fingerprint < b.fingerprint; });
    return out;
}

TEST(reference_run, reads_back_and_finds_on_disk_what_was_written) {
    os::SimulatedDisk disk;
    ASSERT_TRUE(disk.make_folder("journal"));
    for (const std::size_t count : {0U, 1U, 169U, 170U, 171U, 340U, 50'000U}) {
        const auto written = random_references(7, count);
        ASSERT_TRUE(write_run(disk, test_book, written));
        const auto read = read_run(disk, test_book, written.run);
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, written.entries);
        const auto file = std::move(disk.open(run_path(7), os::Open::read)).value();
        for (std::size_t i = 0; i < count; i += 1 + count / 300) {
            const auto& entry = written.entries[i];
            EXPECT_EQ(*find_in_run(*file, test_book, written.run, entry.fingerprint),
                      entry.position);
            const Fingerprint other{entry.fingerprint.high, entry.fingerprint.low + 1};
            EXPECT_EQ(*find_in_run(*file, test_book, written.run, other), 0U);
        }
        EXPECT_EQ(*find_in_run(*file, test_book, written.run, {0, 0}), 0U);
        EXPECT_EQ(*find_in_run(*file, test_book, written.run, {UINT64_MAX, 0}), 0U);
    }
}

TEST(reference_run, every_flipped_bit_every_cut_and_every_other_run_is_noticed) {
    os::SimulatedDisk disk;
    ASSERT_TRUE(disk.make_folder("journal"));
    const auto written = random_references(3, 200);
    ASSERT_TRUE(write_run(disk, test_book, written));
    const std::uint64_t size = disk.content(run_path(3)).size();
    const auto kind = [&](const BookId& book, const RunInfo& run) {
        const auto read = read_run(disk, book, run);
        return read ? std::optional<Fault::Kind>{} : read.error().kind;
    };
    for (std::uint64_t bit = 0; bit < size * 8; bit += 5) {
        disk.flip_bit(run_path(3), bit);
        ASSERT_EQ(kind(test_book, written.run), Fault::Kind::storage_corrupt) << "bit " << bit;
        disk.flip_bit(run_path(3), bit);
    }
    EXPECT_EQ(kind(test_book, written.run), std::nullopt);
    EXPECT_EQ(kind(BookId{}, written.run), Fault::Kind::storage_corrupt);
    RunInfo other = written.run;
    ++other.last_sequence;
    EXPECT_EQ(kind(test_book, other), Fault::Kind::storage_corrupt);
    other.references = UINT64_MAX;
    EXPECT_EQ(kind(test_book, other), Fault::Kind::storage_corrupt);
    disk.rename_file(run_path(3), run_path(4));
    EXPECT_EQ(kind(test_book, written.run), Fault::Kind::storage_corrupt);
    other = written.run;
    other.segment = 4;
    EXPECT_EQ(kind(test_book, other), Fault::Kind::storage_corrupt);
    disk.truncate(run_path(4), size - block_bytes);
    EXPECT_EQ(kind(test_book, other), Fault::Kind::storage_corrupt);
}

TEST(reference_run, a_segment_gets_its_run_as_soon_as_it_is_sealed_and_still_in_memory) {
    const auto batches = make_batches(110, 1);
    os::SimulatedDisk disk;
    auto book = open_book(disk);
    ASSERT_TRUE(book);
    Journal& journal = *book->journal;
    const RecordReader reader{disk, journal.readable()};
    std::size_t made = 0;
    for (const auto& batch : batches) {
        ASSERT_TRUE(batch.append_to(journal));
        const auto now =
            write_missing_runs(disk, reader, journal.readable(), journal.manifest(), first_bytes);
        ASSERT_TRUE(now) << now.error().message;
        made += *now;
    }
    EXPECT_EQ(made, journal.readable().segments().size() - 1);
    EXPECT_GT(made, 5U) << "the memory of segments was used again";
}

TEST(reference_run, sealed_segments_get_a_run_once_and_a_start_loads_them) {
    const auto batches = make_batches(80, 1);
    const auto disk = disk_with(batches);
    auto book = open_book(*disk);
    Journal& journal = *book->journal;
    const RecordReader reader{*disk, journal.readable()};
    const auto made =
        write_missing_runs(*disk, reader, journal.readable(), journal.manifest(), first_bytes);
    ASSERT_TRUE(made) << made.error().message;
    const std::size_t sealed = journal.readable().segments().size() - 1;
    EXPECT_EQ(*made, sealed);
    EXPECT_EQ(
        *write_missing_runs(*disk, reader, journal.readable(), journal.manifest(), first_bytes),
        0U);

    const auto load = [&](os::SimulatedDisk& from) {
        ReferenceTable table;
        ReferenceTable keys;
        const std::vector<RunInfo> runs = journal.manifest().copy().runs;
        EXPECT_EQ(runs.size(), sealed);
        const auto missing = load_runs(from, test_book, runs, table, keys);
        EXPECT_TRUE(missing);
        for (const std::uint32_t segment : *missing) {
            const auto again = collect_references(reader, segment, first_bytes);
            EXPECT_TRUE(again);
            for (const auto& entry : again->entries)
                table.insert(entry.fingerprint, entry.position);
        }
        const auto newest =
            collect_references(reader, journal.readable().segments().back().number, first_bytes);
        for (const auto& entry : newest->entries) table.insert(entry.fingerprint, entry.position);
        std::size_t records = 0;
        for (std::size_t i = 0; i < batches.size(); ++i) {
            std::uint64_t offset = batch_header_bytes;
            for (const auto& record : batches[i].records) {
                const Hash hash = Sha256{}.of(record);
                EXPECT_EQ(table.find(fingerprint_of(hash.data())),
                          position_in_batch(book->seen.positions[i], offset));
                offset += record_prefix_bytes + record.size();
                ++records;
            }
        }
        EXPECT_EQ(table.size(), records);
        return missing->size();
    };
    EXPECT_EQ(load(*disk), 0U);
    const auto durable = disk->crash_image(0);
    EXPECT_EQ(load(*durable), 0U) << "a listed run is durable";
    durable->delete_file(run_path(2));
    durable->flip_bit(run_path(3), 50'000);
    EXPECT_EQ(load(*durable), 2U);
    durable->fail_reads(true);
    ReferenceTable table;
    ReferenceTable keys;
    const auto runs = journal.manifest().copy().runs;
    EXPECT_EQ(load_runs(*durable, test_book, runs, table, keys).error().kind,
              Fault::Kind::storage_unavailable);
}

TEST(reference_run, the_writer_keeps_up_and_reports_what_it_cannot_do) {
    const auto batches = make_batches(60, 2);
    os::SimulatedDisk disk;
    auto book = open_book(disk);
    Journal& journal = *book->journal;
    const RecordReader reader{disk, journal.readable()};
    ASSERT_EQ(append_all(journal, batches), batches.size());
    std::atomic<int> faults{0};
    disk.set_full(true);
    const RunWriter writer{
        disk, reader, journal.readable(), journal.manifest(), first_bytes, [&](const Fault& fault) {
            EXPECT_EQ(fault.kind, Fault::Kind::storage_full);
            ++faults;
        }};
    while (faults == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    disk.set_full(false);
    const std::size_t sealed = journal.readable().segments().size() - 1;
    while (journal.manifest().copy().runs.size() < sealed) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    EXPECT_TRUE(parse_manifest(format_manifest(journal.manifest().copy())));
}

}  // namespace
}  // namespace coffer::store_embedded
