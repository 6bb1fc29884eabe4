#include "base/byte_writer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace coffer {
namespace {

using Memory = std::vector<std::uint8_t>;

template <class Write>
Memory written(Write&& write, std::size_t bytes = 64) {
    Memory memory(bytes);
    ByteWriter out{memory};
    write(out);
    memory.resize(out.size());
    return memory;
}

UInt128 any_uint128() {
    const auto high = *rc::gen::arbitrary<std::uint64_t>();
    const auto low = *rc::gen::arbitrary<std::uint64_t>();
    return ((static_cast<UInt128>(high) << 64) | low) >> *rc::gen::inRange(0, 128);
}

TEST(Varint, known_bytes) {
    EXPECT_EQ(written([](auto& out) { out.varint(0); }), (Memory{0}));
    EXPECT_EQ(written([](auto& out) { out.varint(127); }), (Memory{127}));
    EXPECT_EQ(written([](auto& out) { out.varint(128); }), (Memory{0x80, 1}));
    EXPECT_EQ(written([](auto& out) { out.varint(300); }), (Memory{0xac, 2}));
    EXPECT_EQ(written([](auto& out) { out.varint(UINT64_MAX); }).size(), 10u);
    EXPECT_EQ(written([](auto& out) { out.varint128(~UInt128{0}); }).size(), varint_bytes_max);
    EXPECT_EQ(written([](auto& out) { out.int128(0); }), (Memory{0}));
    EXPECT_EQ(written([](auto& out) { out.int128(-1); }), (Memory{1}));
    EXPECT_EQ(written([](auto& out) { out.int128(1); }), (Memory{2}));
    EXPECT_EQ(written([](auto& out) { out.int128(int128_min); }).size(), varint_bytes_max);
}

TEST(Varint, is_leb128_at_every_length) {
    for (int bit = 0; bit < 64; ++bit) {
        const std::uint64_t power = std::uint64_t{1} << bit;
        const std::uint64_t mixed = 0x9e37'79b9'7f4a'7c15 >> (63 - bit);
        for (const std::uint64_t value : {power - 1, power, power + 1, power | 0x2a, mixed}) {
            Memory expected;
            for (std::uint64_t left = value; left >= 0x80; left >>= 7) {
                expected.push_back(static_cast<std::uint8_t>(left | 0x80));
            }
            expected.push_back(static_cast<std::uint8_t>(value >> 7 * expected.size()));
            EXPECT_EQ(written([&](auto& out) { out.varint(value); }), expected) << value;
        }
    }
}

RC_GTEST_PROP(Varint, comes_back_and_nothing_is_left, ()) {
    const UInt128 value = any_uint128();
    const Memory bytes = written([&](auto& out) {
        out.varint128(value);
        out.int128(static_cast<Int128>(value));
        out.varint(static_cast<std::uint64_t>(value));
    });
    ByteReader in{bytes};
    RC_ASSERT(in.varint128() == value);
    RC_ASSERT(in.int128() == static_cast<Int128>(value));
    RC_ASSERT(in.varint() == static_cast<std::uint64_t>(value));
    RC_ASSERT(in.ok() && in.room() == 0);
}

RC_GTEST_PROP(Varint, cut_short_is_refused, ()) {
    const Memory bytes = written([&](auto& out) { out.varint128(any_uint128()); });
    const auto size = *rc::gen::inRange<std::size_t>(0, bytes.size());
    ByteReader in{Bytes{bytes.data(), size}};
    RC_ASSERT(in.varint128() == 0);
    RC_ASSERT(!in.ok());
}

TEST(Varint, only_the_shortest_form_is_read) {
    for (const Memory& bytes : {Memory{0x80, 0}, Memory{0x81, 0}, Memory{0xff, 0x80, 0}}) {
        ByteReader in{bytes};
        in.varint128();
        EXPECT_FALSE(in.ok());
    }
}

TEST(Varint, more_than_the_type_holds_is_refused) {
    Memory over(18, 0x80);
    over.push_back(4);  // 2^128
    ByteReader in{over};
    EXPECT_EQ(in.varint128(), 0);
    EXPECT_FALSE(in.ok());

    const Memory over64 =
        written([](auto& out) { out.varint128(static_cast<UInt128>(UINT64_MAX) + 1); });
    ByteReader in64{over64};
    EXPECT_EQ(in64.varint(), 0u);
    EXPECT_FALSE(in64.ok());

    const Memory over32 = written([](auto& out) { out.varint(std::uint64_t{UINT32_MAX} + 1); });
    ByteReader in32{over32};
    EXPECT_EQ(in32.varint32(), 0u);
    EXPECT_FALSE(in32.ok());

    const Memory endless(100, 0xff);
    ByteReader never{endless};
    EXPECT_EQ(never.varint128(), 0);
    EXPECT_FALSE(never.ok());
}

TEST(ByteReader, once_wrong_stays_wrong) {
    const Memory bytes{1, 2, 3};
    ByteReader in{bytes};
    EXPECT_EQ(in.fixed<std::uint64_t>(), 0u);
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.u8(), 0);
    EXPECT_EQ(in.varint(), 0u);
    EXPECT_EQ(in.int128(), 0);
    EXPECT_TRUE(in.bytes(1).empty());
    EXPECT_TRUE(in.text(10).empty());
    EXPECT_FALSE(in.ok());
}

TEST(ByteReader, a_text_longer_than_allowed_or_than_the_bytes_is_refused) {
    const Memory bytes = written([](auto& out) { out.text("12345"); });
    ByteReader whole{bytes};
    EXPECT_EQ(whole.text(5), "12345");
    ByteReader limited{bytes};
    EXPECT_EQ(limited.text(4), "");
    EXPECT_FALSE(limited.ok());
    ByteReader cut{Bytes{bytes.data(), 5}};
    EXPECT_EQ(cut.text(5), "");
    EXPECT_FALSE(cut.ok());
    const Memory absurd = written([](auto& out) { out.varint(UINT64_MAX); });
    ByteReader in{absurd};
    EXPECT_EQ(in.text(SIZE_MAX), "");
    EXPECT_FALSE(in.ok());
}

RC_GTEST_PROP(ByteReader, garbage_never_reads_past_the_end, (const Memory& garbage)) {
    ByteReader in{garbage};
    while (in.ok() && in.room() > 0) {
        switch (*rc::gen::inRange(0, 6)) {
            case 0: in.u8(); break;
            case 1: in.varint(); break;
            case 2: in.int128(); break;
            case 3: in.text(16); break;
            case 4: in.fixed<std::uint32_t>(); break;
            default: in.bytes(3);
        }
        RC_ASSERT(in.room() <= garbage.size());
    }
}

RC_GTEST_PROP(FixedNumbers, come_back, (std::uint64_t a, std::int64_t b, std::uint16_t c)) {
    const Memory bytes = written([&](auto& out) {
        out.fixed(a);
        out.fixed(b);
        out.fixed(c);
    });
    RC_ASSERT(bytes.size() == 18u);
    ByteReader in{bytes};
    RC_ASSERT(in.fixed<std::uint64_t>() == a);
    RC_ASSERT(in.fixed<std::int64_t>() == b);
    RC_ASSERT(in.fixed<std::uint16_t>() == c);
}

TEST(ByteWriterDeathTest, running_over_the_end_stops_the_process) {
    Memory memory(3);
    ByteWriter out{memory};
    EXPECT_DEATH(out.fixed(std::uint64_t{1}), "room");
    EXPECT_DEATH(out.bytes(Memory(4)), "room");
    EXPECT_DEATH(out.skip(4), "room");
}

}  // namespace
}  // namespace coffer
