#include "store_embedded/journal.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "store_embedded/journal_test_support.h"

namespace coffer::store_embedded {
namespace {

using testing::append_all;
using testing::Batch;
using testing::disk_with;
using testing::make_batch;
using testing::make_batches;
using testing::open_book;
using testing::small_book;

TEST(journal, a_new_book_is_empty_and_keeps_its_identity) {
    os::SimulatedDisk disk;
    {
        const auto book = open_book(disk);
        ASSERT_TRUE(book);
        EXPECT_TRUE(book->journal->is_new());
        EXPECT_EQ(book->end.last.sequence, 0U);
        EXPECT_EQ(book->journal->next_batch_position(), 0U);
    }
    JournalOptions other = small_book();
    other.new_book = BookId{};
    const auto book = open_book(disk, other);
    ASSERT_TRUE(book);
    EXPECT_FALSE(book->journal->is_new());
    EXPECT_EQ(book->journal->book(), testing::test_book);
}

TEST(journal, gives_back_what_was_appended_over_many_segments) {
    const auto batches = make_batches(120, 1);
    const auto disk = disk_with(batches);
    EXPECT_TRUE(*disk->exists(segment_path(8)));
    const auto book = open_book(*disk);
    ASSERT_TRUE(book) << book.error().message;
    EXPECT_EQ(book->seen.batches, batches);
    EXPECT_EQ(book->end.last.sequence, 120U);
    EXPECT_FALSE(book->end.torn);
}

TEST(journal, a_batch_stands_where_it_was_announced_and_the_largest_always_fits) {
    os::SimulatedDisk disk;
    auto book = open_book(disk);
    ASSERT_TRUE(book);
    Journal& journal = *book->journal;
    EXPECT_EQ(journal.batch_bytes_max(), segment_bytes_min / 4);
    Hash previous{};
    for (std::uint64_t sequence = 1; sequence <= 60; ++sequence) {
        const std::size_t overhead = batch_header_bytes + record_prefix_bytes;
        const std::size_t size =
            sequence % 3 == 0 ? journal.batch_bytes_max() - overhead : 1 + sequence * 37;
        const Batch batch = make_batch(sequence, previous, {size});
        const std::uint64_t announced = journal.next_batch_position();
        const auto stands = batch.append_to(journal);
        ASSERT_TRUE(stands) << stands.error().message;
        EXPECT_EQ(*stands, announced);
        EXPECT_EQ(announced % sector_bytes, 0U);
        EXPECT_EQ(journal.readable().durable_end(),
                  announced + framed_bytes(batch.payload().size()));
        previous = batch.hash;
    }
}

TEST(journal, goes_on_after_a_restart_at_any_batch) {
    const auto batches = make_batches(40, 2);
    os::SimulatedDisk disk;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        auto book = open_book(disk);
        ASSERT_TRUE(book) << book.error().message;
        ASSERT_EQ(book->seen.batches.size(), i);
        ASSERT_TRUE(batches[i].append_to(*book->journal));
    }
    EXPECT_EQ(open_book(disk)->seen.batches, batches);
}

TEST(journal, a_scan_can_begin_at_any_batch_and_notices_when_it_is_gone) {
    const auto batches = make_batches(40, 3);
    const auto disk = disk_with(batches);
    const auto positions = open_book(*disk)->seen.positions;
    const auto manifest = load_manifest(*disk);
    for (std::size_t i = 0; i < batches.size(); ++i) {
        testing::SeenBatches seen;
        if (i > 0) seen.last = batches[i - 1].hash;
        const ScanFrom from{positions[i], i + 1, batches[i].time};
        const auto scanned = scan_book(*disk, **manifest, from, seen.visitor());
        ASSERT_TRUE(scanned) << scanned.error().message;
        EXPECT_EQ(seen.batches.size(), batches.size() - i);
    }
    testing::SeenBatches seen;
    const std::uint64_t behind = open_book(*disk)->end.position;
    for (const std::uint64_t position : {behind, behind + 4096, std::uint64_t{1} << 40}) {
        const auto lost = scan_book(*disk, **manifest, {position, 41, Instant{}}, seen.visitor());
        ASSERT_FALSE(lost);
        EXPECT_EQ(lost.error().kind, Fault::Kind::storage_corrupt);
    }
}

TEST(journal, a_visitors_fault_ends_the_scan) {
    const auto disk = disk_with(make_batches(5, 4));
    auto journal = Journal::open(*disk, small_book());
    int seen = 0;
    const auto end = (*journal)->recover({}, [&](const BatchView&) -> Result<Ok, Fault> {
        if (++seen == 3) return Fault{Fault::Kind::busy, "enough"};
        return Ok{};
    });
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().message, "enough");
}

TEST(journal, a_second_writer_is_kept_out) {
    os::SimulatedDisk disk;
    const auto first = open_book(disk);
    ASSERT_TRUE(first);
    const auto second = Journal::open(disk, small_book());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Fault::Kind::busy);
}

TEST(journal, refuses_segment_sizes_out_of_range) {
    os::SimulatedDisk disk;
    for (const std::uint64_t bytes : {std::uint64_t{0}, segment_bytes_min - 4096,
                                      segment_bytes_min + 512, segment_bytes_max + 4096}) {
        JournalOptions options = small_book();
        options.segment_bytes = bytes;
        const auto refused = Journal::open(disk, options);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, Fault::Kind::configuration);
    }
    EXPECT_EQ(disk.steps(), 0U);
}

TEST(journal, another_segment_size_is_for_new_segments_only) {
    const auto batches = make_batches(60, 5);
    os::SimulatedDisk disk;
    {
        auto book = open_book(disk);
        for (int i = 0; i < 20; ++i) ASSERT_TRUE(batches[i].append_to(*book->journal));
    }
    JournalOptions larger = small_book();
    larger.segment_bytes = 4 * segment_bytes_min;
    {
        auto book = open_book(disk, larger);
        ASSERT_TRUE(book);
        EXPECT_EQ(book->journal->batch_bytes_max(), segment_bytes_min / 4);
        EXPECT_EQ(append_all(*book->journal, batches, 20), batches.size());
    }
    EXPECT_EQ(open_book(disk, larger)->seen.batches, batches);
    EXPECT_EQ((*load_manifest(disk))->segments.back().bytes, 4 * segment_bytes_min);
}

TEST(journal, works_with_its_background_thread) {
    const auto batches = make_batches(150, 6);
    os::SimulatedDisk disk;
    JournalOptions options = small_book();
    options.background = true;
    {
        auto book = open_book(disk, options);
        ASSERT_TRUE(book);
        for (const Batch& batch : batches) {
            while (!book->journal->check_writable()) {
                std::this_thread::sleep_for(std::chrono::milliseconds{1});
            }
            ASSERT_TRUE(batch.append_to(*book->journal));
        }
    }
    EXPECT_EQ(open_book(disk)->seen.batches, batches);
}

}  // namespace
}  // namespace coffer::store_embedded
