// What the embedded store says where its tables end, and what it forgets in time: design.md
// section 5, "every table has a bound in the configuration, a metric, and a stated answer".
#include <gtest/gtest.h>

#include "os/simulated_disk.h"
#include "store_embedded/embedded_store.h"
#include "tests/ask.h"
#include "tests/counting_random.h"
#include "tests/fake_clock.h"
#include "tests/silent.h"
#include "tests/teller.h"

namespace coffer::tests {
namespace {

using store_embedded::EmbeddedOptions;
using store_embedded::EmbeddedStore;

class StoreBounds : public testing::Test {
protected:
    void open(EmbeddedOptions options) {
        options.background = false;
        options.segment_bytes = segment_bytes_;
        teller_.reset();
        store_.reset();
        auto opened = EmbeddedStore::open(disk_, clock_, random_, options);
        ASSERT_TRUE(opened.ok()) << opened.error().message;
        store_ = std::move(*opened);
        teller_ = std::make_unique<Teller>(*store_);
    }
    std::string said(const Ask& asked) {
        return describe(teller_->ask(asked), store_->currencies());
    }
    /// Declined before anything was touched, and nothing is wrong with the book.
    void expect_no_room(const Ask& asked) {
        const std::uint64_t head = store_->head().sequence;
        const Reply reply = teller_->ask(asked);
        EXPECT_EQ(reply.kind, Reply::Kind::failed);
        EXPECT_EQ(reply.failed.kind, engine::Failed::Kind::unavailable);
        EXPECT_EQ(store_->head().sequence, head);
        EXPECT_TRUE(store_->healthy());
    }

    std::uint64_t segment_bytes_ = 1 << 20;
    os::SimulatedDisk disk_;
    FakeClock clock_;
    CountingRandom random_;
    std::unique_ptr<EmbeddedStore> store_;
    std::unique_ptr<Teller> teller_;
};

TEST_F(StoreBounds, full_tables_take_nothing_more_and_reads_go_on) {
    open({});
    EXPECT_EQ(said(deposit("alice", "10.00").ref("r")), "posted, wallet opened");
    EXPECT_EQ(said(freeze("alice", "1.00")), "posted");
    const EmbeddedOptions full[] = {
        {.wallets_max = 1}, {.subjects_max = 4}, {.holds_max = 1}, {.references_max = 1}};
    for (const EmbeddedOptions& options : full) {
        open(options);
        expect_no_room(deposit("alice", "1.00"));
        EXPECT_EQ(teller_->wallet_of("alice").available, 900);
    }
    open({});
    EXPECT_EQ(said(deposit("alice", "10.00").ref("r")), "replayed");
    EXPECT_EQ(said(deposit("alice", "1.00")), "posted");
}

TEST_F(StoreBounds, keys_have_a_bound_of_their_own) {
    open({.idempotency_keys_max = 2});
    EXPECT_EQ(said(deposit("alice", "1.00").keyed("one")), "posted, wallet opened");
    EXPECT_EQ(said(deposit("alice", "2.00").keyed("two")), "posted");
    expect_no_room(deposit("alice", "3.00").keyed("three"));
    EXPECT_EQ(said(deposit("alice", "3.00")), "posted") << "without a key there is room";
}

// covers: D13
TEST_F(StoreBounds, old_keys_make_room_for_new_ones_slow) {
    constexpr std::int64_t hour_ms = 3'600'000;
    constexpr std::int64_t hours = 72;
    segment_bytes_ = 64 << 10;  // about one an hour
    open({.idempotency_keys_max = 2'800, .idempotency_ttl_s = 24 * 3'600});
    // 100 an hour for three days: never more than those of a day and the hour that is going.
    for (std::int64_t hour = 0; hour < hours; ++hour) {
        for (int i = 0; i < 100; ++i) {
            const std::string key = std::to_string(hour) + "-" + std::to_string(i);
            const std::string answer = said(deposit("alice", "0.01").keyed(key));
            ASSERT_TRUE(answer.starts_with("posted")) << key << ": " << answer;
        }
        clock_.pass(hour_ms);
    }
    EXPECT_LE(store_->figures().idempotency_keys, 2'800u);
    EXPECT_EQ(said(deposit("alice", "0.01").keyed("60-7")), "replayed");
    EXPECT_EQ(said(deposit("alice", "0.05").keyed("60-7")), "idempotency_key_reused");
    EXPECT_EQ(said(deposit("alice", "0.05").keyed("5-7")), "posted") << "a day has passed";
    open({.idempotency_keys_max = 2'800, .idempotency_ttl_s = 24 * 3'600});
    EXPECT_EQ(said(deposit("alice", "0.01").keyed("60-7")), "replayed");
    EXPECT_EQ(said(deposit("alice", "0.05").keyed("6-7")), "posted");
}

TEST_F(StoreBounds, a_checkpoint_of_many_rows_is_the_book_it_was_made_of) {
    constexpr int people = 2'100;  // several blocks of each kind
    open({.checkpoint_bytes = 1 << 30});
    for (int first = 0; first < people; first += 100) {
        std::vector<Ask> asks;
        for (int i = first; i < first + 100; ++i) {
            asks.push_back(deposit("user-" + std::to_string(i), "2.00"));
            asks.push_back(freeze("user-" + std::to_string(i), "0.50"));
        }
        teller_->ask_all(asks);
    }
    Silent nobody;
    store_->checkpoint_now();
    for (int i = 0; i < 1'000; ++i) store_->poll(nobody);
    const auto checkpoints = disk_.list("checkpoint");
    ASSERT_TRUE(checkpoints.ok());
    ASSERT_EQ(checkpoints->size(), 1u);
    const Hash before = store_->state_digest();
    open({.checkpoint_bytes = 1 << 30});
    EXPECT_EQ(store_->state_digest(), before);
    for (const int i : {0, 1, 999, 1'000, 2'048, people - 1}) {
        const wallet::Wallet wallet = teller_->wallet_of("user-" + std::to_string(i));
        EXPECT_EQ(wallet.available, 150) << i;
        EXPECT_EQ(wallet.held, 50) << i;
    }
    EXPECT_EQ(said(deposit("user-7", "1.00")), "posted");
}

}  // namespace
}  // namespace coffer::tests
