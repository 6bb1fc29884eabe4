// Disks that fail while the journal is working.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "store_embedded/journal_test_support.h"

namespace coffer::store_embedded {
namespace {

using os::SimulatedDisk;
using testing::append_all;
using testing::Batch;
using testing::disk_with;
using testing::make_batches;
using testing::open_book;
using testing::small_book;

TEST(journal_fault,
     after_a_failed_write_or_sync_every_append_is_refused_without_touching_the_disk) {
    const auto batches = make_batches(10, 1);
    for (const std::uint64_t step : {1U, 2U}) {  // the write, the sync
        SimulatedDisk disk;
        auto book = open_book(disk);
        ASSERT_EQ(append_all(*book->journal, {batches.begin(), batches.begin() + 5}), 5U);
        disk.fail_at(disk.steps() + step, SimulatedDisk::Trouble::io_error,
                     SimulatedDisk::Lasting::once);
        const auto failed = batches[5].append_to(*book->journal);
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().kind, Fault::Kind::storage_unavailable);
        EXPECT_TRUE(book->journal->poisoned());
        const std::uint64_t steps = disk.steps();
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(batches[5].append_to(*book->journal).error().kind,
                      Fault::Kind::storage_unavailable);
            EXPECT_EQ(book->journal->check_writable().error().kind,
                      Fault::Kind::storage_unavailable);
        }
        EXPECT_EQ(disk.steps(), steps);
        EXPECT_EQ(book->journal->last_sequence(), 5U);
    }
}

// covers: B12
TEST(journal_fault, a_full_disk_in_a_durable_write_is_no_answer_that_invites_to_go_on) {
    const auto batches = make_batches(2, 1);
    SimulatedDisk disk;
    auto book = open_book(disk);
    disk.fail_at(disk.steps() + 1, SimulatedDisk::Trouble::full, SimulatedDisk::Lasting::once);
    EXPECT_EQ(batches[0].append_to(*book->journal).error().kind, Fault::Kind::storage_unavailable);
    EXPECT_TRUE(book->journal->poisoned());
}

/// The kernel calls pages clean after a failed sync. A restart reads them, must not believe that
/// they are on disk, and must not let a later power cut take them from under what followed.
// covers: B07
TEST(journal_fault, what_a_restart_reads_after_a_failed_sync_is_made_durable_before_it_counts) {
    const auto batches = make_batches(12, 2);
    for (std::size_t good = 0; good < 10; ++good) {
        SimulatedDisk disk;
        auto book = open_book(disk);
        ASSERT_EQ(append_all(*book->journal, {batches.begin(), batches.begin() + good}), good);
        disk.fail_at(disk.steps() + 2, SimulatedDisk::Trouble::io_error,
                     SimulatedDisk::Lasting::once);
        ASSERT_FALSE(batches[good].append_to(*book->journal));
        const auto restarted = disk.after_process_death();
        auto again = open_book(*restarted);
        ASSERT_TRUE(again) << again.error().message;
        ASSERT_EQ(again->seen.batches.size(), good + 1) << "it is readable, so it counts";
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const auto image = restarted->crash_image(seed);
            const auto left = open_book(*image);
            ASSERT_TRUE(left) << left.error().message;
            EXPECT_EQ(left->seen.batches.size(), good + 1) << "seed " << seed;
        }
    }
}

/// A torn batch whose zeroing failed may be hidden by clean zeros in the page cache.
TEST(journal_fault, zeros_behind_the_end_are_made_durable_too) {
    const auto batches = make_batches(4, 3, 6, 2500);
    for (std::uint64_t seed = 2; seed < 60; ++seed) {
        auto disk = disk_with({batches.begin(), batches.begin() + 2});
        {
            auto book = open_book(*disk);
            disk->lose_power_at(disk->steps() + 1);
            ASSERT_FALSE(batches[2].append_to(*book->journal));
        }
        disk = disk->crash_image(seed);
        disk->fail_at(disk->steps() + 2, SimulatedDisk::Trouble::io_error,
                      SimulatedDisk::Lasting::once);
        EXPECT_FALSE(open_book(*disk)) << "the sync of the repair fails";
        disk = disk->after_process_death();
        ASSERT_TRUE(open_book(*disk));
        disk = disk->crash_image(0);
        const auto book = open_book(*disk);
        ASSERT_TRUE(book) << book.error().message;
        EXPECT_FALSE(book->end.torn) << "seed " << seed;
    }
}

