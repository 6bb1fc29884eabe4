#include "store_embedded/sector.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store_embedded/crc32c.h"
#include "store_embedded/journal_test_support.h"

namespace coffer::store_embedded {
namespace {

using testing::test_book;

TEST(crc32c, gives_the_known_value) {
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);
    EXPECT_EQ(crc32c({}), 0U);
    // RFC 3720 B.4.
    EXPECT_EQ(crc32c(std::vector<std::uint8_t>(32, 0)), 0x8A9136AAU);
    EXPECT_EQ(crc32c(std::vector<std::uint8_t>(32, 0xFF)), 0x62A8AB43U);
}

TEST(crc32c, is_the_same_in_pieces) {
    const auto bytes = as_bytes("123456789");
    const std::uint32_t state = crc32c_add(crc32c_begin, bytes.data(), 4);
    EXPECT_EQ(crc32c_end(crc32c_add(state, bytes.data() + 4, 5)), 0xE3069283U);
    const std::uint32_t number = crc32c_add(crc32c_begin, load_le<std::uint64_t>(bytes.data()));
    EXPECT_EQ(crc32c_end(crc32c_add(number, bytes.data() + 8, 1)), 0xE3069283U);
}

struct Framed {
    BatchHeader header;
    std::vector<std::uint8_t> payload;
    std::vector<std::uint8_t> sectors;
};

Framed framed(std::size_t payload_bytes, std::uint64_t position) {
    Framed out{{7, Instant{8}, static_cast<std::uint32_t>(payload_bytes), 1, Hash{9}}, {}, {}};
    out.payload.resize(payload_bytes);
    for (std::size_t i = 0; i < payload_bytes; ++i) out.payload[i] = static_cast<std::uint8_t>(i);
    out.sectors.assign(framed_bytes(payload_bytes), 0xEE);
    SectorCodec{test_book}.frame(out.header, out.payload, position, out.sectors.data());
    return out;
}

RC_GTEST_PROP(sector, gives_the_payload_back, ()) {
    const auto bytes = *rc::gen::inRange<std::size_t>(69, 20'000);
    const auto position = *rc::gen::inRange<std::uint64_t>(0, 1U << 30) * sector_bytes;
    const Framed batch = framed(bytes, position);
    const SectorCodec codec{test_book};
    for (std::size_t i = 0; i < batch.sectors.size() / sector_bytes; ++i) {
        const std::uint8_t* sector = batch.sectors.data() + i * sector_bytes;
        RC_ASSERT(codec.valid(sector, position + i * sector_bytes));
        RC_ASSERT(sector_number(sector) == i);
    }
    std::vector<std::uint8_t> back(framed_bytes(bytes) / sector_bytes * sector_payload_bytes);
    unframe(batch.sectors.data(), back);
    RC_ASSERT(all_zero(Bytes{back}.subspan(bytes)));
    RC_ASSERT(std::equal(back.begin() + batch_header_bytes,
                         back.begin() + static_cast<std::ptrdiff_t>(bytes),
                         batch.payload.begin() + batch_header_bytes));
    const auto header = parse_header(back.data());
    RC_ASSERT(header.has_value());
    RC_ASSERT(header->sequence == 7U && header->time == Instant{8} && header->hash == Hash{9} &&
              header->payload_bytes == bytes);
}

TEST(sector, is_valid_only_with_every_bit_at_its_place_in_its_book) {
    const Framed batch = framed(600, 4096);
    const SectorCodec codec{test_book};
    for (std::size_t bit = 0; bit < sector_bytes * 8; ++bit) {
        auto flipped = batch.sectors;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        EXPECT_FALSE(codec.valid(flipped.data(), 4096)) << "bit " << bit;
    }
    EXPECT_FALSE(codec.valid(batch.sectors.data(), 4096 + sector_bytes));
    EXPECT_FALSE(SectorCodec{BookId{}}.valid(batch.sectors.data(), 4096));
    EXPECT_FALSE(codec.valid(std::vector<std::uint8_t>(sector_bytes).data(), 4096));
}

TEST(sector, record_positions_follow_the_formula_of_the_format) {
    EXPECT_EQ(position_in_batch(1024, 64), 1024U + 64);
    EXPECT_EQ(position_in_batch(1024, 505), 1024U + 505);
    EXPECT_EQ(position_in_batch(1024, 506), 1024U + 512);
    EXPECT_EQ(position_in_batch(1024, 1012 + 3), 1024U + 1024 + 3);
}

TEST(batch, headers_that_cannot_be_are_none) {
    std::uint8_t bytes[batch_header_bytes];
    const BatchHeader good{1, Instant{-5}, 64 + 5, 1, {}};
    write_header(good, bytes);
    ASSERT_TRUE(parse_header(bytes));
    EXPECT_EQ(parse_header(bytes)->time, Instant{-5});
    for (const BatchHeader& bad :
         {BatchHeader{0, Instant{}, 69, 1, {}}, BatchHeader{1, Instant{}, 69, 0, {}},
          BatchHeader{1, Instant{}, 68, 1, {}},
          BatchHeader{1, Instant{}, batch_bytes_limit + 1, 1, {}}}) {
        write_header(bad, bytes);
        EXPECT_FALSE(parse_header(bytes));
    }
    for (const std::size_t at : {0U, 4U, 6U, 7U}) {
        write_header(good, bytes);
        bytes[at] ^= 1;
        EXPECT_FALSE(parse_header(bytes)) << at;
    }
}

TEST(batch, a_cursor_stays_within_the_payload) {
    const testing::Batch batch = testing::make_batch(1, {}, {10, 20});
    auto payload = batch.payload();
    BatchView view{0, {1, batch.time, static_cast<std::uint32_t>(payload.size()), 2, {}}, payload};
    const auto walk = [&] {
        RecordCursor records{view};
        for (RecordView record; records.next(record);) {
        }
        return records.well_formed();
    };
    EXPECT_TRUE(walk());
    for (const std::uint32_t length : {0U, 9U, 11U, 35U, 1U << 31, UINT32_MAX}) {
        store_le(payload.data() + batch_header_bytes, length);
        EXPECT_FALSE(walk()) << length;
    }
    store_le(payload.data() + batch_header_bytes, 10U);
    view.header.record_count = 1;
    EXPECT_FALSE(walk());
    view.header.record_count = 3;
    EXPECT_FALSE(walk());
}

}  // namespace
}  // namespace coffer::store_embedded
