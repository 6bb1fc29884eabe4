#include "report/copy_book.h"

#include <gtest/gtest.h>

#include "report/testing_book.h"

namespace coffer::report {
namespace {

using testing::BookMaker;
using testing::FramedBook;
using testing::Octets;
using testing::small_book;

const BookReader::Patience at_once{.attempts = 1};

VerifyReport verified(os::FileSystem& files) {
    auto report = verify(files, {.patience = at_once}, {});
    EXPECT_TRUE(report.ok());
    return std::move(report).value();
}

TEST(CopyBook, what_was_copied_is_the_book_up_to_its_last_whole_batch) {
    BookMaker book = small_book();
    book.framed.segment_sizes.push_back(8192);  // made ahead, nothing in it
    os::SimulatedDisk from;
    book.framed.write(from);
    // Behind the end stands an unfinished batch: its first sector is missing.
    const auto& last = book.framed.batches.back();
    const auto torn = FramedBook::sectors(last) * 512 + last.offset + 512;
    testing::FramedBatch unfinished{last.segment, torn - 512, last.sequence + 1, last.time, {}};
    unfinished.records.emplace_back(Octets(700, 1));
    const Octets framed = book.framed.frame(unfinished, Hash{});
    from.overwrite(segment_path(last.segment), torn, Bytes{framed}.subspan(512));

    os::SimulatedDisk to;
    const auto copied = copy_book(from, to, at_once, {});
    ASSERT_TRUE(copied.ok()) << copied.error().message;
    EXPECT_EQ(copied->batches, 6u);
    EXPECT_EQ(copied->segments, 2u);
    const VerifyReport good = verified(from);
    const VerifyReport report = verified(to);
    EXPECT_TRUE(report.holds()) << to_text(report);
    EXPECT_FALSE(report.torn);
    EXPECT_TRUE(good.torn);
    EXPECT_EQ(report.head_hash, good.head_hash);
    EXPECT_EQ(copied->head.hash, good.head_hash);
    EXPECT_EQ(to.content(segment_path(1)), from.content(segment_path(1)));
}

TEST(CopyBook, a_damaged_book_is_named_and_its_copy_is_no_book) {
    const BookMaker book = small_book();
    os::SimulatedDisk from;
    book.framed.write(from);
    from.flip_bit(segment_path(2), 8 * 100);
    os::SimulatedDisk to;
    const auto copied = copy_book(from, to, at_once, {});
    ASSERT_FALSE(copied.ok());
    EXPECT_EQ(copied.error().kind, Fault::Kind::storage_corrupt);
    EXPECT_NE(copied.error().message.find("0000000002.segment"), std::string::npos);
    EXPECT_FALSE(*to.exists("MANIFEST"));
}

TEST(CopyBook, a_power_cut_at_any_step_leaves_the_whole_copy_or_none) {
    const BookMaker book = small_book();
    os::SimulatedDisk from;
    book.framed.write(from);
    os::SimulatedDisk whole;
    ASSERT_TRUE(copy_book(from, whole, at_once, {}).ok());
    const Hash head = verified(from).head_hash;
    std::size_t none = 0;
    for (std::uint64_t step = 1; step <= whole.steps(); ++step) {
        os::SimulatedDisk to;
        to.lose_power_at(step);
        static_cast<void>(copy_book(from, to, at_once, {}));
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            const auto image = to.crash_image(seed);
            if (!*image->exists("MANIFEST")) {
                ++none;
                continue;
            }
            const VerifyReport report = verified(*image);
            EXPECT_TRUE(report.holds()) << "step " << step << ", seed " << seed << "\n"
                                        << to_text(report);
            EXPECT_EQ(report.head_hash, head);
        }
    }
    EXPECT_GT(none, 8u);
}

TEST(CopyBook, a_fault_at_any_step_is_told) {
    const BookMaker book = small_book();
    os::SimulatedDisk from;
    book.framed.write(from);
    os::SimulatedDisk whole;
    ASSERT_TRUE(copy_book(from, whole, at_once, {}).ok());
    for (std::uint64_t step = 1; step <= whole.steps(); ++step) {
        os::SimulatedDisk to;
        to.fail_at(step, os::SimulatedDisk::Trouble::io_error, os::SimulatedDisk::Lasting::once);
        EXPECT_FALSE(copy_book(from, to, at_once, {}).ok()) << step;
    }
}

}  // namespace
}  // namespace coffer::report
