// While the disk still writes what a round decided, nobody is told of it, by no kind of answer.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/crash/book.h"
#include "tests/slow_files.h"

namespace coffer::tests {
namespace {

class Told final : public engine::Answers {
public:
    void answer(engine::Cookie cookie, const engine::Answer& answer,
                const engine::Names&) override {
        order.push_back(cookie);
        kinds[cookie] = answer.index();
        if (const auto* found = std::get_if<engine::Found>(&answer)) {
            available = found->wallet->available;
        }
        if (const auto* page = std::get_if<engine::Page>(&answer)) rows = page->total;
        if (const auto* failed = std::get_if<engine::Failed>(&answer)) why = failed->kind;
        if (const auto* applied = std::get_if<engine::Applied>(&answer)) {
            transactions[cookie] = applied->record->ids.transactions[0];
            if (applied->replayed) replays.insert(cookie);
        }
    }
    bool keep(engine::Cookie cookie, const wallet::Record& record, const engine::Names&) override {
        if (!keeps) return false;
        kept.push_back(cookie);
        transactions[cookie] = record.ids.transactions[0];
        return true;
    }
    bool keeps = false;
    std::vector<engine::Cookie> kept;
    std::map<engine::Cookie, wallet::PublicId> transactions;
    std::set<engine::Cookie> replays;
    std::vector<engine::Cookie> order;
    std::map<engine::Cookie, std::size_t> kinds;
    Int128 available = 0;
    std::uint64_t rows = 0;
    engine::Failed::Kind why{};
};

constexpr std::size_t applied = 0;
constexpr std::size_t failed = 8;
constexpr std::size_t settled = 9;
static_assert(std::is_same_v<std::variant_alternative_t<applied, engine::Answer>, engine::Applied>);
static_assert(std::is_same_v<std::variant_alternative_t<failed, engine::Answer>, engine::Failed>);
static_assert(std::is_same_v<std::variant_alternative_t<settled, engine::Answer>, engine::Settled>);

class held_answers : public testing::Test {
protected:
    held_answers() : files_{disk_} {
        crash::set_clock(clock_, 1);
        auto opened = crash::open_store(files_, clock_);
        store_ = std::move(*opened);
        execute({deposit("alice", "5.00").ref("first")}, 1);
        told_ = {};
        files_.ends = false;
    }

    void execute(const std::vector<Ask>& asks, engine::Cookie first) {
        engine::Batch batch;
        for (const Ask& ask : asks) {
            batch.add(first++, item_of(ask, batch, store_->currencies()));
        }
        store_->execute(batch, told_);
        EXPECT_TRUE(batch.entries.empty());
    }