TEST(journal_fault, a_full_disk_stops_writes_at_the_end_of_the_segment_and_room_brings_them_back) {
    const auto batches = make_batches(80, 4);
    SimulatedDisk disk;
    auto book = open_book(disk);
    Journal& journal = *book->journal;
    disk.set_full(true);
    const std::size_t before = append_all(journal, batches);
    EXPECT_LT(before, batches.size());
    EXPECT_EQ(journal.readable().segments().size(), 2U) << "the one that was made ahead is used up";
    const std::uint64_t position = journal.next_batch_position();
    for (int i = 0; i < 3; ++i) {
        const auto writable = journal.check_writable();
        ASSERT_FALSE(writable);
        EXPECT_EQ(writable.error().kind, Fault::Kind::storage_full);
        EXPECT_NE(writable.error().message.find("No space left"), std::string::npos);
        EXPECT_EQ(batches[before].append_to(journal).error().kind, Fault::Kind::storage_full);
    }
    EXPECT_FALSE(journal.poisoned());
    EXPECT_FALSE(*disk.exists(segment_path(3))) << "nothing is left of the attempts";
    EXPECT_EQ(open_book(*disk.crash_image(0))->seen.batches.size(), before);
    disk.set_full(false);
    EXPECT_TRUE(journal.check_writable());
    EXPECT_EQ(journal.next_batch_position(), position);
    EXPECT_EQ(append_all(journal, batches, before), batches.size());
    book->journal.reset();
    EXPECT_EQ(open_book(disk)->seen.batches, batches);
}

TEST(journal_fault, the_background_thread_tries_again_every_second) {
    const auto batches = make_batches(60, 5);
    SimulatedDisk disk;
    JournalOptions options = small_book();
    options.background = true;
    auto book = open_book(disk, options);
    Journal& journal = *book->journal;
    while (journal.manifest().copy().segments.size() < 2) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    disk.set_full(true);
    std::size_t done = 0;
    while (journal.readable().segments().size() < 2 || journal.check_writable()) {
        if (journal.check_writable()) {
            ASSERT_TRUE(batches[done].append_to(journal));
            ++done;
        }
    }
    // Until the thread has tried, the segment is only not there yet.
    while (journal.check_writable().error().kind != Fault::Kind::storage_full) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    disk.set_full(false);
    for (; done < batches.size(); ++done) {
        while (!journal.check_writable()) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        ASSERT_TRUE(batches[done].append_to(journal));
    }
}

// covers: B05, B08
TEST(journal_fault, any_step_that_fails_once_leaves_a_book_that_holds_what_was_acknowledged) {
    const auto batches = make_batches(30, 6);
    for (std::uint64_t step = 1; step < 150; ++step) {
        for (const auto trouble :
             {SimulatedDisk::Trouble::io_error, SimulatedDisk::Trouble::full}) {
            SimulatedDisk disk;
            disk.fail_at(step, trouble, SimulatedDisk::Lasting::once);
            std::size_t told = 0;
            if (auto book = open_book(disk)) told = append_all(*book->journal, batches);
            for (const std::uint64_t seed : {0U, 1U, 17U}) {
                const auto image = disk.crash_image(seed);
                const auto left = open_book(*image);
                ASSERT_TRUE(left) << "step " << step << ": " << left.error().message;
                EXPECT_GE(left->seen.batches.size(), told) << "step " << step << " seed " << seed;
                EXPECT_LE(left->seen.batches.size(), told + 1);
            }
        }
    }
}

// covers: B10
TEST(journal_fault, a_read_that_fails_is_a_fault_and_no_end_of_the_book) {
    const auto disk = disk_with(make_batches(5, 7));
    disk->fail_reads(true);
    EXPECT_EQ(open_book(*disk).error().kind, Fault::Kind::storage_unavailable);
    disk->fail_reads(false);
    EXPECT_EQ(open_book(*disk)->seen.batches.size(), 5U);
}

}  // namespace
}  // namespace coffer::store_embedded
