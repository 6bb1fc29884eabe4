#include "store_postgres/arrays.h"

#include <gtest/gtest.h>

#include <set>

#include "store_postgres/loaded_batch.h"

namespace coffer::store_postgres {
namespace {

TEST(Array, is_a_text_that_the_server_reads_back_as_it_was) {
    Array array;
    EXPECT_EQ(array.text(), "{}");
    array.add_text("plain");
    array.add_text("");
    array.add_text("NULL");
    array.add_text("a \"quoted\" \\ {b,c}");
    array.add_null();
    EXPECT_EQ(array.text(), R"({"plain","","NULL","a \"quoted\" \\ {b,c}",NULL})");
}

TEST(Array, numbers_have_all_128_bits) {
    Array array;
    array.add(-1);
    array.add(int128_max);
    EXPECT_EQ(array.text(), "{-1,170141183460469231731687303715884105727}");
}

TEST(Array, bytes_are_hexadecimal) {
    Array array;
    array.add_bytes(as_bytes("A\\"));
    EXPECT_EQ(array.text(), R"({"\\x415c"})");
    const wallet::PublicId id{(static_cast<UInt128>(0x0102) << 112) | 0xff};
    EXPECT_EQ(uuid_text(bytes_of(id)), "010200000000000000000000000000ff");
    EXPECT_EQ(public_id_of(bytes_of(id)), id);
}

TEST(Lane, no_two_lanes_give_out_one_number) {
    std::set<std::uint32_t> wallets;
    std::set<std::uint32_t> subjects;
    for (std::uint32_t lane = 0; lane < 3; ++lane) {
        for (std::uint64_t given = 0; given < 50; ++given) {
            const auto next =
                Lane{.lane = lane, .lanes = 3, .subjects = given, .wallets = given}.next_numbers();
            ASSERT_TRUE(next.has_value());
            EXPECT_TRUE(wallets.insert(next->wallet).second);
            // A record introduces up to three people, with numbers in a row.
            for (std::uint32_t i = 0; i < 3; ++i) {
                EXPECT_TRUE(subjects.insert(next->subject + i).second);
            }
        }
    }
    EXPECT_FALSE(wallets.contains(0));
    EXPECT_FALSE(subjects.contains(0));
}

TEST(Lane, says_when_its_numbers_are_used_up) {
    EXPECT_TRUE((Lane{.lanes = 64, .wallets = (1u << 26) - 1}.next_numbers().has_value()));
    EXPECT_FALSE((Lane{.lanes = 64, .wallets = 1u << 26}.next_numbers().has_value()));
    EXPECT_FALSE((Lane{.lanes = 64, .subjects = 1u << 24}.next_numbers().has_value()));
}

}  // namespace
}  // namespace coffer::store_postgres
