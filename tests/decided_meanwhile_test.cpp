// A round whose answers are all kept is set aside while it is written, and the next is decided
// meanwhile. Nobody can tell, but by the time it takes.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "tests/crash/book.h"
#include "tests/crash/seeded_random.h"
#include "tests/slow_files.h"

namespace coffer::tests {
namespace {

class Told final : public engine::Answers {
public:
    enum class Keeps { none, some, all };
    Keeps keeps = Keeps::all;

    void answer(engine::Cookie cookie, const engine::Answer& answer,
                const engine::Names&) override {
        order.push_back(cookie);
        auto& text = texts[cookie];
        EXPECT_TRUE(text.empty()) << "a second answer";
        if (const auto* applied = std::get_if<engine::Applied>(&answer)) {
            text = text_of(*applied->record) + (applied->replayed ? " again" : "");
            transactions[cookie] = applied->record->ids.transactions[0];
        } else if (std::holds_alternative<engine::Settled>(answer)) {
            text = kept_.at(cookie);
        } else if (const auto* found = std::get_if<engine::Found>(&answer)) {
            text = "has " + money_text(found->wallet->available);
        } else if (const auto* page = std::get_if<engine::Page>(&answer)) {
            text = "rows " + std::to_string(page->total);
        } else if (const auto* refusal = std::get_if<wallet::Refusal>(&answer)) {
            text = "refused " + std::to_string(static_cast<int>(refusal->rejection));
        } else if (const auto* failed = std::get_if<engine::Failed>(&answer)) {
            text = failed->kind == engine::Failed::Kind::unknown ? "unknown" : "failed";
            transactions.erase(cookie);
        }
    }
    bool keep(engine::Cookie cookie, const wallet::Record& record, const engine::Names&) override {
        if (keeps == Keeps::none || (keeps == Keeps::some && cookie % 2 == 0)) return false;
        kept_[cookie] = text_of(record);
        transactions[cookie] = record.ids.transactions[0];
        return true;
    }

    std::vector<engine::Cookie> order;
    std::map<engine::Cookie, std::string> texts;
    /// Of what took effect or had done so; of what was kept before anybody may know.
    std::map<engine::Cookie, wallet::PublicId> transactions;

private:
    static std::string money_text(Int128 amount) {
        return std::to_string(static_cast<std::int64_t>(amount));
    }
    static std::string text_of(const wallet::Record& record) {
        std::string text;
        for (const auto& line : record.wallets) {
            text += std::to_string(line.wallet.value) + ':' + std::to_string(line.event) + ':' +
                    money_text(line.available) + ' ';
        }
        const auto id = record.ids.transactions[0].value;
        return text + std::to_string(static_cast<std::uint64_t>(id));
    }

    std::map<engine::Cookie, std::string> kept_;
};

struct House {
    explicit House(std::unique_ptr<os::SimulatedDisk> its_disk)
        : disk{std::move(its_disk)}, files{*disk} {
        crash::set_clock(clock, 1);
        auto opened = crash::open_store(files, clock);
        EXPECT_TRUE(opened) << opened.error().message;
        if (opened) store = std::move(*opened);
    }
    House() : House{std::make_unique<os::SimulatedDisk>()} {}

    void execute(const std::vector<Ask>& asks, engine::Cookie first) {
        engine::Batch batch;
        for (const Ask& ask : asks) {
            batch.add(first++, item_of(ask, batch, store->currencies()));
        }
        store->execute(batch, told);
        EXPECT_TRUE(batch.entries.empty());
    }
    /// At its end, which comes when it is waited for.
    void fail_the_next_write() {
        files.ends = false;
        disk->fail_at(disk->steps() + 2, os::SimulatedDisk::Trouble::io_error,
                      os::SimulatedDisk::Lasting::once);  // the write is one step, its sync another
    }
    void expect_unknown(const std::vector<engine::Cookie>& cookies) const {
        EXPECT_FALSE(store->healthy());
        for (const engine::Cookie cookie : cookies) {
            EXPECT_EQ(told.texts.at(cookie), "unknown") << cookie;
        }
    }
    void finish() {
        files.ends = true;
        for (int i = 0; i < 5; ++i) store->poll(told);
        EXPECT_TRUE(!store->healthy() || !store->busy());
    }

