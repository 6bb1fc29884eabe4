#include "store_embedded/record_reader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store_embedded/journal_test_support.h"

namespace coffer::store_embedded {
namespace {

using testing::Batch;
using testing::disk_with;
using testing::make_batches;
using testing::open_book;
using testing::small_book;

/// The position of every record of a batch that stands at `position`.
std::vector<std::uint64_t> record_positions(const Batch& batch, std::uint64_t position) {
    std::vector<std::uint64_t> positions;
    std::uint64_t offset = batch_header_bytes;
    for (const auto& record : batch.records) {
        positions.push_back(position_in_batch(position, offset));
        offset += record_prefix_bytes + record.size();
    }
    return positions;
}

class record_reader : public ::testing::Test {
protected:
    record_reader() : batches_{make_batches(110, 1)}, disk_{disk_with(batches_)} {
        // The newest segment from memory, the others from files.
        book_.emplace(std::move(open_book(*disk_)).value());
        reader_.emplace(*disk_, book_->journal->readable(), RecordReader::Options{3});
    }

    std::vector<Batch> batches_;
    std::unique_ptr<os::SimulatedDisk> disk_;
    std::optional<testing::OpenedBook> book_;
    std::optional<RecordReader> reader_;
};

TEST_F(record_reader, reads_every_record_by_its_position) {
    ASSERT_GT(book_->journal->readable().segments().size(), 6U);
    for (std::size_t i = 0; i < batches_.size(); ++i) {
        const std::uint64_t stands = book_->seen.positions[i];
        const auto positions = record_positions(batches_[i], stands);
        for (std::size_t j = 0; j < positions.size(); ++j) {
            const auto record = reader_->read(positions[j]);
            ASSERT_TRUE(record) << record.error().message;
            EXPECT_EQ(record->bytes, batches_[i].records[j]);
            EXPECT_EQ(record->position, positions[j]);
            EXPECT_EQ(record->batch_position, stands);
            EXPECT_EQ(record->batch_sequence, i + 1);
            EXPECT_EQ(record->batch_time, batches_[i].time);
        }
    }
}

TEST_F(record_reader, finds_every_batch_by_its_sequence_and_walks_them) {
    for (std::size_t i = 0; i < batches_.size(); ++i) {
        const auto found = reader_->find_batch(i + 1);
        ASSERT_TRUE(found && *found) << i + 1;
        EXPECT_EQ((*found)->position, book_->seen.positions[i]);
        EXPECT_TRUE(std::equal((*found)->payload.begin() + batch_header_bytes,
                               (*found)->payload.end(),
                               batches_[i].payload().begin() + batch_header_bytes));
        const auto again = reader_->read_batch_at((*found)->view().end_position() - 1);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->header.sequence, i + 1) << "any of its sectors leads to it";
        const auto next = reader_->next_batch(**found);
        ASSERT_TRUE(next);
        EXPECT_EQ(next->has_value(), i + 1 < batches_.size());
        if (next->has_value()) {
            EXPECT_EQ((*next)->header.sequence, i + 2);
        }
    }
    for (const std::uint64_t none : {std::uint64_t{0}, std::uint64_t{111}, UINT64_MAX}) {
        const auto found = reader_->find_batch(none);
        ASSERT_TRUE(found);
        EXPECT_FALSE(*found);
    }
}

TEST_F(record_reader, visits_the_batches_of_one_segment) {
    std::uint64_t due = 1;
    for (const SegmentInfo& segment : book_->journal->readable().segments()) {
        const auto visited = reader_->visit_segment(
            segment.number, [&](const BatchView& batch) -> Result<Ok, Fault> {
                EXPECT_EQ(batch.header.sequence, due);
                EXPECT_EQ(batch.position, book_->seen.positions[due - 1]);
                ++due;
                return Ok{};
            });
        ASSERT_TRUE(visited) << visited.error().message;
    }
    EXPECT_EQ(due, batches_.size() + 1);
}

TEST_F(record_reader, positions_that_no_record_has_are_refused) {
    const std::uint64_t end = book_->journal->readable().durable_end();
    for (const std::uint64_t position : {std::uint64_t{0}, std::uint64_t{63}, std::uint64_t{506},
                                         std::uint64_t{511}, end, end + 64, UINT64_MAX}) {
        const auto record = reader_->read(position);
        ASSERT_FALSE(record) << position;
        EXPECT_EQ(record.error().kind, Fault::Kind::storage_corrupt);
    }
    // Whatever stands there is never more than the batch holds.
    for (std::uint64_t position = 64; position < 20'000; ++position) {
        const auto record = reader_->read(position);
        if (record) {
            EXPECT_LT(record->bytes.size(), segment_bytes_min / 4);
        }
    }
}

TEST_F(record_reader, a_flipped_bit_is_found_when_it_is_read_and_named) {
    const std::uint64_t stands = book_->seen.positions[3];
    const auto positions = record_positions(batches_[3], stands);
    const std::uint64_t sectors = sectors_for(batches_[3].payload().size());
    for (std::uint64_t sector = 0; sector < sectors; ++sector) {
        const std::uint64_t at = stands + sector * sector_bytes;
        disk_->flip_bit(segment_path(1), (at + 77) * 8 + 3);
        bool found = false;
        for (const std::uint64_t position : positions) {
            const auto record = reader_->read(position);
            if (record) continue;
            found = true;
            EXPECT_NE(record.error().message.find(segment_path(1) + " is damaged at byte " +
                                                  std::to_string(at)),
                      std::string::npos)
                << record.error().message;
        }
        EXPECT_TRUE(found) << "sector " << sector;
        EXPECT_FALSE(reader_->read_batch_at(stands));
        disk_->flip_bit(segment_path(1), (at + 77) * 8 + 3);
    }
}

// covers: B10
TEST_F(record_reader, a_read_that_fails_is_a_fault_and_no_record) {
    disk_->fail_reads(true);
    EXPECT_EQ(reader_->read(64).error().kind, Fault::Kind::storage_unavailable);
    disk_->fail_reads(false);
    EXPECT_TRUE(reader_->read(64));
}

TEST(record_reader_threads, many_read_what_is_durable_while_the_book_grows) {
    const auto batches = make_batches(300, 2, 3, 600);
    os::SimulatedDisk disk;
    JournalOptions options = small_book();
    options.background = true;
    auto book = open_book(disk, options);
    ASSERT_TRUE(book);
    const RecordReader reader{disk, book->journal->readable()};
    std::atomic<std::uint64_t> appended{0};
    std::atomic<bool> done{false};
    std::atomic<std::uint64_t> reads{0};
    const auto read_some = [&](std::uint64_t seed) {
        std::mt19937_64 random{seed};
        while (!done) {
            const std::uint64_t sequence = random() % (appended + 2);
            const auto found = reader.find_batch(sequence);
            ASSERT_TRUE(found) << found.error().message;
            if (!*found) continue;
            const Batch& batch = batches[sequence - 1];
            const auto positions = record_positions(batch, (*found)->position);
            const std::size_t which = random() % positions.size();
            const auto record = reader.read(positions[which]);
            ASSERT_TRUE(record) << record.error().message;
            ASSERT_EQ(record->bytes, batch.records[which]);
            ++reads;
        }
    };
    {
        std::jthread first{read_some, 1};
        std::jthread second{read_some, 2};
        for (const Batch& batch : batches) {
            while (!book->journal->check_writable()) std::this_thread::yield();
            EXPECT_TRUE(batch.append_to(*book->journal));
            appended = batch.sequence;
        }
        while (reads < 200) std::this_thread::yield();
        done = true;
    }
}

}  // namespace
}  // namespace coffer::store_embedded
