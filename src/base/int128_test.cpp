#include "base/int128.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace coffer {
namespace {

std::string text_of(Int128 value) {
    std::string out;
    append_decimal(out, value);
    return out;
}

/// Every width from 0 to 127 bits is as likely as any other, and so is either sign.
Int128 any_int128() {
    const auto high = *rc::gen::arbitrary<std::uint64_t>();
    const auto low = *rc::gen::arbitrary<std::uint64_t>();
    const int shift = *rc::gen::inRange(0, 128);
    return static_cast<Int128>((static_cast<UInt128>(high) << 64) | low) >> shift;
}

TEST(Int128Text, at_the_edges) {
    EXPECT_EQ(text_of(0), "0");
    EXPECT_EQ(text_of(-1), "-1");
    EXPECT_EQ(text_of(9), "9");
    EXPECT_EQ(text_of(10), "10");
    EXPECT_EQ(text_of(static_cast<Int128>(UINT64_MAX)), "18446744073709551615");
    EXPECT_EQ(text_of(static_cast<Int128>(UINT64_MAX) + 1), "18446744073709551616");
    EXPECT_EQ(text_of(int128_max), "170141183460469231731687303715884105727");
    EXPECT_EQ(text_of(int128_min), "-170141183460469231731687303715884105728");
}

RC_GTEST_PROP(Int128Text, is_the_number_read_back, ()) {
    const Int128 value = any_int128();
    const std::string text = text_of(value);
    const bool negative = text[0] == '-';
    UInt128 read = 0;
    for (const char c : text.substr(negative ? 1 : 0)) {
        RC_ASSERT(c >= '0' && c <= '9');
        read = read * 10 + static_cast<unsigned>(c - '0');
    }
    RC_ASSERT((negative ? -read : read) == static_cast<UInt128>(value));
    RC_ASSERT(text == "0" || text[negative ? 1 : 0] != '0');
}

TEST(CheckedSums, refuse_what_does_not_fit) {
    EXPECT_FALSE(checked_plus(int128_max, 1));
    EXPECT_FALSE(checked_plus(int128_min, -1));
    EXPECT_FALSE(checked_minus(int128_min, 1));
    EXPECT_FALSE(checked_minus(0, int128_min));
    EXPECT_EQ(checked_plus(int128_max, int128_min), Int128{-1});
    EXPECT_EQ(checked_minus(int128_min, int128_min), Int128{0});
}

RC_GTEST_PROP(CheckedSums, undo_each_other, ()) {
    const Int128 a = any_int128();
    const Int128 b = any_int128();
    if (const auto sum = checked_plus(a, b)) {
        RC_ASSERT(checked_minus(*sum, b) == a);
        RC_ASSERT(checked_minus(*sum, a) == b);
    } else {
        RC_ASSERT((a > 0) == (b > 0));
    }
}

}  // namespace
}  // namespace coffer
