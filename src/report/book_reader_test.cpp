#include "report/book_reader.h"

#include <gtest/gtest.h>

#include "report/testing_book.h"

namespace coffer::report {
namespace {

using testing::BookMaker;
using testing::FramedBook;
using testing::Octets;
using testing::small_book;

struct Read {
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    bool ended = false;
    std::optional<Finding> damage;
    std::optional<Place> torn;
};

Read read_all(os::FileSystem& files) {
    Read read;
    auto reader = BookReader::open(files, {.attempts = 1});
    EXPECT_TRUE(reader.ok()) << reader.error().message;
    for (;;) {
        const auto step = reader->next();
        EXPECT_TRUE(step.ok());
        if (*step == BookReader::Step::batch) {
            ++read.batches;
            read.records += reader->batch().records.size();
            continue;
        }
        read.ended = *step == BookReader::Step::end;
        if (!read.ended) read.damage = reader->damage();
        read.torn = reader->torn();
        return read;
    }
}

struct Written {
    Written() { book.framed.write(disk); }
    explicit Written(BookMaker maker) : book{std::move(maker)} { book.framed.write(disk); }
    BookMaker book = small_book();
    os::SimulatedDisk disk;

    [[nodiscard]] std::uint64_t records() const {
        std::uint64_t sum = 0;
        for (const auto& batch : book.framed.batches) sum += batch.records.size();
        return sum;
    }
};

TEST(BookReader, crc_has_the_known_check_value) {
    EXPECT_EQ(Crc32c{}.add(as_bytes("123456789")).value(), 0xE3069283u);
    EXPECT_EQ(testing::SlowCrc{}.add(as_bytes("123456789")).value(), 0xE3069283u);
}

TEST(BookReader, reads_every_batch_and_record_over_two_segments) {
    Written written;
    const Read read = read_all(written.disk);
    EXPECT_TRUE(read.ended);
    EXPECT_FALSE(read.torn);
    EXPECT_EQ(read.batches, written.book.framed.batches.size());
    EXPECT_EQ(read.records, written.records());
}

TEST(BookReader, a_folder_without_a_book_is_a_fault_of_configuration) {
    os::SimulatedDisk disk;
    const auto reader = BookReader::open(disk, {});
    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().kind, Fault::Kind::configuration);
}

TEST(BookReader, every_damaged_byte_of_manifest_is_noticed) {
    Written written;
    const auto whole = written.disk.content("MANIFEST");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] ^= 1;
        written.disk.put_file("MANIFEST", changed);
        EXPECT_FALSE(read_book_files(written.disk).ok()) << "byte " << at;
    }
}

TEST(BookReader, every_flipped_byte_of_a_batch_is_named) {
    Written written;
    const auto& batch = written.book.framed.batches[1];
    const std::uint64_t end = batch.offset + FramedBook::sectors(batch) * 512;
    for (std::uint64_t at = batch.offset; at < end; ++at) {
        written.disk.flip_bit(segment_path(1), at * 8 + at % 8);
        const Read read = read_all(written.disk);
        ASSERT_TRUE(read.damage) << "byte " << at;
        EXPECT_EQ(read.damage->place.segment, 1u);
        EXPECT_EQ(read.damage->place.offset, at / 512 * 512);
        EXPECT_EQ(read.batches, 1u);
        written.disk.flip_bit(segment_path(1), at * 8 + at % 8);
    }
}

TEST(BookReader, a_sector_that_stands_elsewhere_is_damage) {
    Written written;
    written.disk.copy_within(segment_path(1), 512, 1024, 512);
    const Read read = read_all(written.disk);
    ASSERT_TRUE(read.damage);
    EXPECT_EQ(read.damage->place.offset, 1024u);
}

/// The last batch of the first segment alone, with `lost` sectors never written.
struct Torn : Written {
    explicit Torn(std::uint64_t lost_mask) {
        book.framed.batches.resize(3);
        os::SimulatedDisk whole;
        book.framed.write(whole);
        book.framed.write(disk);
        last = book.framed.batches[2];
        for (std::uint64_t i = 0; i < FramedBook::sectors(last); ++i) {
            if ((lost_mask >> i & 1) == 0) continue;
            disk.overwrite(segment_path(1), last.offset + i * 512, Octets(512));
        }
    }
    testing::FramedBatch last;
};

