#include "engine/public_ids.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace coffer::engine {
namespace {

constexpr std::array<std::uint8_t, 32> key{7, 7, 7};
constexpr std::int64_t ms_end = std::int64_t{1} << 48;

std::array<wallet::PublicId, 5> all_of(const wallet::NewIds& ids) {
    return {ids.wallet, ids.entry, ids.transactions[0], ids.transactions[1], ids.hold};
}

std::string text_of(wallet::PublicId id) {
    std::string out;
    append_id(out, wallet_prefix, id);
    return out;
}

wallet::PublicId any_id() {
    return {(static_cast<UInt128>(*rc::gen::arbitrary<std::uint64_t>()) << 64) |
            *rc::gen::arbitrary<std::uint64_t>()};
}

RC_GTEST_PROP(PublicIds, origin_finds_what_they_were_made_of, ()) {
    PublicIds ids{key};
    const Instant time{*rc::gen::inRange<std::int64_t>(0, ms_end)};
    const auto sequence = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 56);
    const auto ordinal = *rc::gen::inRange<std::uint32_t>(0, 1 << 21);
    const auto made = all_of(ids.make_one(time, sequence, ordinal));
    for (std::size_t place = 0; place < made.size(); ++place) {
        const auto origin = ids.origin(made[place]);
        RC_ASSERT(origin.time == time);
        RC_ASSERT(origin.sequence == sequence);
        RC_ASSERT(origin.ordinal == ordinal);
        RC_ASSERT(origin.place == place);
    }
}

RC_GTEST_PROP(PublicIds, a_later_time_sorts_behind_in_number_and_in_text, ()) {
    PublicIds ids{key};
    const auto early = *rc::gen::inRange<std::int64_t>(0, ms_end - 1);
    const auto late = *rc::gen::inRange<std::int64_t>(early + 1, ms_end);
    const auto before = ids.make_one({early}, *rc::gen::inRange(1u, 1000u), 0);
    const auto after = ids.make_one({late}, *rc::gen::inRange(1u, 1000u), 0);
    for (const auto a : all_of(before)) {
        for (const auto b : all_of(after)) {
            RC_ASSERT(a < b);
            RC_ASSERT(text_of(a) < text_of(b));
        }
    }
}

TEST(PublicIds, in_bulk_they_are_the_same_as_one_by_one) {
    PublicIds ids{key};
    std::vector<wallet::NewIds> bulk(100);
    ids.make({1'760'000'000'000}, 42, 5, bulk);
    std::set<wallet::PublicId> seen;
    for (std::uint32_t i = 0; i < bulk.size(); ++i) {
        const auto one = ids.make_one({1'760'000'000'000}, 42, 5 + i);
        EXPECT_EQ(all_of(bulk[i]), all_of(one));
        for (const auto id : all_of(one)) EXPECT_TRUE(seen.insert(id).second);
    }
}

TEST(PublicIds, neighbours_look_nothing_alike_and_another_key_gives_others) {
    PublicIds ids{key};
    PublicIds other{{1}};
    const auto a = ids.make_one({1'760'000'000'000}, 42, 0);
    const auto b = ids.make_one({1'760'000'000'000}, 42, 1);
    const auto c = other.make_one({1'760'000'000'000}, 42, 0);
    const UInt128 hidden = (UInt128{1} << 80) - 1;
    const auto bits_apart = [&](wallet::PublicId x, wallet::PublicId y) {
        const UInt128 difference = (x.value ^ y.value) & hidden;
        return std::popcount(static_cast<std::uint64_t>(difference)) +
               std::popcount(static_cast<std::uint64_t>(difference >> 64));
    };
    EXPECT_GT(bits_apart(a.entry, b.entry), 15);
    EXPECT_GT(bits_apart(a.wallet, a.entry), 15);
    EXPECT_GT(bits_apart(a.entry, c.entry), 15);
}

RC_GTEST_PROP(IdText, round_trips, ()) {
    const wallet::PublicId id = any_id();
    const std::string text = text_of(id);
    RC_ASSERT(text.size() == wallet_prefix.size() + 26);
    RC_ASSERT(parse_id(wallet_prefix, text) == id);
}

TEST(IdText, at_the_edges) {
    EXPECT_EQ(text_of({0}), "wlt_00000000000000000000000000");
    EXPECT_EQ(text_of({~UInt128{0}}), "wlt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
}

TEST(IdText, is_parsed_strictly) {
    const std::string good = "wlt_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    ASSERT_TRUE(parse_id(wallet_prefix, good));
    for (const char* text :
         {"", "wlt_", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "txn_01ARZ3NDEKTSV4RRFFQ69G5FAV",
          "WLT_01ARZ3NDEKTSV4RRFFQ69G5FAV", "wlt_01arz3ndektsv4rrffq69g5fav",
          "wlt_01ARZ3NDEKTSV4RRFFQ69G5FA", "wlt_01ARZ3NDEKTSV4RRFFQ69G5FAVV",
          "wlt_01ARZ3NDEKTSV4RRFFQ69G5FAI", "wlt_01ARZ3NDEKTSV4RRFFQ69G5FAL",
          "wlt_01ARZ3NDEKTSV4RRFFQ69G5FAO", "wlt_01ARZ3NDEKTSV4RRFFQ69G5FAU",
          "wlt_81ARZ3NDEKTSV4RRFFQ69G5FAV", "wlt_ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
          "wlt_01ARZ3NDEKTSV4RRFFQ69G5FA ", "wlt_01ARZ3NDEKTSV4RRFFQ69-5FAV"}) {
        EXPECT_FALSE(parse_id(wallet_prefix, text)) << text;
    }
    EXPECT_FALSE(parse_id(wallet_prefix, std::string_view{"wlt_01ARZ3NDEKTSV4RRFFQ69G5FA\0", 30}));
}

}  // namespace
}  // namespace coffer::engine
