#include "os/file_system.h"
#include "os/poller.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include <sys/stat.h>

namespace coffer::os {
namespace {

class file_system : public ::testing::Test {
protected:
    file_system() {
        char name[] = "/tmp/coffer-file-system-XXXXXX";
        folder_ = std::string{::mkdtemp(name)} + "/data";
        files_ = std::move(open_file_system(folder_)).value();
    }
    ~file_system() override {
        std::filesystem::remove_all(std::filesystem::path{folder_}.parent_path());
    }

    [[nodiscard]] unsigned mode_of(const std::string& path) const {
        struct stat status {};
        EXPECT_EQ(::stat((folder_ + path).c_str(), &status), 0);
        return status.st_mode & 0777U;
    }

    std::string folder_;
    std::unique_ptr<FileSystem> files_;
};

std::vector<std::uint8_t> counted(std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
    return bytes;
}

TEST_F(file_system, reads_what_was_written_and_stops_at_the_end) {
    auto file = std::move(files_->open("name", Open::create_new)).value();
    const auto bytes = counted(100'000);
    ASSERT_TRUE(file->write_at(5, bytes));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(*file->size(), 100'005U);
    std::vector<std::uint8_t> back(100'000);
    ASSERT_EQ(*file->read_at(5, back), back.size());
    EXPECT_EQ(back, bytes);
    EXPECT_EQ(*file->read_at(100'000, back), 5U);
    EXPECT_EQ(*file->read_at(200'000, back), 0U);
}

// covers: B29
TEST_F(file_system, nobody_else_may_read_the_folder_or_its_files) {
    ASSERT_TRUE(files_->make_folder("journal"));
    ASSERT_TRUE(files_->open("name", Open::create_new));
    ASSERT_TRUE(files_->lock("LOCK"));
    EXPECT_EQ(mode_of(""), 0700U);
    EXPECT_EQ(mode_of("/journal"), 0700U);
    EXPECT_EQ(mode_of("/name"), 0600U);
    EXPECT_EQ(mode_of("/LOCK"), 0600U);
}

TEST_F(file_system, writes_durably_at_aligned_places_and_reads_past_the_cache) {
    {
        auto file = std::move(files_->open("name", Open::create_new)).value();
        ASSERT_TRUE(file->write_at(0, std::vector<std::uint8_t>(16'384)));
        ASSERT_TRUE(file->sync());
    }
    alignas(4096) static std::uint8_t block[8192];
    std::fill(std::begin(block), std::end(block), std::uint8_t{9});
    auto file = std::move(files_->open("name", Open::direct_durable)).value();
    ASSERT_TRUE(file->write_durable(4096, block));
    std::vector<std::uint8_t> back(16'384);
    auto reader = std::move(files_->open("name", Open::read)).value();
    ASSERT_EQ(*reader->read_at(0, back), back.size());
    EXPECT_EQ(std::count(back.begin(), back.end(), 9), 8192);
    auto uncached = std::move(files_->open("name", Open::read_uncached)).value();
    ASSERT_EQ(*uncached->read_at(4096, block), sizeof block);
    EXPECT_EQ(std::count(std::begin(block), std::end(block), 9), 8192);
}

TEST_F(file_system, writes_durably_in_the_background_and_wakes_the_poller) {
    const auto poller = std::move(make_poller()).value();
    const auto files = std::move(open_file_system(folder_, poller->wake_descriptor())).value();
    {
        auto file = std::move(files->open("name", Open::create_new)).value();
        ASSERT_TRUE(file->write_at(0, std::vector<std::uint8_t>(16'384)));
        ASSERT_TRUE(file->sync());
    }
    alignas(4096) static std::uint8_t block[8192];
    auto file = std::move(files->open("name", Open::direct_durable)).value();
    auto reader = std::move(files->open("name", Open::read)).value();
    std::array<Ready, 1> ready;
    for (int round = 1; round <= 20; ++round) {
        std::fill(std::begin(block), std::end(block), static_cast<std::uint8_t>(round));
        file->begin_durable(4096, block);
        // A file system that cannot do it has ended already, and wakes nobody.
        while (!file->durable_ended()) {
            EXPECT_TRUE(poller->wait(10'000'000'000, ready).empty());
        }
        ASSERT_TRUE(file->end_durable());
        std::vector<std::uint8_t> back(16'384);
        ASSERT_EQ(*reader->read_at(0, back), back.size());
        EXPECT_EQ(std::count(back.begin(), back.end(), round), 8192);
    }
    // Ended by who waits for it, and by who closes the file.
    file->begin_durable(0, block);
    ASSERT_TRUE(file->end_durable());
    file->begin_durable(8192, block);
    file.reset();
    std::vector<std::uint8_t> back(8192);
    ASSERT_EQ(*reader->read_at(8192, back), back.size());
    EXPECT_EQ(std::count(back.begin(), back.end(), 20), 8192);
}

TEST_F(file_system, a_background_write_that_fails_says_so) {
    const auto poller = std::move(make_poller()).value();
    const auto files = std::move(open_file_system(folder_, poller->wake_descriptor())).value();
    {
        auto file = std::move(files->open("name", Open::create_new)).value();
        ASSERT_TRUE(file->write_at(0, std::vector<std::uint8_t>(4096)));
    }
    auto file = std::move(files->open("name", Open::direct_durable)).value();
    const auto bytes = counted(100);
    file->begin_durable(3, bytes);
    EXPECT_TRUE(file->end_durable()) << "not aligned: EINVAL, then without O_DIRECT";
    std::vector<std::uint8_t> back(100);
    auto reader = std::move(files->open("name", Open::read)).value();
    ASSERT_EQ(*reader->read_at(3, back), back.size());
    EXPECT_EQ(back, counted(100));
}

TEST_F(file_system, falls_back_where_a_direct_write_is_refused) {
    {
        auto file = std::move(files_->open("name", Open::create_new)).value();
        ASSERT_TRUE(file->write_at(0, std::vector<std::uint8_t>(4096)));
    }
    auto file = std::move(files_->open("name", Open::direct_durable)).value();
    ASSERT_TRUE(file->write_durable(3, counted(100)))
        << "not aligned: EINVAL, then without O_DIRECT";
    std::vector<std::uint8_t> back(100);
    ASSERT_EQ(*file->read_at(3, back), back.size());
    EXPECT_EQ(back, counted(100));
}

TEST_F(file_system, names_come_and_go) {
    EXPECT_FALSE(*files_->exists("journal/a"));
    ASSERT_TRUE(files_->make_folder("journal"));
    ASSERT_TRUE(files_->open("journal/a", Open::create_new));
    ASSERT_TRUE(files_->sync_folder("journal"));
    ASSERT_TRUE(files_->rename("journal/a", "journal/b"));
    EXPECT_EQ(*files_->list("journal"), std::vector<std::string>{"b"});
    EXPECT_EQ(*files_->list(""), std::vector<std::string>{"journal"});
    ASSERT_TRUE(files_->remove("journal/b"));
    EXPECT_FALSE(*files_->exists("journal/b"));
    ASSERT_TRUE(files_->sync_folder(""));
}

TEST_F(file_system, says_what_failed_where_and_why) {
    const auto missing = files_->open("journal/0000000001.segment", Open::read);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, Fault::Kind::storage_unavailable);
    EXPECT_EQ(missing.error().message,
              "cannot open " + folder_ + "/journal/0000000001.segment: No such file or directory");
    ASSERT_TRUE(files_->open("name", Open::create_new));
    EXPECT_FALSE(files_->open("name", Open::create_new)) << "it is there already";
    EXPECT_FALSE(files_->make_folder("name"));
    EXPECT_FALSE(files_->rename("nothing", "name"));
    EXPECT_FALSE(files_->remove("nothing"));
    EXPECT_FALSE(files_->list("nothing"));
    EXPECT_EQ(open_file_system("/proc/nothing/here").error().kind, Fault::Kind::configuration);
}

TEST_F(file_system, a_second_holder_of_the_lock_is_refused_until_the_first_lets_go) {
    auto held = files_->lock("LOCK");
    ASSERT_TRUE(held);
    const auto other_process = std::move(open_file_system(folder_)).value();
    const auto refused = other_process->lock("LOCK");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Fault::Kind::busy);
    EXPECT_NE(refused.error().message.find(folder_), std::string::npos);
    held->reset();
    EXPECT_TRUE(other_process->lock("LOCK"));
}

TEST_F(file_system, a_full_disk_is_full_for_new_files_and_a_failure_for_durable_writes) {
    // /dev/full is the one full disk that is always there.
    const auto devices = std::move(open_file_system("/dev")).value();
    auto full = devices->open("full", Open::read_write);
    if (!full) GTEST_SKIP() << full.error().message;
    EXPECT_EQ((*full)->write_at(0, counted(10)).error().kind, Fault::Kind::storage_full);
    EXPECT_EQ((*full)->write_durable(0, counted(10)).error().kind,
              Fault::Kind::storage_unavailable);
}

}  // namespace
}  // namespace coffer::os
