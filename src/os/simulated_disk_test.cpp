#include "os/simulated_disk.h"

#include <gtest/gtest.h>

#include <set>

#include "os/crash_campaign.h"

namespace coffer::os {
namespace {

std::vector<std::uint8_t> filled(std::size_t count, std::uint8_t with) {
    return std::vector<std::uint8_t>(count, with);
}

/// A file with two durable blocks of 1s.
std::unique_ptr<File> durable_file(SimulatedDisk& disk) {
    auto file = std::move(disk.open("file", Open::create_new)).value();
    EXPECT_TRUE(file->write_at(0, filled(8192, 1)));
    EXPECT_TRUE(file->sync());
    EXPECT_TRUE(disk.sync_folder(""));
    return file;
}

TEST(simulated_disk, a_power_cut_keeps_what_was_synced_and_nothing_else_when_nothing_is_kept) {
    SimulatedDisk disk;
    const auto file = durable_file(disk);
    ASSERT_TRUE(file->write_at(0, filled(512, 2)));
    ASSERT_TRUE(disk.open("other", Open::create_new));
    const auto image = disk.crash_image(0);
    EXPECT_EQ(image->content("file"), filled(8192, 1));
    EXPECT_FALSE(*image->exists("other"));
}

TEST(simulated_disk, a_power_cut_can_keep_everything) {
    SimulatedDisk disk;
    const auto file = durable_file(disk);
    ASSERT_TRUE(file->write_at(0, filled(8192, 2)));
    ASSERT_TRUE(disk.open("other", Open::create_new));
    const auto image = disk.crash_image(1);
    EXPECT_EQ(image->content("file"), filled(8192, 2));
    EXPECT_TRUE(*image->exists("other"));
}

TEST(simulated_disk, a_power_cut_tears_writes_at_512_bytes_in_any_order) {
    SimulatedDisk disk;
    const auto file = durable_file(disk);
    ASSERT_TRUE(file->write_at(512, filled(1536, 2)));
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const auto left = disk.crash_image(seed)->content("file");
        std::string kept;
        for (std::size_t sector = 0; sector < 16; ++sector) {
            const auto begin = left.begin() + static_cast<std::ptrdiff_t>(sector * 512);
            ASSERT_EQ(std::set<std::uint8_t>(begin, begin + 512).size(), 1U) << "seed " << seed;
            if (sector >= 1 && sector <= 3) {
                kept += *begin == 2 ? '1' : '0';
            } else {
                ASSERT_EQ(*begin, 1);
            }
        }
        seen.insert(kept);
    }
    EXPECT_EQ(seen.size(), 8U) << "every subset of three sectors";
}

TEST(simulated_disk, names_are_durable_after_a_sync_of_their_folder) {
    SimulatedDisk disk;
    ASSERT_TRUE(disk.make_folder("folder"));
    ASSERT_TRUE(disk.sync_folder(""));
    ASSERT_TRUE(disk.open("folder/a", Open::create_new));
    EXPECT_FALSE(*disk.crash_image(0)->exists("folder/a"));
    ASSERT_TRUE(disk.sync_folder(""));
    EXPECT_FALSE(*disk.crash_image(0)->exists("folder/a")) << "that was another folder";
    ASSERT_TRUE(disk.sync_folder("folder"));
    EXPECT_TRUE(*disk.crash_image(0)->exists("folder/a"));
    ASSERT_TRUE(disk.rename("folder/a", "folder/b"));
    EXPECT_TRUE(*disk.crash_image(0)->exists("folder/a"));
    EXPECT_FALSE(*disk.crash_image(1)->exists("folder/a"));
    EXPECT_TRUE(*disk.crash_image(1)->exists("folder/b"));
    ASSERT_TRUE(disk.sync_folder("folder"));
    ASSERT_TRUE(disk.remove("folder/b"));
    EXPECT_TRUE(*disk.crash_image(0)->exists("folder/b"));
    EXPECT_FALSE(*disk.exists("folder/b"));
}

TEST(simulated_disk, a_rename_may_be_durable_before_the_content_that_was_never_synced) {
    SimulatedDisk disk;
    const auto file = std::move(disk.open("new", Open::create_new)).value();
    ASSERT_TRUE(file->write_at(0, filled(700, 3)));
    ASSERT_TRUE(disk.rename("new", "name"));
    ASSERT_TRUE(disk.sync_folder(""));
    EXPECT_TRUE(disk.crash_image(0)->content("name").empty());
}

TEST(simulated_disk, a_durable_write_that_loses_power_is_torn_and_one_that_returned_is_not) {
    for (const bool in_write : {true, false}) {
        SimulatedDisk disk;
        const auto file = durable_file(disk);
        disk.lose_power_at(disk.steps() + (in_write ? 1 : 2));
        EXPECT_FALSE(file->write_durable(0, filled(4096, 2)));
        EXPECT_FALSE(disk.has_power());
        EXPECT_EQ(disk.crash_image(0)->content("file"), filled(8192, 1));
        EXPECT_NE(disk.crash_image(1)->content("file"), filled(8192, 1));
        EXPECT_FALSE(file->sync()) << "without power nothing works";
        EXPECT_FALSE(disk.open("file", Open::read));
    }
    SimulatedDisk disk;
    const auto file = durable_file(disk);
    ASSERT_TRUE(file->write_durable(0, filled(4096, 2)));
    EXPECT_NE(disk.crash_image(0)->content("file"), filled(8192, 1));
}

TEST(simulated_disk, after_a_failed_sync_bytes_are_readable_and_a_later_sync_does_not_save_them) {
    SimulatedDisk disk;
    const auto file = durable_file(disk);
    disk.fail_at(disk.steps() + 2, SimulatedDisk::Trouble::io_error, SimulatedDisk::Lasting::once);
    ASSERT_FALSE(file->write_durable(0, filled(512, 2)));
    EXPECT_EQ(disk.content("file")[0], 2);
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(disk.crash_image(0)->content("file")[0], 1);
    const auto next = disk.after_process_death();
    EXPECT_EQ(next->content("file")[0], 2) << "another process reads the page cache";
    const auto again = std::move(next->open("file", Open::read_write)).value();
    ASSERT_TRUE(again->write_durable(0, filled(512, 2)));
    EXPECT_EQ(next->crash_image(0)->content("file")[0], 2) << "written again, it is durable";
    EXPECT_EQ(disk.crash_image(0)->content("file")[0], 1) << "the other disk is another disk";
}

TEST(simulated_disk, a_full_disk_is_told_as_full_only_where_nothing_durable_was_at_stake) {
    SimulatedDisk disk;
    const auto file = durable_file(disk);
    disk.fail_at(1, SimulatedDisk::Trouble::full, SimulatedDisk::Lasting::for_ever);
    EXPECT_EQ(disk.open("new", Open::create_new).error().kind, Fault::Kind::storage_full);
    EXPECT_EQ(file->write_at(0, filled(9, 9)).error().kind, Fault::Kind::storage_full);
    EXPECT_EQ(file->write_durable(0, filled(512, 9)).error().kind,
              Fault::Kind::storage_unavailable);
    EXPECT_EQ(file->sync().error().kind, Fault::Kind::storage_unavailable);
    disk.heal();
    EXPECT_TRUE(file->sync());
}

TEST(simulated_disk, the_lock_of_one_folder_excludes_and_ends_with_its_holder) {
    SimulatedDisk disk;
    auto held = disk.lock("LOCK");
    ASSERT_TRUE(held);
    EXPECT_EQ(disk.lock("LOCK").error().kind, Fault::Kind::busy);
    EXPECT_TRUE(disk.crash_image(0)->lock("LOCK"));
    held->reset();
    EXPECT_TRUE(disk.lock("LOCK"));
}

TEST(simulated_disk, a_campaign_cuts_the_power_at_every_step_once) {
    std::set<std::uint64_t> steps;
    const auto totals = run_crash_campaign(
        {.images_per_step = 3}, [] { return std::make_unique<SimulatedDisk>(); },
        [](SimulatedDisk& disk) {
            int told = 0;
            if (auto file = disk.open("file", Open::create_new)) {
                told += (*file)->write_durable(0, filled(512, 1)).ok() ? 1 : 0;
            }
            return told;
        },
        [&](SimulatedDisk& image, int told, CrashPoint point) {
            steps.insert(point.step);
            if (told == 0 || !*image.exists("file")) return;
            EXPECT_EQ(image.content("file"), filled(512, 1)) << point.text();
        });
    EXPECT_EQ(steps, (std::set<std::uint64_t>{1, 2, 3, 4}));
    EXPECT_EQ(totals.images, 12U);
}

}  // namespace
}  // namespace coffer::os
