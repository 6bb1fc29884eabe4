// What the embedded store does when the disk is full, fails, or gives back other bytes than were
// written: a clear error, nothing lost, never a wrong answer.
#include <gtest/gtest.h>

#include "report/verify.h"
#include "tests/crash/book.h"
#include "tests/crash/seeded_random.h"

namespace coffer::tests::crash {
namespace {

using os::SimulatedDisk;

Ask numbered(int number) { return deposit("alice", "1.00").ref("fault-" + std::to_string(number)); }

bool verifies(SimulatedDisk& disk, std::string& why) {
    const auto report = report::verify(disk, {}, [](const report::Progress&) {});
    why = report ? to_text(*report) : report.error().message;
    return report && report->holds();
}

/// What was acknowledged is there, nothing else took effect but at most what was unknown.
void expect_kept(SimulatedDisk& disk, const Book& book, const std::vector<Kept>& asked) {
    FakeClock clock;
    set_clock(clock, book.rounds);
    const auto opened = open_store(disk, clock);
    ASSERT_TRUE(opened) << opened.error().message;
    std::string why;
    EXPECT_TRUE(verifies(disk, why)) << why;
    for (const Kept& kept : asked) {
        const Told again = ask_one(**opened, kept.ask);
        const bool unknown = kept.told.kind == Told::Kind::failed &&
                             kept.told.failed == engine::Failed::Kind::unknown;
        if (kept.told.took_effect()) {
            ASSERT_EQ(again.kind, Told::Kind::replayed) << kept.ask.reference;
            ASSERT_EQ(again.text, kept.told.text);
        } else if (!unknown) {
            ASSERT_EQ(again.kind, Told::Kind::applied) << kept.ask.reference << " was refused";
        }
        // Exactly once, whatever it was.
        ASSERT_EQ(ask_one(**opened, kept.ask).kind, Told::Kind::replayed);
    }
}

struct Troubled {
    std::vector<Kept> asked;
    bool unhealthy = false;
};

Troubled work_through(SimulatedDisk& disk, const Book& book) {
    Troubled troubled;
    FakeClock clock;
    set_clock(clock, book.rounds);
    const auto opened = open_store(disk, clock);
    if (!opened) return troubled;
    Store& store = **opened;
    for (int i = 0; i < 4; ++i) {
        const Ask ask = numbered(i);
        troubled.asked.push_back({ask, ask_one(store, ask)});
        const Told& told = troubled.asked.back().told;
        if (troubled.unhealthy) {
            EXPECT_EQ(told.kind, Told::Kind::failed) << "an answer after a failed write";
        } else if (told.kind == Told::Kind::failed) {
            troubled.unhealthy = !store.healthy();
            const bool unknown = told.failed == engine::Failed::Kind::unknown;
            EXPECT_EQ(unknown, troubled.unhealthy);
        }
        EXPECT_EQ(ask_one(store, read_wallet("alice")).kind,
                  troubled.unhealthy ? Told::Kind::failed : Told::Kind::found);
    }
    return troubled;
}

// covers: B05, B06, B08, B11
TEST(store_faults, at_every_step_once_and_for_ever_slow) {
    const Book book = book_at_the_brim();
    std::uint64_t unhealthy = 0;
    std::uint64_t steps = 0;
    for (const auto trouble : {SimulatedDisk::Trouble::io_error, SimulatedDisk::Trouble::full}) {
        for (const auto lasting :
             {SimulatedDisk::Lasting::once, SimulatedDisk::Lasting::for_ever}) {
            for (std::uint64_t step = 1;; ++step) {
                SCOPED_TRACE("step " + std::to_string(step));
                const auto disk = book.copy();
                const std::uint64_t first = disk->steps();
                disk->fail_at(first + step, trouble, lasting);
                const Troubled troubled = work_through(*disk, book);
                if (disk->steps() < first + step) break;
                ++steps;
                unhealthy += troubled.unhealthy ? 1 : 0;
                expect_kept(*disk->after_process_death(), book, troubled.asked);
                for (const std::uint64_t image : {0, 1, 7}) {
                    expect_kept(*disk->crash_image(image), book, troubled.asked);
                }
                if (HasFatalFailure()) return;
            }
        }
    }
    EXPECT_GT(steps, 60U);
    EXPECT_GT(unhealthy, 10U);
}

// covers: B11
TEST(store_faults, a_full_disk_refuses_writes_before_anything_is_touched_and_heals) {
    const Book book = book_at_the_brim();
    const auto disk = book.copy();
    FakeClock clock;
    set_clock(clock, book.rounds);
    const auto opened = open_store(*disk, clock);
    ASSERT_TRUE(opened);
    Store& store = **opened;
    disk->set_full(true);
    std::vector<Kept> asked;
    // The segments that are there are used up.
    do {
        const Ask ask = numbered(static_cast<int>(asked.size())).saying(std::string(3'000, 'x'));
        asked.push_back({ask, ask_one(store, ask)});
    } while (asked.back().told.took_effect() && asked.size() < 1'000);
    ASSERT_FALSE(store.writable());
    ASSERT_EQ(asked.back().told.kind, Told::Kind::failed);
    EXPECT_EQ(asked.back().told.failed, engine::Failed::Kind::storage_full);
    EXPECT_TRUE(store.healthy());

    const Hash before = store.state_digest();
    const std::uint64_t steps = disk->steps();
    for (int i = 0; i < 3; ++i) {
        const Told told = ask_one(store, deposit("alice", "1.00").ref("while-full"));
        EXPECT_EQ(told.failed, engine::Failed::Kind::storage_full);
        EXPECT_EQ(ask_one(store, read_wallet("alice")).kind, Told::Kind::found);
        EXPECT_EQ(ask_one(store, numbered(0).saying("again")).kind, Told::Kind::failed);
    }
    EXPECT_EQ(store.state_digest(), before);
    EXPECT_LE(disk->steps(), steps + 20);

    disk->set_full(false);
    EXPECT_TRUE(ask_one(store, deposit("alice", "1.00").ref("while-full")).took_effect());
    EXPECT_TRUE(store.writable());
    expect_kept(*disk->after_process_death(), book, asked);
}

// covers: B05
TEST(store_faults, everybody_who_waits_for_a_failed_write_gets_unknown) {
    const Book book = book_with_history();
    const auto disk = book.copy();
    FakeClock clock;
    set_clock(clock, book.rounds);
    const auto opened = open_store(*disk, clock);
    ASSERT_TRUE(opened);
    disk->fail_at(disk->steps() + 2, SimulatedDisk::Trouble::io_error,
                  SimulatedDisk::Lasting::once);
    std::vector<Ask> asks;
    for (int i = 0; i < 5; ++i) asks.push_back(numbered(i));
    asks.push_back(read_wallet("alice"));            // saw what is not durable
    asks.push_back(withdraw("alice", "999999.00"));  // and so did its refusal
    for (const Told& told : ask_all(**opened, asks)) {
        ASSERT_EQ(told.kind, Told::Kind::failed);
        EXPECT_EQ(told.failed, engine::Failed::Kind::unknown);
    }
    EXPECT_FALSE((*opened)->healthy());
    EXPECT_FALSE((*opened)->writable());
    const std::uint64_t steps = disk->steps();
    EXPECT_EQ(ask_one(**opened, numbered(9)).kind, Told::Kind::failed);
    EXPECT_EQ(disk->steps(), steps) << "a failed journal was touched again";
}

// covers: A19
TEST(store_faults, a_second_process_is_refused) {
    const Book book = book_with_history();
    FakeClock clock;
    set_clock(clock, book.rounds);
    const auto first = open_store(*book.disk, clock);
    ASSERT_TRUE(first);
    const auto second = open_store(*book.disk, clock);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Fault::Kind::busy);
    EXPECT_TRUE(ask_one(**first, numbered(1)).took_effect());
}

TEST(store_faults, other_settings_of_known_currencies_are_refused) {
    const Book book = book_with_history();
    FakeClock clock;
    set_clock(clock, book.rounds);
    SeededRandom random{seed()};
    auto options = store_options();
    options.units = {{.code = "CNY", .decimals = 4}};
    const auto opened = Store::open(*book.disk, clock, random, options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, Fault::Kind::configuration);
}

}  // namespace
}  // namespace coffer::tests::crash