TEST(BookReader, a_torn_last_batch_is_dropped_and_mentioned) {
    for (const std::uint64_t lost : {0x1u, 0x2u, 0x3u, 0x4u, 0xffefu, 0xfffeu, 0xfffdu}) {
        Torn torn{lost};
        ASSERT_GT(FramedBook::sectors(torn.last), 5u);
        const Read read = read_all(torn.disk);
        EXPECT_TRUE(read.ended) << lost << " " << (read.damage ? read.damage->message : "");
        EXPECT_EQ(read.batches, 2u);
        ASSERT_TRUE(read.torn);
        EXPECT_EQ(read.torn->offset, torn.last.offset);
    }
}

TEST(BookReader, a_batch_of_which_nothing_was_written_is_the_end) {
    Torn torn{~std::uint64_t{0}};
    const Read read = read_all(torn.disk);
    EXPECT_TRUE(read.ended);
    EXPECT_FALSE(read.torn);
}

TEST(BookReader, a_hole_in_an_acknowledged_batch_is_damage) {
    Written written;  // the same holes, but a batch stands behind
    const auto& batch = written.book.framed.batches[2];
    for (const std::uint64_t lost : {0u, 1u, 5u}) {
        const auto before = written.disk.content(segment_path(1));
        written.disk.overwrite(segment_path(1), batch.offset + lost * 512, Octets(512));
        const Read read = read_all(written.disk);
        EXPECT_TRUE(read.damage) << "sector " << lost;
        EXPECT_EQ(read.batches, 2u);
        written.disk.put_file(segment_path(1), before);
    }
}

TEST(BookReader, a_torn_batch_with_a_later_segment_written_is_damage) {
    Written written;
    auto& batches = written.book.framed.batches;
    const std::uint64_t last = batches[3].offset + (FramedBook::sectors(batches[3]) - 1) * 512;
    written.disk.overwrite(segment_path(1), last, Octets(512));
    const Read read = read_all(written.disk);
    ASSERT_TRUE(read.damage);
    EXPECT_EQ(read.batches, 3u);
}

TEST(BookReader, a_torn_batch_with_a_flipped_bit_is_damage) {
    Torn torn{2};
    torn.disk.flip_bit(segment_path(1), (torn.last.offset + 4 * 512 + 77) * 8);
    EXPECT_TRUE(read_all(torn.disk).damage);
}

TEST(BookReader, anything_behind_the_end_is_damage) {
    Written written;
    const Octets one(1, 1);
    for (const std::uint64_t at : {5000u, 8191u}) {
        written.disk.overwrite(segment_path(2), at, one);
        const Read read = read_all(written.disk);
        ASSERT_TRUE(read.damage);
        EXPECT_EQ(read.damage->place.offset, at / 512 * 512);
        written.disk.overwrite(segment_path(2), at, Octets(1));
    }
}

TEST(BookReader, a_missing_or_short_segment_is_noticed) {
    Written written;
    written.disk.truncate(segment_path(2), 4096);
    EXPECT_TRUE(read_all(written.disk).damage);
    written.disk.delete_file(segment_path(2));
    auto reader = BookReader::open(written.disk, {.attempts = 1});
    ASSERT_TRUE(reader.ok());
    for (int i = 0; i < 4; ++i) EXPECT_EQ(*reader->next(), BookReader::Step::batch);
    EXPECT_FALSE(reader->next().ok());
}

TEST(BookReader, sequence_time_and_hash_must_follow) {
    const auto damage_after = [](auto change) {
        BookMaker book = small_book();
        change(book.framed);
        Written written{std::move(book)};
        return read_all(written.disk).damage;
    };
    auto damage = damage_after([](FramedBook& book) { book.batches[2].sequence = 4; });
    ASSERT_TRUE(damage);
    EXPECT_EQ(damage->field, "sequence");
    damage = damage_after([](FramedBook& book) { book.batches[2].time -= 2000; });
    ASSERT_TRUE(damage);
    EXPECT_EQ(damage->field, "time");

    // An old version of one batch, whose own checksums are right, comes back: only the chain tells.
    Written old;
    BookMaker newer = small_book();
    newer.framed.batches[1].records[0].back() ^= 1;  // a text
    Written written{newer};
    const auto& batch = old.book.framed.batches[2];
    const auto stale = old.disk.content(segment_path(1));
    written.disk.overwrite(segment_path(1), batch.offset,
                           Bytes{stale}.subspan(batch.offset, FramedBook::sectors(batch) * 512));
    damage = read_all(written.disk).damage;
    ASSERT_TRUE(damage);
    EXPECT_EQ(damage->rule, Rule::batch_hash);
    EXPECT_EQ(damage->place.sequence, 3u);
}

