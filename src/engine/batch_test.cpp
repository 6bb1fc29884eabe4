#include "engine/batch.h"

#include <gtest/gtest.h>

#include <string>

namespace coffer::engine {
namespace {

TEST(Arena, texts_stay_where_they_are_while_more_come) {
    Arena arena;
    std::vector<std::string> texts;
    std::vector<std::string_view> copies;
    for (std::size_t i = 0; i < 3'000; ++i) {
        // Small ones, some that end a block, some that are larger than a block.
        const std::size_t size = i % 500 == 0 ? 300'000 : i % 97 == 0 ? 60'000 : i % 600;
        texts.emplace_back(size, static_cast<char>('a' + i % 26));
        copies.push_back(arena.copy(texts.back()));
    }
    for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(copies[i], texts[i]);
}

TEST(Arena, is_used_again_after_clear) {
    Arena arena;
    for (int round = 0; round < 100; ++round) {
        std::vector<std::string_view> copies;
        for (int i = 0; i < 1'000; ++i) copies.push_back(arena.copy(std::string(700, 'x')));
        for (const auto copy : copies) ASSERT_EQ(copy, std::string(700, 'x'));
        arena.clear();
    }
}

TEST(Arena, an_empty_text_costs_nothing) {
    Arena arena;
    EXPECT_TRUE(arena.copy("").empty());
}

TEST(Arena, owns_a_text_without_a_second_copy) {
    Arena arena{4096};
    std::vector<std::string_view> texts;
    for (int i = 0; i < 30; ++i) texts.push_back(arena.copy(std::string(600, 'x')));
    for (const auto text : texts) EXPECT_EQ(arena.own(text).data(), text.data());
    std::string elsewhere = "elsewhere";
    const std::string_view owned = arena.own(elsewhere);
    EXPECT_NE(owned.data(), elsewhere.data());
    elsewhere.assign(9, '?');
    EXPECT_EQ(owned, "elsewhere");
    EXPECT_TRUE(arena.own("").empty());
}

TEST(Batch, forgets_its_entries_and_their_texts_together) {
    Batch batch;
    batch.add(1, ReadWallet{batch.texts.copy("acme"), batch.texts.copy("alice"), {}});
    ASSERT_EQ(batch.entries.size(), 1u);
    EXPECT_EQ(std::get<ReadWallet>(batch.entries[0].item).user, "alice");
    batch.clear();
    EXPECT_TRUE(batch.entries.empty());
}

TEST(Copies, of_commands_keep_their_texts_when_the_first_are_gone) {
    using namespace wallet;
    const Target target{.user = "user", .currency = {156}};
    const Verb verbs[] = {
        OpenWallet{target},
        Deposit{target, {1, 0}, "reference", "description"},
        Withdraw{target, {1, 0}, "reference", "description"},
        Transfer{target, "payee", {1, 0}, "reference", "description"},
        Freeze{target, {1, 0}, "reference", "reason"},
        Unfreeze{"user", {7}},
        ChangeStatus{{7}, WalletStatus::closed},
    };
    for (const Verb& verb : verbs) {
        Arena texts;
        Command kept;
        {
            Arena gone;
            const Command first{.caller = {"tenant", "actor", "application"},
                                .verb = verb,
                                .key = {"operation", "key", {}}};
            kept = copy(copy(first, gone), texts);
            (void)gone.copy(std::string(64, 'x'));
        }
        EXPECT_EQ(kept.caller.tenant, "tenant");
        EXPECT_EQ(kept.caller.actor, "actor");
        EXPECT_EQ(kept.caller.application, "application");
        EXPECT_EQ(kept.key.operation, "operation");
        EXPECT_EQ(kept.key.text, "key");
        ASSERT_EQ(kept.verb.index(), verb.index());
        if (const auto* opened = std::get_if<OpenWallet>(&kept.verb)) {
            EXPECT_EQ(opened->target.user, "user");
            EXPECT_EQ(opened->target.currency, money::Currency{156});
        } else if (const auto* frozen = std::get_if<Freeze>(&kept.verb)) {
            EXPECT_EQ(frozen->reason, "reason");
        } else if (const auto* changed = std::get_if<ChangeStatus>(&kept.verb)) {
            EXPECT_EQ(changed->wallet, PublicId{7});
            EXPECT_EQ(changed->status, WalletStatus::closed);
        }
    }
}

}  // namespace
}  // namespace coffer::engine
