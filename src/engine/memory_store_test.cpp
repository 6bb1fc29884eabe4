#include "engine/memory_store.h"

#include <gtest/gtest.h>

// What only this store does. What every store promises is in tests/store_contract_*.

namespace coffer::engine {
namespace {

class LastAnswer final : public Answers {
public:
    void answer(Cookie, const Answer& answer, const Names&) override {
        refused = std::holds_alternative<wallet::Refusal>(answer);
        failed = std::holds_alternative<Failed>(answer);
        if (const auto* found = std::get_if<Integrity>(&answer)) integrity = *found;
        if (const auto* found = std::get_if<Found>(&answer)) wallet = *found->wallet;
    }
    bool refused = false;
    bool failed = false;
    Integrity integrity;
    wallet::Wallet wallet;
};

LastAnswer give(MemoryStore& store, Item item) {
    Batch batch;
    batch.add(1, std::move(item));
    LastAnswer answer;
    store.execute(batch, answer);
    return answer;
}

const wallet::Caller teller{"acme", "teller", "shop"};

wallet::Command deposit(std::string_view user) {
    return {teller, wallet::Deposit{{user, {}}, {100, 2}, {}, {}}};
}

struct NamedOnlyDeathTest : testing::Test {
    NamedOnlyDeathTest() {
        give(store, deposit("alice"));
        give(store, deposit("bob"));
        loaded.name_all(deposit("alice"), context, {});
    }
    wallet::SubjectNumber number_of(const char* user) {
        return store.book().user({1}, user)->number;
    }
    MemoryStore store;
    NamedOnly loaded{store.book()};
    wallet::Context context{.currencies = &store.currencies(), .settings = &store.settings()};
};

TEST_F(NamedOnlyDeathTest, shows_what_was_named) {
    EXPECT_NE(loaded.tenant("acme"), nullptr);
    EXPECT_NE(loaded.user({1}, "alice"), nullptr);
    const wallet::Wallet* first = loaded.first_wallet(number_of("alice"));
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(loaded.next_wallet(*first), nullptr);
    EXPECT_EQ(loaded.house_account({{1}, ledger::AccountKind::settlement, {156}, {}}).balance, 200);
}

TEST_F(NamedOnlyDeathTest, a_verb_that_peeks_stops_the_process) {
    EXPECT_DEATH((void)loaded.tenant("other"), "named");
    EXPECT_DEATH((void)loaded.user({1}, "bob"), "named");
    EXPECT_DEATH((void)loaded.first_wallet(number_of("bob")), "named");
    EXPECT_DEATH((void)loaded.find_wallet(wallet::WalletNumber{2}), "named");
    EXPECT_DEATH((void)loaded.wallet(wallet::PublicId{1}), "named");
    EXPECT_DEATH((void)loaded.hold({1}), "named");
    EXPECT_DEATH((void)loaded.prior(), "named") << "the command carries no reference";
    EXPECT_DEATH((void)loaded.application({1}, "other"), "named");
    EXPECT_DEATH((void)loaded.house_account({{1}, ledger::AccountKind::fees, {156}, {}}), "named");
    EXPECT_DEATH((void)loaded.house_account({{1}, ledger::AccountKind::settlement, {978}, {}}),
                 "named");
}

TEST(MemoryStore, damage_to_a_record_is_found_at_the_event_it_is_in) {
    MemoryStore store;
    for (int i = 0; i < 5; ++i) give(store, deposit("alice"));
    const auto id = give(store, ReadWallet{"acme", "alice", {}}).wallet.id;
    EXPECT_EQ(give(store, CheckIntegrity{"acme", id}).integrity.broken_at, 0u);
    const Position third = store.book().row({1}).history[2];
    store.damage().damage()[third - 1].bytes.back() ^= 1;
    const Integrity found = give(store, CheckIntegrity{"acme", id}).integrity;
    EXPECT_EQ(found.broken_at, 3u);
    EXPECT_EQ(found.records, 3u);
}

TEST(MemoryStore, can_be_told_to_refuse_writes) {
    MemoryStore store;
    give(store, deposit("alice"));
    store.refuse_writes_with(Failed::Kind::storage_full);
    EXPECT_TRUE(give(store, deposit("alice")).failed);
    EXPECT_FALSE(store.writable());
    EXPECT_TRUE(store.healthy());
    EXPECT_EQ(give(store, ReadWallet{"acme", "alice", {}}).wallet.available, 100);
    store.refuse_writes_with(Failed::Kind::unknown);
    EXPECT_FALSE(store.healthy());
    store.refuse_writes_with(std::nullopt);
    EXPECT_FALSE(give(store, deposit("alice")).failed);
}

TEST(MemoryStore, the_same_book_comes_of_the_same_commands) {
    const auto head_after = [] {
        MemoryStore store;
        for (const char* user : {"alice", "bob", "alice"}) give(store, deposit(user));
        return store.head().hash;
    };
    EXPECT_EQ(head_after(), head_after());
}

}  // namespace
}  // namespace coffer::engine
