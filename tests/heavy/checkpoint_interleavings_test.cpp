// A checkpoint is copied slice by slice while the book goes on changing. Whatever falls between
// whichever slices: a start from it makes the state that reading the book from its first byte
// makes.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/crash/book.h"
#include "tests/crash/seeded_random.h"

namespace coffer::tests::crash {
namespace {

/// Time passes at every look at it, so that each slice is the smallest there is.
class HastyClock final : public os::Clock {
public:
    Instant now() override { return {1'760'000'001'000}; }
    std::int64_t monotonic_ns() override { return monotonic_ns_ += 500'001; }

private:
    std::int64_t monotonic_ns_ = 0;
};

struct Start {
    Hash digest{};
    std::string log;
};

Start start_on(os::FileSystem& files) {
    Start start;
    HastyClock clock;
    SeededRandom random{seed()};
    auto options = store_options();
    options.log = [&start](const std::string& line) { start.log += line + '\n'; };
    const auto opened = Store::open(files, clock, random, options);
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) start.digest = (*opened)->state_digest();
    return start;
}

/// Slices before each operation: the book's lists one after the other, 256 shards of holds, 256 of
/// refunded entries, the approvals, the end.
using Schedule = std::array<int, 3>;
constexpr int places[] = {0, 1, 2, 3, 4, 6, 8, 70, 198, 262, 390, 518};

std::vector<Schedule> every_schedule() {
    std::vector<Schedule> all;
    for (const int first : places) {
        for (const int second : places) {
            for (const int third : places) {
                if (first <= second && second <= third) all.push_back({first, second, third});
            }
        }
    }
    return all;
}

std::string to_text(const Schedule& schedule, const Round& operations) {
    return crash::to_text({operations}) + " after " + std::to_string(schedule[0]) + ", " +
           std::to_string(schedule[1]) + " and " + std::to_string(schedule[2]) + " slices";
}

void take_checkpoint_during(const Book& book, const Round& operations, const Schedule& schedule) {
    SCOPED_TRACE(book.name + ": " + to_text(schedule, operations));
    const auto disk = book.copy();
    Hash digest;
    {
        HastyClock clock;
        const auto opened = open_store(*disk, clock);
        ASSERT_TRUE(opened) << opened.error().message;
        Store& store = **opened;
        Script script = book.script;
        store.checkpoint_now();
        int slices = 0;
        const auto copy_until = [&](int until) {
            for (; slices < until; ++slices) poll(store);
        };
        for (std::size_t i = 0; i < operations.size(); ++i) {
            copy_until(schedule[i]);
            const Ask ask = script.ask_for(operations[i], i);
            const Told told = ask_one(store, ask);
            ASSERT_TRUE(told.took_effect()) << told.text;
            // Answering polls for nothing: an operation is no slice.
            script.learn(ask, told);
        }
        do poll(store);
        while (store.busy_between_rounds());
        ASSERT_EQ(store.figures().checkpoints, 1U);
        digest = store.state_digest();
    }
    const auto without = disk->after_process_death();
    const auto checkpoints = without->list("checkpoint");
    ASSERT_TRUE(checkpoints);
    ASSERT_FALSE(checkpoints->empty());
    for (const std::string& name : *checkpoints) without->delete_file("checkpoint/" + name);

    const Start from_checkpoint = start_on(*disk);
    EXPECT_EQ(from_checkpoint.digest, digest) << from_checkpoint.log;
    EXPECT_EQ(from_checkpoint.log.find("trying"), std::string::npos) << from_checkpoint.log;
    const Start from_first_byte = start_on(*without);
    EXPECT_EQ(from_first_byte.digest, digest) << from_first_byte.log;
}

TEST(checkpoint_interleavings, whatever_falls_between_the_slices) {
    using enum Op;
    const Book history = book_with_history();
    const Book fresh = fresh_book();
    const std::vector<Round> on_history{
        {deposit_with_reference, transfer, freeze},
        {unfreeze, freeze, withdraw},
        {open, deposit, transfer},
        {freeze, unfreeze, freeze},
        {status, unfreeze, status},
        {freeze, freeze, unfreeze},
    };
    const std::vector<Round> on_fresh{{deposit, open, transfer}, {deposit, freeze, unfreeze}};
    std::size_t count = 0;
    for (const Schedule& schedule : every_schedule()) {
        for (const Round& operations : on_history) {
            take_checkpoint_during(history, operations, schedule);
            ++count;
        }
        for (const Round& operations : on_fresh) {
            take_checkpoint_during(fresh, operations, schedule);
            ++count;
        }
        if (HasFatalFailure() || HasNonfatalFailure()) break;
    }
    std::printf("    %zu checkpoints\n", count);
}

TEST(checkpoint_interleavings, one_after_the_other_and_the_two_newest_stay) {
    const Book book = book_with_history();
    const auto disk = book.copy();
    HastyClock clock;
    Script script = book.script;
    Hash digest;
    {
        const auto opened = open_store(*disk, clock);
        ASSERT_TRUE(opened);
        for (std::uint64_t i = 1; i <= 4; ++i) {
            const Ask ask = script.ask_for(Op::deposit, i);
            ASSERT_TRUE(ask_one(**opened, ask).took_effect());
            (*opened)->checkpoint_now();
            do poll(**opened);
            while ((*opened)->busy_between_rounds());
            ASSERT_EQ((*opened)->figures().checkpoints, i);
        }
        digest = (*opened)->state_digest();
    }
    EXPECT_EQ(disk->list("checkpoint")->size(), 2U);
    EXPECT_EQ(start_on(*disk).digest, digest);
}

/// A process that never lives long must not leave the next one more and more to replay.
TEST(checkpoint_interleavings, are_taken_in_many_short_lives_too) {
    const Book book = book_with_history();
    const auto disk = book.copy();
    auto options = store_options();
    options.checkpoint_bytes = 16 * 1024;
    std::size_t taken = 0;
    for (int life = 0; life < 20; ++life) {
        HastyClock clock;
        SeededRandom random{seed()};
        const auto opened = Store::open(*disk, clock, random, options);
        ASSERT_TRUE(opened);
        do poll(**opened);
        while ((*opened)->busy_between_rounds());
        taken += (*opened)->figures().checkpoints;
        const Ask ask = deposit("alice", "1.00").saying(std::string(2'000, 'x'));
        ASSERT_TRUE(ask_one(**opened, ask).took_effect());
    }
    EXPECT_GE(taken, 2U);
    EXPECT_LE(taken, 4U);
}

}  // namespace
}  // namespace coffer::tests::crash
