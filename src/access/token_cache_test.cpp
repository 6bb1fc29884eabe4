#include "access/token_cache.h"

#include <gtest/gtest.h>

#include <string>

#include "access/trust.h"

namespace coffer::access {
namespace {

PrincipalRef user(const std::string& name) {
    return std::make_shared<const Principal>(Principal{.tenant = "t1", .subject = name});
}

std::string token(int number) { return "header.claims.signature-" + std::to_string(number); }

class TokenCacheTest : public testing::Test {
protected:
    bool has(int number, Instant now = {0}) {
        const PrincipalRef* principal = nullptr;
        if (cache_.find(token(number), now, principal) != TokenCache::Found::valid) return false;
        EXPECT_EQ((*principal)->subject, "user-" + std::to_string(number));
        return true;
    }
    void add(int number, Instant end = {1'000}) {
        cache_.add(token(number), user("user-" + std::to_string(number)), end);
    }

    TokenCache cache_{{.entries_max = 4, .bytes_max = 1 << 20}};
};

TEST_F(TokenCacheTest, finds_a_token_by_all_of_its_bytes) {
    add(1);
    EXPECT_TRUE(has(1));
    const PrincipalRef* principal = nullptr;
    std::string changed = token(1);
    changed.back() = '2';
    EXPECT_EQ(cache_.find(changed, {0}, principal), TokenCache::Found::nothing);
    EXPECT_EQ(cache_.find(token(1) + "x", {0}, principal), TokenCache::Found::nothing);
    EXPECT_EQ(cache_.find("", {0}, principal), TokenCache::Found::nothing);
}

TEST_F(TokenCacheTest, looks_at_the_end_at_every_lookup) {
    add(1, {1'000});
    EXPECT_TRUE(has(1, {999}));
    EXPECT_FALSE(has(1, {1'000}));
    const PrincipalRef* principal = nullptr;
    EXPECT_EQ(cache_.find(token(1), {1'000}, principal), TokenCache::Found::expired);
}

TEST_F(TokenCacheTest, keeps_what_is_used_and_lets_the_others_go) {
    for (int i = 1; i <= 4; ++i) add(i);
    EXPECT_TRUE(has(1));
    EXPECT_TRUE(has(3));
    add(5);
    add(6);
    EXPECT_EQ(cache_.entries(), 4u);
    EXPECT_EQ(cache_.counters().evictions, 2u);
    EXPECT_TRUE(has(1));
    EXPECT_FALSE(has(2));
    EXPECT_TRUE(has(3));
    EXPECT_FALSE(has(4));
    EXPECT_TRUE(has(5));
    EXPECT_TRUE(has(6));
}

TEST_F(TokenCacheTest, stays_within_its_bounds_whatever_comes) {
    for (int i = 0; i < 10'000; ++i) {
        add(i);
        EXPECT_TRUE(has(i));
        EXPECT_LE(cache_.entries(), 4u);
    }
}

TEST_F(TokenCacheTest, is_bounded_by_bytes_too) {
    cache_ = TokenCache{{.entries_max = 1'000, .bytes_max = 4'096}};
    const std::string long_token(1'000, 'a');
    for (char c = 'a'; c <= 'z'; ++c) {
        cache_.add(std::string(1'000, c), user("u"), {1'000});
        EXPECT_LE(cache_.bytes(), 4'096u);
        EXPECT_GE(cache_.entries(), 1u);
    }
    cache_.add(std::string(8'000, 'x'), user("u"), {1'000});
    EXPECT_LE(cache_.bytes(), 4'096u);
}

TEST_F(TokenCacheTest, adding_twice_is_adding_once) {
    add(1);
    const std::uint64_t bytes = cache_.bytes();
    add(1);
    EXPECT_EQ(cache_.entries(), 1u);
    EXPECT_EQ(cache_.bytes(), bytes);
}

TEST_F(TokenCacheTest, a_principal_outlives_its_entry) {
    add(1);
    const PrincipalRef* found = nullptr;
    ASSERT_EQ(cache_.find(token(1), {0}, found), TokenCache::Found::valid);
    const PrincipalRef kept = *found;
    for (int i = 2; i < 100; ++i) add(i);
    EXPECT_EQ(kept->subject, "user-1");
}

TEST_F(TokenCacheTest, what_no_key_stands_for_any_more_goes) {
    cache_ = TokenCache{{.entries_max = 4, .bytes_max = 4'096}};
    for (int i = 1; i <= 4; ++i) add(i);
    const Trust nobody;
    cache_.drop_untrusted(nobody);
    EXPECT_EQ(cache_.entries(), 0u);
    EXPECT_EQ(cache_.bytes(), 0u);
    cache_.drop_untrusted(nobody);
    // The places that became free are passed over when room is made.
    add(5);
    cache_.add(std::string(3'800, 'x'), user("u"), {1'000});
    EXPECT_FALSE(has(5));
    EXPECT_EQ(cache_.entries(), 1u);
}

TEST(TokenCache, may_be_switched_off) {
    TokenCache cache{{.entries_max = 0}};
    cache.add("t", user("u"), {1'000});
    EXPECT_EQ(cache.entries(), 0u);
}

}  // namespace
}  // namespace coffer::access
