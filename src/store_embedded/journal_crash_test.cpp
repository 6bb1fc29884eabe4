// The power goes at every step of opening, appending, rolling over and recovering.
#include <gtest/gtest.h>

#include <cstdlib>

#include "os/crash_campaign.h"
#include "store_embedded/journal_test_support.h"

namespace coffer::store_embedded {
namespace {

using os::CrashPoint;
using os::SimulatedDisk;
using testing::append_all;
using testing::Batch;
using testing::disk_with;
using testing::make_batch;
using testing::make_batches;
using testing::open_book;
using testing::seed;

/// What is left must be what was acknowledged, and at most the one batch that was on its way; and
/// the book must go on from there.
void check_book(SimulatedDisk& image, const std::vector<Batch>& batches, std::size_t told,
                CrashPoint point) {
    SCOPED_TRACE(point.text() + ", COFFER_SEED=" + std::to_string(seed()));
    auto book = open_book(image);
    ASSERT_TRUE(book) << book.error().message;
    const std::size_t left = book->seen.batches.size();
    ASSERT_GE(left, told);
    ASSERT_LE(left, told + 1);
    ASSERT_TRUE(std::equal(book->seen.batches.begin(), book->seen.batches.end(), batches.begin()));
    // A batch of another size than the one that was on its way.
    const Batch next = make_batch(left + 1, book->seen.last, {40});
    ASSERT_TRUE(next.append_to(*book->journal));
    book->journal.reset();
    const auto again = open_book(*image.crash_image(point.seed));
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_EQ(again->seen.batches.size(), left + 1);
    ASSERT_EQ(again->seen.batches.back(), next);
}

// covers: A12, B24
TEST(journal_crash, at_every_step_from_an_empty_folder_over_three_segments) {
    const auto batches = make_batches(34, seed());
    const auto totals = os::run_crash_campaign(
        {.seed = seed(), .images_per_step = 12}, [] { return std::make_unique<SimulatedDisk>(); },
        [&](SimulatedDisk& disk) -> std::size_t {
            auto book = open_book(disk);
            return book ? append_all(*book->journal, batches) : 0;
        },
        [&](SimulatedDisk& image, std::size_t told, CrashPoint point) {
            check_book(image, batches, told, point);
        });
    EXPECT_GT(totals.steps, 90U);
    RecordProperty("images", static_cast<int>(totals.images));
}

// covers: A13
TEST(journal_crash, at_every_step_of_recovery_again_and_again_slow) {
    const auto batches = make_batches(30, seed() + 1);
    // Books that lost power in their last batch, torn in many ways.
    for (std::uint64_t image = 2; image < 10; ++image) {
        for (const std::size_t whole : {0U, 1U, 9U, 17U, 28U}) {
            const auto before = disk_with({batches.begin(), batches.begin() + whole});
            {
                auto book = open_book(*before);
                before->lose_power_at(before->steps() + 1);
                ASSERT_FALSE(batches[whole].append_to(*book->journal));
            }
            const auto torn = before->crash_image(seed() + image);
            os::run_crash_campaign(
                {.seed = seed(), .images_per_step = 4}, [&] { return torn->after_process_death(); },
                [&](SimulatedDisk& disk) {
                    const auto book = open_book(disk);
                    return book ? book->seen.batches.size() : whole;
                },
                [&](SimulatedDisk& again, std::size_t told, CrashPoint point) {
                    // And once more, at the step that follows.
                    again.lose_power_at(point.step + 1);
                    (void)open_book(again);
                    check_book(*again.crash_image(point.seed), batches, told, point);
                });
        }
    }
}

// covers: A07, B02
TEST(journal_crash, in_the_write_of_a_large_batch_wherever_it_stands) {
    std::vector<Batch> batches;
    for (std::uint64_t sequence = 1; sequence <= 14; ++sequence) {
        const Hash previous = batches.empty() ? Hash{} : batches.back().hash;
        batches.push_back(make_batch(sequence, previous, {9000 + sequence * 100}));
    }
    for (std::size_t whole = 0; whole < batches.size(); ++whole) {
        const auto disk = disk_with({batches.begin(), batches.begin() + whole});
        auto book = open_book(*disk);
        disk->lose_power_at(disk->steps() + 1);
        ASSERT_FALSE(batches[whole].append_to(*book->journal));
        for (std::uint64_t image = 0; image < 20; ++image) {
            check_book(*disk->crash_image(seed() * (image > 1) + image), batches, whole,
                       {1, image});
        }
    }
}

/// What a failed step may have done after all must not be undone by trying again.
TEST(journal_crash, soon_after_any_step_that_failed_slow) {
    const auto batches = make_batches(16, seed() + 3);
    for (std::uint64_t failed = 1; failed < 50; ++failed) {
        for (std::uint64_t later = 1; later <= 8; ++later) {
            SimulatedDisk disk;
            disk.fail_at(failed, SimulatedDisk::Trouble::io_error, SimulatedDisk::Lasting::once);
            disk.lose_power_at(failed + later);
            std::size_t told = 0;
            for (int start = 0; start < 2 && disk.has_power(); ++start) {
                if (auto book = open_book(disk)) {
                    told = append_all(*book->journal, batches, book->seen.batches.size());
                }
            }
            for (const std::uint64_t image : {std::uint64_t{0}, std::uint64_t{1}, seed() + later}) {
                check_book(*disk.crash_image(image), batches, told, {failed + later, image});
            }
        }
    }
}

// covers: A08
TEST(journal_crash, a_process_that_dies_leaves_what_it_wrote_whatever_the_disk_has) {
    const auto batches = make_batches(20, seed() + 2);
    for (std::uint64_t step = 1; step < 70; ++step) {
        SimulatedDisk disk;
        disk.fail_at(step, SimulatedDisk::Trouble::io_error, SimulatedDisk::Lasting::for_ever);
        std::size_t told = 0;
        if (auto book = open_book(disk)) told = append_all(*book->journal, batches);
        check_book(*disk.after_process_death(), batches, told, {step, 3});
    }
}

}  // namespace
}  // namespace coffer::store_embedded