    os::SimulatedDisk disk_;
    SlowFiles files_;
    FakeClock clock_;
    std::unique_ptr<crash::Store> store_;
    Told told_;
};

TEST_F(held_answers, come_when_the_write_has_ended) {
    const std::uint64_t head = store_->head().sequence;
    execute({deposit("alice", "1.00"), withdraw("alice", "900.00"), read_wallet("alice"),
             list_history("alice")},
            10);
    EXPECT_TRUE(store_->busy());
    store_->poll(told_);
    store_->poll(told_);
    EXPECT_TRUE(told_.order.empty()) << "a write, a refusal, a read and a list wait alike";
    EXPECT_EQ(store_->head().sequence, head);

    files_.ends = true;
    store_->poll(told_);
    EXPECT_FALSE(store_->busy());
    EXPECT_EQ(told_.order, (std::vector<engine::Cookie>{10, 11, 12, 13}));
    EXPECT_EQ(told_.available, 600);
    EXPECT_EQ(told_.rows, 2U);
    EXPECT_EQ(store_->head().sequence, head + 1);
}

TEST_F(held_answers, a_round_that_writes_nothing_does_not_wait) {
    execute({read_wallet("alice"), withdraw("alice", "900.00")}, 10);
    EXPECT_FALSE(store_->busy());
    EXPECT_EQ(told_.order, (std::vector<engine::Cookie>{10, 11}));
}

TEST_F(held_answers, a_lone_request_is_written_at_once) {
    execute({deposit("alice", "1.00"), read_wallet("alice")}, 10);
    EXPECT_FALSE(store_->busy());
    EXPECT_EQ(told_.order, (std::vector<engine::Cookie>{10, 11}));
    EXPECT_EQ(told_.available, 600);
}

TEST_F(held_answers, another_round_waits_for_the_one_before) {
    const Ask read = read_wallet("alice");
    execute({read, read, deposit("alice", "1.00").saying("texts last until the answer")}, 10);
    execute({deposit("alice", "1.00"), read, read}, 20);
    EXPECT_EQ(told_.order, (std::vector<engine::Cookie>{10, 11, 12})) << "the second goes on";
    EXPECT_TRUE(store_->busy());
    files_.ends = true;
    store_->poll(told_);
    EXPECT_EQ(told_.order, (std::vector<engine::Cookie>{10, 11, 12, 20, 21, 22}));
    EXPECT_EQ(told_.available, 700);
}

TEST_F(held_answers, are_unknown_when_the_write_fails_at_its_end) {
    disk_.fail_at(disk_.steps() + 2, os::SimulatedDisk::Trouble::io_error,
                  os::SimulatedDisk::Lasting::once);  // the write is one step, its sync another
    execute({deposit("alice", "1.00"), read_wallet("alice"), deposit("bob", "1.00")}, 10);
    EXPECT_TRUE(told_.order.empty());
    EXPECT_TRUE(store_->healthy());
    files_.ends = true;
    store_->poll(told_);
    EXPECT_FALSE(store_->healthy());
    EXPECT_EQ(told_.kinds.at(10), failed);
    EXPECT_EQ(told_.kinds.at(11), failed);
    EXPECT_EQ(told_.why, engine::Failed::Kind::unknown);
}

TEST_F(held_answers, what_was_kept_is_settled_when_the_write_has_ended) {
    told_.keeps = true;
    execute({deposit("alice", "1.00").ref("a"), withdraw("alice", "900.00"),
             deposit("alice", "1.00").ref("a"), deposit("bob", "2.00"),
             deposit("alice", "3.00").ref("a")},
            10);
    EXPECT_EQ(told_.kept, (std::vector<engine::Cookie>{10, 13})) << "what took effect, once";
    EXPECT_TRUE(told_.order.empty());
    files_.ends = true;
    store_->poll(told_);
    EXPECT_EQ(told_.order, (std::vector<engine::Cookie>{10, 11, 12, 13, 14}));
    EXPECT_EQ(told_.kinds.at(10), settled);
    EXPECT_EQ(told_.kinds.at(13), settled);
    EXPECT_EQ(told_.replays, (std::set<engine::Cookie>{12})) << "its record was used again";
    EXPECT_EQ(told_.transactions.at(12), told_.transactions.at(10));
    EXPECT_NE(told_.transactions.at(13), told_.transactions.at(10));
}

TEST_F(held_answers, what_was_kept_is_unknown_when_the_write_fails_at_its_end) {
    disk_.fail_at(disk_.steps() + 2, os::SimulatedDisk::Trouble::io_error,
                  os::SimulatedDisk::Lasting::once);
    told_.keeps = true;
    const Ask one = deposit("alice", "1.00");
    execute({one, one, one}, 10);
    EXPECT_EQ(told_.kept.size(), 3u);
    files_.ends = true;
    store_->poll(told_);
    for (const engine::Cookie cookie : {10, 11, 12}) EXPECT_EQ(told_.kinds.at(cookie), failed);
    EXPECT_EQ(told_.why, engine::Failed::Kind::unknown);
}

TEST_F(held_answers, a_reference_that_was_named_beforehand_guards_the_same) {
    files_.ends = true;
    const auto guard = store_->reference_guard(Ask{}.tenant);
    ASSERT_TRUE(guard.has_value());
    EXPECT_FALSE(store_->reference_guard("nobody").has_value());
    Sha256 sha;
    const auto first = engine::reference_fingerprint(
        sha, guard->key, guard->tenant, {wallet::RecordKind::deposit, "alice", "first"});
    engine::Batch batch;
    batch.add(10, item_of(deposit("alice", "5.00").ref("first"), batch, store_->currencies()));
    batch.entries[0].reference = &first;
    store_->execute(batch, told_);
    EXPECT_EQ(told_.replays, (std::set<engine::Cookie>{10}));

    batch.add(11, item_of(deposit("alice", "5.00").ref("other"), batch, store_->currencies()));
    batch.entries[0].reference = &first;
    EXPECT_DEATH(store_->execute(batch, told_), "fingerprint") << "of another reference";
}

TEST_F(held_answers, a_store_that_is_closed_meanwhile_leaves_a_good_book) {
    const Ask read = read_wallet("alice");
    execute({deposit("alice", "1.00").ref("second"), read, read}, 10);
    EXPECT_TRUE(store_->busy());
    store_.reset();
    files_.ends = true;
    auto again = crash::open_store(files_, clock_);
    ASSERT_TRUE(again) << again.error().message;
    store_ = std::move(*again);
    execute({deposit("alice", "1.00").ref("second"), read_wallet("alice")}, 20);
    EXPECT_EQ(told_.kinds.at(20), applied);
    EXPECT_EQ(told_.available, 600) << "it was written, and took effect once";
}

}  // namespace
}  // namespace coffer::tests