/// A disk on which a server goes on writing while it is read: after each read of a segment the next
/// part of the book appears.
class GrowingDisk final : public os::FileSystem {
public:
    GrowingDisk(os::SimulatedDisk& disk, std::function<void()> grow)
        : disk_{disk}, grow_{std::move(grow)} {}

    Result<std::unique_ptr<os::File>, Fault> open(std::string_view path, os::Open how) override {
        auto file = disk_.open(path, how);
        if (!file || how != os::Open::read || path == "MANIFEST") return file;
        std::unique_ptr<os::File> grown = std::make_unique<File>(std::move(file).value(), grow_);
        return grown;
    }
    Result<bool, Fault> exists(std::string_view path) override { return disk_.exists(path); }
    Result<std::vector<std::string>, Fault> list(std::string_view f) override {
        return disk_.list(f);
    }
    Result<Ok, Fault> make_folder(std::string_view) override { return refused(); }
    Result<Ok, Fault> rename(std::string_view, std::string_view) override { return refused(); }
    Result<Ok, Fault> remove(std::string_view) override { return refused(); }
    Result<Ok, Fault> sync_folder(std::string_view) override { return refused(); }
    Result<std::unique_ptr<os::Lock>, Fault> lock(std::string_view) override { return refused(); }

private:
    static Fault refused() { return {Fault::Kind::busy, "a reader may not"}; }

    class File final : public os::File {
    public:
        File(std::unique_ptr<os::File> file, const std::function<void()>& grow)
            : file_{std::move(file)}, grow_{grow} {}
        Result<std::size_t, Fault> read_at(std::uint64_t offset,
                                           std::span<std::uint8_t> into) override {
            auto got = file_->read_at(offset, into);
            grow_();
            return got;
        }
        Result<Ok, Fault> write_at(std::uint64_t, Bytes) override { return refused(); }
        Result<Ok, Fault> write_durable(std::uint64_t, Bytes) override { return refused(); }
        void begin_durable(std::uint64_t, Bytes) override {}
        bool durable_ended() override { return true; }
        Result<Ok, Fault> end_durable() override { return refused(); }
        Result<Ok, Fault> sync() override { return refused(); }
        Result<std::uint64_t, Fault> size() override { return file_->size(); }

    private:
        std::unique_ptr<os::File> file_;
        const std::function<void()>& grow_;
    };

    os::SimulatedDisk& disk_;
    std::function<void()> grow_;
};

TEST(BookReader, reads_beside_a_writer_without_seeing_damage) {
    const BookMaker whole = small_book();
    // Written a sector at a time, a second segment listed late, between any two reads.
    for (int sectors_a_read = 1; sectors_a_read < 40; ++sectors_a_read) {
        os::SimulatedDisk done;
        whole.framed.write(done);
        FramedBook first = whole.framed;
        first.segment_sizes = {16384};
        first.batches.resize(1);
        os::SimulatedDisk disk;
        first.write(disk);
        std::uint32_t segment = 1;
        std::uint64_t offset = 0;
        const auto grow = [&] {
            for (int i = 0; i < sectors_a_read && segment <= 2; ++i) {
                const auto content = done.content(segment_path(segment));
                disk.overwrite(segment_path(segment), offset, Bytes{content}.subspan(offset, 512));
                offset += 512;
                if (offset < whole.framed.segment_sizes[segment - 1]) continue;
                offset = 0;
                ++segment;
                if (segment == 2) {
                    disk.put_file(segment_path(2), Octets(8192));
                    disk.put_file("MANIFEST", as_bytes(whole.framed.manifest()));
                }
            }
        };
        GrowingDisk growing{disk, grow};
        auto reader = BookReader::open(growing, {.attempts = 100, .gap = {}});
        ASSERT_TRUE(reader.ok());
        std::uint64_t batches = 0;
        // The end may come early, when the writer pauses; asking again goes on.
        for (int asked = 0; asked < 300 && batches < whole.framed.batches.size(); ++asked) {
            const auto step = reader->next();
            ASSERT_TRUE(step.ok());
            ASSERT_NE(*step, BookReader::Step::damage)
                << sectors_a_read << ": " << reader->damage().message;
            if (*step == BookReader::Step::batch) ++batches;
        }
        EXPECT_EQ(batches, whole.framed.batches.size());
    }
}

TEST(BookReader, estimates_where_the_book_ends) {
    Written written;
    auto reader = BookReader::open(written.disk, {});
    const auto& last = written.book.framed.batches.back();
    EXPECT_EQ(*reader->estimated_end(), 16384 + last.offset + FramedBook::sectors(last) * 512);
}

}  // namespace
}  // namespace coffer::report
