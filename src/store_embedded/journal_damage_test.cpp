// Stored bytes that are not what was written: named, never believed, never cut away.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "store_embedded/crc32c.h"
#include "store_embedded/journal_test_support.h"
#include "store_embedded/segment_file.h"

namespace coffer::store_embedded {
namespace {

using os::SimulatedDisk;
using testing::Batch;
using testing::disk_with;
using testing::make_batch;
using testing::make_batches;
using testing::open_book;
using testing::scan_only;
using testing::SeenBatches;

std::string damage_of(SimulatedDisk& disk) {
    SeenBatches seen;
    const auto end = scan_only(disk, seen);
    if (end) return "none";
    EXPECT_EQ(end.error().kind, Fault::Kind::storage_corrupt);
    return end.error().message;
}

bool names(const std::string& message, std::uint32_t segment, std::uint64_t byte) {
    return message.find(segment_path(segment)) != std::string::npos &&
           message.find("byte " + std::to_string(byte) + " ") != std::string::npos;
}

// covers: B17, B18
TEST(journal_damage, every_flipped_bit_of_a_book_is_found_and_named) {
    const auto batches = make_batches(4, 1, 2, 700);
    const auto disk = disk_with(batches);
    const std::uint64_t end = open_book(*disk)->end.position;
    const std::string path = segment_path(1);
    for (std::uint64_t bit = 0; bit < end * 8; ++bit) {
        disk->flip_bit(path, bit);
        const std::string found = damage_of(*disk);
        ASSERT_TRUE(names(found, 1, bit / 8 / sector_bytes * sector_bytes))
            << "bit " << bit << ": " << found;
        disk->flip_bit(path, bit);
    }
    for (std::uint64_t bit = end * 8; bit < segment_bytes_min * 8; bit += 1013) {
        disk->flip_bit(path, bit);
        ASSERT_NE(damage_of(*disk), "none") << "bit " << bit;
        disk->flip_bit(path, bit);
        disk->flip_bit(segment_path(2), bit);
        ASSERT_NE(damage_of(*disk), "none") << "bit " << bit;
        disk->flip_bit(segment_path(2), bit);
    }
    EXPECT_EQ(damage_of(*disk), "none");
}

/// Puts any subset of the sectors of one more batch behind a closed book.
class journal_torn : public ::testing::Test {
protected:
    void with_last_batch_of(const std::vector<std::size_t>& record_sizes) {
        before_ = make_batches(3, 2);
        last_ = make_batch(4, before_.back().hash, record_sizes);
        auto with_all = before_;
        with_all.push_back(last_);
        const auto whole = disk_with(with_all);
        position_ = open_book(*whole)->seen.positions.back();
        whole_ = whole->content(segment_path(1));
        sectors_ = sectors_for(last_.payload().size());
    }

    [[nodiscard]] std::unique_ptr<SimulatedDisk> with_sectors(std::uint64_t subset) const {
        auto disk = disk_with(before_);
        for (std::uint64_t i = 0; i < sectors_; ++i) {
            if ((subset >> i & 1) == 0) continue;
            const std::uint64_t at = position_ + i * sector_bytes;
            disk->overwrite(segment_path(1), at, Bytes{whole_}.subspan(at, sector_bytes));
        }
        return disk;
    }

