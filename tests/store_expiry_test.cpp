// The embedded store's list of holds that end by themselves: kept up by every record, made again
// from a checkpoint and from the journal.
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

class StoreExpiry : public testing::Test {
protected:
    void SetUp() override { open(); }

    void open() {
        teller_.reset();
        store_.reset();
        store_embedded::EmbeddedOptions options;
        options.background = false;
        auto opened = store_embedded::EmbeddedStore::open(disk_, clock_, random_, options);
        ASSERT_TRUE(opened.ok()) << opened.error().message;
        store_ = std::move(*opened);
        teller_ = std::make_unique<Teller>(*store_);
    }
    void take_checkpoint() {
        Silent nobody;
        const std::uint64_t before = store_->figures().checkpoints;
        store_->checkpoint_now();
        for (int i = 0; i < 10'000 && store_->figures().checkpoints == before; ++i) {
            store_->poll(nobody);
        }
        ASSERT_EQ(store_->figures().checkpoints, before + 1);
    }
    wallet::PublicId hold(std::int64_t seconds) {
        const Ask ask = freeze("alice", "1.00").until({clock_.wall_ms + seconds * 1'000});
        const Reply reply = teller_->ask(ask);
        EXPECT_TRUE(reply.took_effect());
        return reply.hold();
    }
    std::vector<wallet::PublicId> due(std::int64_t in_seconds, std::size_t most = 100) {
        std::vector<wallet::PublicId> ids;
        const Instant then{clock_.wall_ms + in_seconds * 1'000};
        for (const auto& each : store_->due_holds(then, most)) ids.push_back(each.id);
        return ids;
    }

    os::SimulatedDisk disk_;
    FakeClock clock_;
    CountingRandom random_;
    std::unique_ptr<store_embedded::EmbeddedStore> store_;
    std::unique_ptr<Teller> teller_;
};

using Ids = std::vector<wallet::PublicId>;

TEST_F(StoreExpiry, is_known_again_after_a_checkpoint_and_after_a_replay) {
    ASSERT_TRUE(teller_->ask(deposit("alice", "10.00")).took_effect());
    const auto late = hold(300);
    const auto soon = hold(100);
    const auto ended = hold(200);
    const auto captured = hold(150);
    ASSERT_TRUE(teller_->ask(freeze("alice", "1.00")).took_effect());  // for ever
    ASSERT_TRUE(teller_->ask(unfreeze("alice", ended)).took_effect());
    take_checkpoint();
    const auto after = hold(250);
    ASSERT_TRUE(teller_->ask(capture("alice", captured, "all")).took_effect());
    for (int restart = 0; restart < 2; ++restart) {
        EXPECT_EQ(due(99), Ids{});
        EXPECT_EQ(due(100), Ids{soon});
        EXPECT_EQ(due(1'000), (Ids{soon, after, late}));
        EXPECT_EQ(due(1'000, 2), (Ids{soon, after}));
        open();
    }
    clock_.pass(100'000);
    ASSERT_TRUE(teller_->ask(expire(soon)).took_effect());
    take_checkpoint();
    open();
    EXPECT_EQ(due(1'000), (Ids{after, late}));
}

TEST_F(StoreExpiry, of_a_hold_that_was_captured_in_part_gives_back_the_rest) {
    ASSERT_TRUE(teller_->ask(deposit("alice", "10.00")).took_effect());
    const auto part = hold(100);
    ASSERT_TRUE(teller_->ask(capture("alice", part, "0.40")).took_effect());
    take_checkpoint();
    open();
    clock_.pass(100'000);
    EXPECT_EQ(due(0), Ids{part});
    const Reply reply = teller_->ask(expire(part));
    ASSERT_TRUE(reply.took_effect());
    EXPECT_EQ(reply.record.record.request.amount, 60);
    EXPECT_EQ(teller_->wallet_of("alice", "CNY").available, 960);
}

}  // namespace
}  // namespace coffer::tests