    std::unique_ptr<os::SimulatedDisk> disk;
    SlowFiles files;
    FakeClock clock;
    std::unique_ptr<crash::Store> store;
    Told told;
};

using Cookies = std::vector<engine::Cookie>;

const Ask one = deposit("alice", "1.00");

TEST(decided_meanwhile, is_the_next_round_while_one_that_was_kept_is_written) {
    House house;
    house.files.ends = false;
    const std::uint64_t head = house.store->head().sequence;
    EXPECT_FALSE(house.store->takes_while_busy(1'000)) << "it is not busy";
    house.execute({one, one, one}, 10);
    EXPECT_TRUE(house.store->busy());
    EXPECT_TRUE(house.store->takes_while_busy(1'000));
    EXPECT_FALSE(house.store->takes_while_busy(10)) << "too few to wait with them for the write";
    EXPECT_EQ(house.told.order, Cookies{});

    house.execute({one, one, one}, 20);
    EXPECT_EQ(house.told.transactions.size(), 6U) << "the second was decided";
    house.store->poll(house.told);
    EXPECT_EQ(house.told.order, Cookies{}) << "and waits for the first, whose write has not ended";
    EXPECT_EQ(house.store->head().sequence, head);
    EXPECT_TRUE(house.store->busy());
    EXPECT_FALSE(house.store->takes_while_busy(1'000)) << "two are enough";

    house.finish();
    EXPECT_EQ(house.told.order, (Cookies{10, 11, 12, 20, 21, 22}));
    EXPECT_EQ(house.store->head().sequence, head + 2);
}

TEST(decided_meanwhile, makes_another_wait_where_somebody_asks_all_the_same) {
    House house;
    house.files.ends = false;
    house.execute({one, one, one}, 10);
    house.execute({one, one, one}, 20);
    house.execute({one, read_wallet("alice"), one}, 30);
    EXPECT_EQ(house.told.order, (Cookies{10, 11, 12})) << "the second's write could begin then";
    house.finish();
    EXPECT_EQ(house.told.order, (Cookies{10, 11, 12, 20, 21, 22, 30, 31, 32}));
    EXPECT_EQ(house.told.texts.at(31), "has 700");
}

TEST(decided_meanwhile, is_nothing_while_an_answer_is_not_kept) {
    House house;
    house.files.ends = false;
    house.execute({one, one, withdraw("alice", "900.00")}, 10);
    EXPECT_TRUE(house.store->busy());
    EXPECT_FALSE(house.store->takes_while_busy(1'000));
}

TEST(decided_meanwhile, is_nothing_while_a_reader_has_a_question) {
    House house;
    house.execute({one, one, list_history("alice")}, 10);
    house.files.ends = false;
    house.execute({one, one, one}, 20);
    EXPECT_FALSE(house.store->takes_while_busy(1'000)) << "it could go on like this for ever";
    house.finish();
    EXPECT_EQ(house.told.texts.at(12), "rows 2");
    house.files.ends = false;
    house.execute({one, one, one}, 30);
    EXPECT_TRUE(house.store->takes_while_busy(1'000));
}

TEST(decided_meanwhile, is_nothing_while_a_checkpoint_is_due) {
    House house;
    house.files.ends = false;
    house.execute({one, one, one}, 10);
    house.store->checkpoint_now();
    EXPECT_FALSE(house.store->takes_while_busy(1'000));
    house.finish();
    EXPECT_EQ(house.store->figures().checkpoints, 1U);
}

TEST(decided_meanwhile, sees_what_is_being_written) {
    House house;
    house.files.ends = false;
    const Ask first = deposit("alice", "1.00").ref("a");
    house.execute({first, one, one}, 10);
    house.execute({first, withdraw("alice", "3.00"), read_wallet("alice")}, 20);
    house.finish();
    EXPECT_EQ(house.told.texts.at(20), house.told.texts.at(10) + " again");
    EXPECT_EQ(house.told.texts.at(22), "has 0");
}

TEST(decided_meanwhile, is_unknown_when_the_write_before_fails) {
    House house;
    house.execute({one}, 1);
    house.fail_the_next_write();
    const Ask first = deposit("alice", "1.00").ref("a");
    house.execute({first, one, one}, 10);
    EXPECT_TRUE(house.store->healthy());
    house.execute({one, one, read_wallet("alice"), one}, 20);
    EXPECT_EQ(house.told.order, Cookies{1});
    house.finish();
    EXPECT_FALSE(house.store->takes_while_busy(1'000));
    house.expect_unknown({10, 11, 12, 20, 21, 22, 23});
}

TEST(decided_meanwhile, is_unknown_when_a_repeat_has_to_wait_for_a_write_that_fails) {
    House house;
    house.execute({one}, 1);
    house.fail_the_next_write();
    const Ask first = deposit("alice", "1.00").ref("a");
    house.execute({first, one, one}, 10);
    house.execute({one, first, read_wallet("alice"), one}, 20);
    house.expect_unknown({10, 11, 12, 20, 21, 22, 23});
}

TEST(decided_meanwhile, is_followed_by_a_thread_with_the_hashes) {
    os::SimulatedDisk disk;
    FakeClock clock;
    crash::set_clock(clock, 1);
    crash::SeededRandom random{crash::seed()};
    auto options = crash::store_options();
    options.background = true;
    options.segment_bytes = 4 << 20;
    auto store = crash::Store::open(disk, clock, random, options);
    ASSERT_TRUE(store) << store.error().message;
    Told told;
    engine::Cookie next = 1;
    for (int round = 0; round < 12; ++round) {
        engine::Batch batch;
        for (int i = 0; i < 700; ++i) {
            batch.add(next++, item_of(deposit("u" + std::to_string(i % 90), "1.00"), batch,
                                      (*store)->currencies()));
            // Looks at a link while the thread follows.
            if (round % 3 != 0 && i % 250 == 249) {
                batch.add(next++, item_of(list_history("u7"), batch, (*store)->currencies()));
            }
        }
        (*store)->execute(batch, told);
        if (round % 2 == 0) (*store)->poll(told);
    }
    for (int i = 0; i < 10'000 && told.order.size() + 1 < next; ++i) {
        (*store)->poll(told);
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    EXPECT_EQ(told.order.size() + 1, next);
    const Hash state = (*store)->state_digest();
    const engine::Head head = (*store)->head();
    store->reset();
    // Without the thread, from the records alone: the same links and the same head.
    auto again = crash::open_store(disk, clock);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ((*again)->head().hash, head.hash);
    EXPECT_EQ((*again)->state_digest(), state);
}

/// Rounds of a few users' commands; one reference in twelve comes again, soon or later.
class Rounds {
public:
    explicit Rounds(std::uint64_t seed) : random_{seed} {}

    std::vector<Ask> next() {
        std::vector<Ask> asks;
        const bool movements_alone = below(3) != 0;  // and so a round that may be set aside
        // Now and then one that needs more than one batch.
        const std::size_t count = below(15) == 0 ? 200 : 3 + below(8);
        while (asks.size() < count) asks.push_back(ask(movements_alone));
        return asks;
    }
    std::size_t below(std::size_t end) { return random_() % end; }

private:
    Ask ask(bool movement) {
        static const std::vector<std::string> users{"alice", "bob", "carol"};
        const std::size_t which = below(3);
        const std::string& user = users[which];
        if (!movement && below(3) == 0) return read_wallet(user);
        if (!movement && below(6) == 0) return list_history(user);
        if (!movement && below(4) == 0) return withdraw(user, "1000000.00").ref(name());
        if (below(5) == 0)
            return transfer(user, users[(which + 1 + below(2)) % 3], "0.01").ref(name());
        return deposit(user, "2.00").ref(name());
    }
    std::string name() {
        return 'r' + std::to_string(below(12) == 0 && names_ > 0 ? names_ - below(names_ % 30 + 1)
                                                                 : ++names_);
    }

    std::mt19937_64 random_;
    std::size_t names_ = 0;
};

/// What came of 60 rounds, in a house that is slow or not.
struct Outcome {
    std::map<engine::Cookie, std::string> texts;
    Hash head{};
    Hash state{};
    std::size_t meanwhile = 0;  ///< rounds that were decided while one was being written
    friend bool operator==(const Outcome& a, const Outcome& b) {
        return a.texts == b.texts && a.head == b.head && a.state == b.state;
    }
};

Outcome play(std::uint64_t seed, bool slow) {
    House house;
    Rounds rounds{seed};
    std::mt19937_64 pace{seed};
    Outcome outcome;
    house.execute({deposit("alice", "50.00"), deposit("bob", "50.00"), deposit("carol", "50.00")},
                  1);
    house.finish();
    for (engine::Cookie round = 1; round <= 60; ++round) {
        crash::set_clock(house.clock, static_cast<std::int64_t>(round) + 1);
        house.told.keeps = rounds.below(4) == 0 ? Told::Keeps::some : Told::Keeps::all;
        const bool ends = pace() % 4 == 0;
        house.files.ends = ends || !slow;
        if (pace() % 40 == 0) house.store->checkpoint_now();
        if (house.store->takes_while_busy(1'000)) ++outcome.meanwhile;
        house.execute(rounds.next(), round * 1'000);
        if (!slow) house.finish();
        if (pace() % 3 == 0) house.store->poll(house.told);
    }
    house.finish();
    outcome.texts = house.told.texts;
    outcome.head = house.store->head().hash;
    outcome.state = house.store->state_digest();
    return outcome;
}

TEST(decided_meanwhile, makes_the_same_book_and_the_same_answers) {
    std::size_t meanwhile = 0;
    for (std::uint64_t seed = crash::seed(); seed < crash::seed() + 40; ++seed) {
        SCOPED_TRACE("COFFER_SEED=" + std::to_string(seed));
        const Outcome quick = play(seed, false);
        const Outcome slow = play(seed, true);
        EXPECT_EQ(quick.meanwhile, 0U);
        EXPECT_EQ(slow.texts, quick.texts);
        EXPECT_TRUE(slow == quick);
        meanwhile += slow.meanwhile;
    }
    EXPECT_GT(meanwhile, 100U) << "or nothing was tested";
}

TEST(decided_meanwhile, loses_nothing_that_was_answered_when_the_power_goes) {
    std::size_t answered = 0;
    for (std::uint64_t seed = crash::seed(); seed < crash::seed() + 150; ++seed) {
        SCOPED_TRACE("COFFER_SEED=" + std::to_string(seed));
        House house;
        std::mt19937_64 random{seed};
        std::map<engine::Cookie, Ask> asked;
        house.disk->lose_power_at(house.disk->steps() + 1 + random() % 40);
        engine::Cookie next = 1;
        for (int round = 0; round < 30 && house.store->healthy(); ++round) {
            house.files.ends = random() % 3 == 0;
            std::vector<Ask> asks;
            for (std::size_t i = 0; i < 3 + random() % 4; ++i) {
                asks.push_back(deposit("alice", "1.00").ref('r' + std::to_string(next + i)));
                asked.emplace(next + i, asks.back());
            }
            house.execute(asks, next);
            next += asks.size();
        }
        house.store.reset();
        House again{house.disk->crash_image(seed)};
        for (const auto& [cookie, ask] : asked) {
            const auto text = house.told.texts.find(cookie);
            if (text == house.told.texts.end() || text->second == "unknown" ||
                text->second == "failed") {
                continue;
            }
            ++answered;
            again.execute({ask}, cookie);
            again.finish();
            EXPECT_EQ(again.told.texts[cookie], text->second + " again") << cookie;
        }
    }
    EXPECT_GT(answered, 1'000U) << "or nothing was tested";
}

}  // namespace
}  // namespace coffer::tests
