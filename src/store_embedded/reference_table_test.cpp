#include "store_embedded/reference_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace coffer::store_embedded {
namespace {

TEST(reference_table, finds_what_was_inserted_and_nothing_else) {
    std::mt19937_64 random{1};
    ReferenceTable table;
    std::map<Fingerprint, std::uint64_t> model;
    for (std::uint64_t i = 1; i <= 200'000; ++i) {
        const Fingerprint fingerprint{random(), random()};
        EXPECT_TRUE(table.insert(fingerprint, i));
        model[fingerprint] = i;
    }
    EXPECT_EQ(table.size(), model.size());
    for (const auto& [fingerprint, position] : model) {
        ASSERT_EQ(table.find(fingerprint), position);
        EXPECT_EQ(table.find({fingerprint.high, fingerprint.low ^ 1}), 0U);
        EXPECT_EQ(table.find({fingerprint.high ^ 1, fingerprint.low}), 0U);
    }
    for (int i = 0; i < 200'000; ++i) EXPECT_EQ(table.find({random(), random()}), 0U);
}

TEST(reference_table, the_first_position_of_a_fingerprint_stays) {
    ReferenceTable table;
    EXPECT_TRUE(table.insert({1, 2}, 10));
    EXPECT_FALSE(table.insert({1, 2}, 20));
    EXPECT_EQ(table.find({1, 2}), 10U);
    EXPECT_EQ(table.size(), 1U);
}

TEST(reference_table, copes_with_the_ends_of_a_shard_and_with_equal_bits) {
    ReferenceTable table;
    std::vector<Fingerprint> all;
    for (std::uint64_t i = 0; i < 20; ++i) {
        all.push_back({0, i});           // one home, the first of the first shard
        all.push_back({UINT64_MAX, i});  // the last home of the last shard: over the end
        all.push_back({UINT64_MAX - i, i});
        all.push_back({(std::uint64_t{1} << 54) - 1, i});
    }
    for (std::size_t i = 0; i < all.size(); ++i) table.insert(all[i], i + 1);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NE(table.find(all[i]), 0U) << i;
    EXPECT_EQ(table.find({0, 21}), 0U);
    EXPECT_EQ(table.find({UINT64_MAX, 21}), 0U);
}

TEST(reference_table, is_as_dense_as_it_says) {
    std::mt19937_64 random{2};
    ReferenceTable table;
    for (std::uint64_t i = 1; i <= 1'000'000; ++i) table.insert({random(), random()}, i);
    EXPECT_LT(table.bytes(), 35U * 1'000'000);
    ReferenceTable reserved;
    reserved.reserve(1'000'000);
    const std::uint64_t before = reserved.bytes();
    random.seed(2);
    for (std::uint64_t i = 1; i <= 1'000'000; ++i) reserved.insert({random(), random()}, i);
    EXPECT_EQ(reserved.bytes(), before) << "nothing had to grow";
    EXPECT_EQ(reserved.longest_growth_ns(), 0U);
    EXPECT_LT(reserved.bytes(), 40U * 1'000'000);
}

TEST(reference_table, of_what_may_be_used_again_the_latest_position_counts) {
    ReferenceTable table;
    const Fingerprint key{7, 9};
    EXPECT_TRUE(table.put(key, 100));
    EXPECT_FALSE(table.put(key, 300));
    EXPECT_FALSE(table.put(key, 200)) << "runs may be loaded in any order";
    EXPECT_EQ(table.find(key), 300U);
    EXPECT_EQ(table.size(), 1U);
}

TEST(reference_table, drops_what_may_be_forgotten_before_it_grows_slow) {
    ReferenceTable table;
    std::uint64_t state = 1;
    const auto next = [&state] {
        return state = state * 6364136223846793005U + 1442695040888963407U;
    };
    std::vector<Fingerprint> all;
    constexpr std::uint64_t alive = 200'000;
    for (std::uint64_t i = 1; i <= 3'000'000; ++i) {
        all.push_back({next(), next()});
        if (i > alive) table.forget_before(i - alive);
        table.put(all.back(), i);
    }
    for (std::uint64_t i = all.size() - alive + 1; i <= all.size(); ++i) {
        ASSERT_EQ(table.find(all[i - 1]), i);
    }
    EXPECT_LT(table.bytes(), 64U * alive) << "and not for all that ever came";
}

TEST(reference_table, drops_what_may_be_forgotten_when_it_is_told_to) {
    ReferenceTable table;
    const auto key = [](std::uint64_t i) { return Fingerprint{i * 0x9e3779b97f4a7c15U, i}; };
    for (std::uint64_t i = 1; i <= 10'000; ++i) table.put(key(i), i);
    table.forget_some(1'000'000);
    EXPECT_EQ(table.size(), 10'000U) << "nothing may be forgotten yet";
    table.forget_before(9'001);
    table.forget_some(1'000);
    EXPECT_LT(table.size(), 9'500U);
    EXPECT_GT(table.size(), 8'500U) << "about as many were looked at as it was told";
    for (int i = 0; i < 20; ++i) table.forget_some(1'000);
    EXPECT_EQ(table.size(), 1'000U);
    for (std::uint64_t i = 1; i <= 10'000; ++i) {
        ASSERT_EQ(table.find(key(i)), i > 9'000 ? i : 0) << i;
    }
}

}  // namespace
}  // namespace coffer::store_embedded