    std::vector<Batch> before_;
    Batch last_;
    std::uint64_t position_ = 0;
    std::uint64_t sectors_ = 0;
    std::vector<std::uint8_t> whole_;
};

// covers: B02
TEST_F(journal_torn, every_subset_of_sectors_is_dropped_and_only_the_whole_is_accepted) {
    for (const std::size_t bytes : {10U, 600U, 1400U, 2900U}) {
        with_last_batch_of({bytes});
        for (std::uint64_t subset = 0; subset < 1U << sectors_; ++subset) {
            const auto disk = with_sectors(subset);
            auto book = open_book(*disk);
            ASSERT_TRUE(book) << "subset " << subset << ": " << book.error().message;
            const bool whole = subset == (1U << sectors_) - 1;
            EXPECT_EQ(book->seen.batches.size(), whole ? 4U : 3U) << "subset " << subset;
            EXPECT_EQ(book->end.torn, !whole && subset != 0) << "subset " << subset;
            // Another batch in its place stands alone there.
            const Batch next =
                whole ? make_batch(5, last_.hash, {50}) : make_batch(4, before_.back().hash, {70});
            ASSERT_TRUE(next.append_to(*book->journal));
            book->journal.reset();
            const auto again = open_book(*disk->crash_image(0));
            ASSERT_TRUE(again) << "subset " << subset << ": " << again.error().message;
            EXPECT_EQ(again->seen.batches.back(), next);
        }
    }
}

// covers: B17
TEST_F(journal_torn, a_torn_batch_with_anything_wrong_in_it_is_damage) {
    with_last_batch_of({2900});
    ASSERT_EQ(sectors_, 6U);
    const std::uint64_t at = position_;
    const auto torn = [&] { return with_sectors(0b101101); };
    EXPECT_EQ(damage_of(*torn()), "none");

    auto disk = torn();
    disk->flip_bit(segment_path(1), (at + 3 * sector_bytes + 100) * 8);
    EXPECT_TRUE(names(damage_of(*disk), 1, at + 3 * sector_bytes));

    disk = torn();  // something behind it
    disk->overwrite(segment_path(1), at + 6 * sector_bytes, Bytes{whole_}.first(sector_bytes));
    EXPECT_TRUE(names(damage_of(*disk), 1, at + 6 * sector_bytes));

    disk = torn();  // something in the next segment
    disk->overwrite(segment_path(2), 8192, Bytes{whole_}.first(1));
    EXPECT_TRUE(names(damage_of(*disk), 2, 8192));

    disk = torn();  // a sector of it at another place
    disk->copy_within(segment_path(1), at + 2 * sector_bytes, at + sector_bytes, sector_bytes);
    EXPECT_TRUE(names(damage_of(*disk), 1, at + sector_bytes));
}

// covers: B19, B20
TEST(journal_damage, a_zeroed_or_copied_block_before_the_last_batch_is_found) {
    const auto batches = make_batches(30, 3, 4, 900);
    const auto disk = disk_with(batches);
    const auto positions = open_book(*disk)->seen.positions;
    const std::uint64_t end = std::min<std::uint64_t>(positions.back(), segment_bytes_min / 2);
    const std::vector<std::uint8_t> zeros(block_bytes);
    for (std::uint64_t at = 0; at + block_bytes <= end; at += sector_bytes) {
        for (const std::uint64_t size : {sector_bytes, block_bytes}) {
            auto copy = disk->after_process_death();
            copy->overwrite(segment_path(1), at, Bytes{zeros}.first(size));
            EXPECT_NE(damage_of(*copy), "none") << "zeros at " << at;
            copy = disk->after_process_death();
            copy->copy_within(segment_path(1), at, at + size, size);
            EXPECT_NE(damage_of(*copy), "none") << "copied from " << at;
        }
    }
}

// covers: B21
TEST(journal_damage, an_old_version_of_a_block_is_found_when_anything_stands_behind_it) {
    const auto batches = make_batches(12, 4, 2, 900);
    SimulatedDisk disk;
    std::vector<std::vector<std::uint8_t>> versions;
    {
        auto book = open_book(disk);
        for (const Batch& batch : batches) {
            versions.push_back(disk.content(segment_path(1)));
            ASSERT_TRUE(batch.append_to(*book->journal));
        }
    }
    const auto now = disk.content(segment_path(1));
    const auto positions = open_book(disk)->seen.positions;
    const std::uint64_t last_block = positions.back() / block_bytes * block_bytes;
    for (const auto& old : versions) {
        for (std::uint64_t at = 0; at < last_block; at += block_bytes) {
            const Bytes block = Bytes{old}.subspan(at, block_bytes);
            if (std::equal(block.begin(), block.end(),
                           now.begin() + static_cast<std::ptrdiff_t>(at))) {
                continue;
            }
            const auto copy = disk.after_process_death();
            copy->overwrite(segment_path(1), at, block);
            EXPECT_NE(damage_of(*copy), "none") << "block " << at;
        }
    }
}

// covers: U02
TEST(journal_damage, a_book_of_a_later_version_is_refused_and_left_as_it_is) {
    const auto disk = disk_with(make_batches(10, 6));
    std::string text = format_manifest(**load_manifest(*disk));
    text.resize(text.rfind("checksum "));
    text.replace(text.find('\n') - 1, 1, "2");
    char checksum[9];
    std::snprintf(checksum, sizeof checksum, "%08x", crc32c(as_bytes(text)));
    text += "checksum " + std::string{checksum} + '\n';
    disk->put_file("MANIFEST", as_bytes(text));
    const auto segment = disk->content(segment_path(1));
    const std::uint64_t steps = disk->steps();
    const auto book = open_book(*disk);
    ASSERT_FALSE(book);
    EXPECT_EQ(book.error().kind, Fault::Kind::configuration) << book.error().message;
    EXPECT_NE(book.error().message.find("another version"), std::string::npos);
    EXPECT_EQ(disk->content(segment_path(1)), segment);
    EXPECT_EQ(disk->steps(), steps) << "nothing was written";
}

// covers: B22, B23
TEST(journal_damage, files_that_are_missing_cut_swapped_or_foreign_are_refused_by_name) {
    const auto batches = make_batches(60, 5);
    const auto disk = disk_with(batches);
    const auto refusal = [&](const auto& spoil) {
        const auto copy = disk->after_process_death();
        spoil(*copy);
        const auto book = open_book(*copy);
        if (book) return std::string{"opened"};
        EXPECT_EQ(book.error().kind, Fault::Kind::storage_corrupt) << book.error().message;
        return book.error().message;
    };
    const std::string second = segment_path(2);
    const auto says = [&](const std::string& message, const std::string& what) {
        EXPECT_NE(message.find(what), std::string::npos) << message;
    };
    says(refusal([&](SimulatedDisk& d) { d.delete_file(second); }), second + " is missing");
    says(refusal([&](SimulatedDisk& d) { d.truncate(second, 4096); }), second + " has 4096 bytes");
    says(refusal([&](SimulatedDisk& d) { d.truncate(second, 131072); }), second);
    says(refusal([&](SimulatedDisk& d) {
             d.rename_file(second, "journal/x");
             d.rename_file(segment_path(3), second);
             d.rename_file("journal/x", segment_path(3));
         }),
         second);
    says(refusal([&](SimulatedDisk& d) { d.rename_file(second, segment_path(77)); }), second);
    says(refusal([&](SimulatedDisk& d) { d.put_file(segment_path(77), as_bytes("x")); }),
         segment_path(77));
    says(refusal([&](SimulatedDisk& d) { d.delete_file("MANIFEST"); }), "MANIFEST");
    says(refusal([&](SimulatedDisk& d) { d.truncate("MANIFEST", 60); }), "MANIFEST");
    says(refusal([&](SimulatedDisk& d) { d.truncate("MANIFEST", 0); }), "MANIFEST");
    for (std::uint64_t bit = 0; bit < 800; bit += 7) {
        says(refusal([&](SimulatedDisk& d) { d.flip_bit("MANIFEST", bit); }), "MANIFEST");
    }
    // A MANIFEST of an earlier day: the book is longer than it says.
    const Manifest manifest = **load_manifest(*disk);
    Manifest old = manifest;
    old.segments.resize(2);
    says(refusal([&](SimulatedDisk& d) { d.put_file("MANIFEST", as_bytes(format_manifest(old))); }),
         segment_path(3));
    Manifest foreign = manifest;
    foreign.book = BookId{};
    says(refusal(
             [&](SimulatedDisk& d) { d.put_file("MANIFEST", as_bytes(format_manifest(foreign))); }),
         segment_path(1));
}

TEST(journal_damage,
     headers_and_records_that_do_not_follow_are_refused_though_their_checksums_hold) {
    const auto batches = make_batches(3, 6, 1, 100);
    const auto disk = disk_with(batches);
    const SectorCodec codec{testing::test_book};
    const std::uint64_t at = open_book(*disk)->end.position;
    const auto with = [&](BatchHeader header, std::vector<std::uint8_t> payload) {
        header.payload_bytes = static_cast<std::uint32_t>(payload.size());
        std::vector<std::uint8_t> sectors(framed_bytes(payload.size()));
        codec.frame(header, payload, at, sectors.data());
        const auto copy = disk->after_process_death();
        copy->overwrite(segment_path(1), at, sectors);
        return damage_of(*copy);
    };
    const Batch next = make_batch(4, batches.back().hash, {100});
    const BatchHeader good{4, next.time, 0, 1, next.hash};
    EXPECT_EQ(with(good, next.payload()), "none");
    const auto wrong = [&](const auto& spoil) {
        BatchHeader header = good;
        spoil(header);
        return with(header, next.payload());
    };
    EXPECT_TRUE(names(wrong([](BatchHeader& h) { h.sequence = 5; }), 1, at));
    EXPECT_TRUE(names(wrong([](BatchHeader& h) { h.sequence = 3; }), 1, at));
    EXPECT_TRUE(names(wrong([](BatchHeader& h) { h.time.unix_ms -= 100'000; }), 1, at));
    EXPECT_TRUE(names(wrong([](BatchHeader& h) { h.record_count = 2; }), 1, at));
    EXPECT_NE(wrong([](BatchHeader& h) { h.hash[0] ^= 1; }).find("hash"), std::string::npos);
    auto payload = next.payload();
    store_le(payload.data() + batch_header_bytes, 99U);
    EXPECT_TRUE(names(with(good, payload), 1, at));
}

TEST(journal_damage, what_a_cut_off_start_left_is_no_damage) {
    const auto batches = make_batches(10, 7);
    const auto disk = disk_with(batches);
    const std::uint32_t next = (*load_manifest(*disk))->segments.back().number + 1;
    disk->put_file(segment_path(next), std::vector<std::uint8_t>(5000));
    disk->put_file("MANIFEST.new", as_bytes("coffer-mani"));
    const auto book = open_book(*disk);
    ASSERT_TRUE(book) << book.error().message;
    EXPECT_EQ(book->seen.batches, batches);
}

}  // namespace
}  // namespace coffer::store_embedded
