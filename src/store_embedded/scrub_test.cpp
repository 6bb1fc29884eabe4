#include "store_embedded/scrub.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store_embedded/journal_test_support.h"

namespace coffer::store_embedded {
namespace {

using testing::disk_with;
using testing::make_batches;
using testing::open_book;
using testing::test_book;

bool go_on(std::uint64_t) { return true; }

TEST(scrub, passes_a_sound_segment_and_names_what_is_wrong_in_another) {
    const auto disk = disk_with(make_batches(40, 1));
    const SegmentInfo first{1, 0, segment_bytes_min};
    ASSERT_TRUE(scrub_segment(*disk, test_book, first, go_on));
    for (std::uint64_t bit = 0; bit < segment_bytes_min * 8; bit += 1999) {
        disk->flip_bit(segment_path(1), bit);
        const auto found = scrub_segment(*disk, test_book, first, go_on);
        ASSERT_FALSE(found) << "bit " << bit;
        EXPECT_EQ(found.error().kind, Fault::Kind::storage_corrupt);
        EXPECT_NE(found.error().message.find(segment_path(1)), std::string::npos);
        disk->flip_bit(segment_path(1), bit);
    }
    const std::vector<std::uint8_t> zeros(sector_bytes);
    const std::uint64_t end = open_book(*disk)->seen.positions[5];
    for (std::uint64_t at = 0; at < end; at += sector_bytes) {
        const auto copy = disk->after_process_death();
        copy->overwrite(segment_path(1), at, zeros);
        EXPECT_FALSE(scrub_segment(*copy, test_book, first, go_on)) << at;
    }
    disk->truncate(segment_path(1), 8192);
    EXPECT_FALSE(scrub_segment(*disk, test_book, first, go_on));
}

TEST(scrub, goes_round_stops_when_told_and_reports_damage_once) {
    const auto disk = disk_with(make_batches(60, 2));
    auto book = open_book(*disk);
    std::atomic<int> reports{0};
    {
        const Scrub scrub{
            *disk, book->journal->readable(), {.bytes_per_second = 1}, [&](const Fault&) {
                ++reports;
            }};
        while (scrub.bytes_read() == 0) std::this_thread::yield();
    }  // it sleeps for a day; ending it does not
    EXPECT_EQ(reports, 0);
    disk->flip_bit(segment_path(2), 9000);
    const Scrub scrub{*disk,
                      book->journal->readable(),
                      {.bytes_per_second = 1U << 30, .pause_ms_when_done = 0},
                      [&](const Fault& fault) {
                          EXPECT_NE(fault.message.find(segment_path(2)), std::string::npos);
                          ++reports;
                      }};
    while (reports == 0) std::this_thread::yield();
    EXPECT_EQ(scrub.rounds(), 0U);
}

}  // namespace
}  // namespace coffer::store_embedded
