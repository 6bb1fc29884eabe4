#include "store_embedded/batch_hasher.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "store_embedded/batch.h"
#include "store_embedded/journal_test_support.h"

namespace coffer::store_embedded {
namespace {

using testing::seed;

constexpr std::size_t wallets = 40;  // so few that a piece has several records of one

/// One batch after the other, beside the same done in the plainest way.
struct Bench {
    explicit Bench(bool helped) : hasher{helped} {}

    enum class Look : bool { at_the_end, in_between };

    void run(std::size_t count, std::mt19937_64& random, Look look) {
        std::deque<std::string> records;
        std::vector<Hash> hashes;
        const Instant time{std::int64_t{1'700'000'000'000} + static_cast<std::int64_t>(sequence)};
        hasher.start(head, ++sequence, time);
        hasher.let_follow();
        for (std::size_t i = 0; i < count; ++i) {
            records.push_back(std::string(1 + random() % 300, static_cast<char>(random())));
            hashes.push_back(sha.of(as_bytes(records.back())));
            std::vector<Hash*> touched;
            for (std::size_t link = random() % 3; link > 0; --link) {
                const std::size_t wallet = random() % wallets;
                touched.push_back(&links[wallet]);
                expected[wallet] = sha.of_both(expected[wallet], hashes.back());
            }
            hasher.add(as_bytes(records.back()), touched);
            if (look == Look::in_between && random() % 200 == 0) {
                hasher.chain();
                ASSERT_EQ(links, expected) << "after record " << i << " of " << count;
            }
        }
        EXPECT_EQ(hasher.records(), count);
        const Hash made = hasher.finish();
        EXPECT_EQ(made, batch_hash(sha, head, sequence, time, hashes));
        hasher.chain();
        EXPECT_EQ(links, expected) << "after " << count;
        head = made;
    }

    BatchHasher hasher;
    Sha256 sha;
    Hash head{};
    std::uint64_t sequence = 0;
    std::vector<Hash> links = std::vector<Hash>(wallets);
    std::vector<Hash> expected = links;
};

TEST(BatchHasher, hashes_and_chains_in_order_with_and_without_help) {
    SCOPED_TRACE("COFFER_SEED=" + std::to_string(seed()));
    std::mt19937_64 random{seed()};
    for (const bool helped : {false, true}) {
        Bench bench{helped};
        for (const std::size_t count : {0, 1, 63, 64, 65, 384, 385, 1'000, 3'000, 2}) {
            bench.run(count, random, Bench::Look::at_the_end);
            bench.run(count, random, Bench::Look::in_between);
        }
    }
}

/// Whether the thread hashed any of so many records. Nobody asks for them, so nobody else can have.
bool is_followed(int records, bool let_follow) {
    const std::string text(200, 'x');
    BatchHasher hasher{true};
    hasher.start({}, 1, {});
    if (let_follow) hasher.let_follow();
    for (int record = 0; record < records; ++record) hasher.add(as_bytes(text), {});
    const bool expected = records >= 384 && let_follow;
    for (int i = 0; i < (expected ? 10'000 : 20) && hasher.followed() == 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return hasher.followed() > 0;
}

TEST(BatchHasher, is_helped_in_a_large_batch_where_it_may_be) {
    EXPECT_TRUE(is_followed(384, true));
    EXPECT_FALSE(is_followed(383, true));
    EXPECT_FALSE(is_followed(1'000, false));
}

TEST(BatchHasher, ends_with_whatever_was_never_finished) {
    const std::string text(200, 'x');
    Hash link{};
    Hash* const links[] = {&link};
    for (int i = 0; i < 50; ++i) {
        BatchHasher hasher{true};
        hasher.start({}, 1, {});
        hasher.let_follow();
        for (int record = 0; record < 1'000; ++record) hasher.add(as_bytes(text), links);
    }
}

}  // namespace
}  // namespace coffer::store_embedded
