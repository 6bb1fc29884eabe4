#include "api/many_table.h"

#include <gtest/gtest.h>

#include <set>

#include "api/pending.h"

namespace coffer::api {
namespace {

class Nothing final : public ManyAnswer {
public:
    explicit Nothing(std::size_t commands) : ManyAnswer{{}, nullptr, commands} {}
    void declined(std::size_t, const Problem&, bool) override { --left; }
    void applied(std::size_t, const engine::Applied&, const Wording&) override { --left; }
    void append_to(std::string&) const override {}
};

/// Commands `numbers` of a request.
std::vector<engine::Batch::Entry> entries(const std::vector<engine::Cookie>& numbers) {
    std::vector<engine::Batch::Entry> all;
    for (const engine::Cookie number : numbers) all.push_back({.cookie = number, .item = {}});
    return all;
}

TEST(ManyTable, every_command_has_a_cookie_that_no_other_table_makes) {
    ManyTable table;
    std::set<engine::Cookie> seen{own_cookie};
    for (int round = 0; round < 3; ++round) {
        const auto answer = std::make_shared<Nothing>(4);
        auto commands = entries({0, 1, 3});
        table.add(answer, commands);
        EXPECT_EQ(table.size(), 3u);
        for (const auto& command : commands) {
            EXPECT_TRUE(seen.insert(command.cookie).second) << "in no round before";
            EXPECT_TRUE(ManyTable::has_made(command.cookie));
        }
        EXPECT_EQ(table.find(commands[2].cookie).index, 3u);
        for (const std::size_t i : {2, 0, 1}) {
            const ManyTable::Command taken = table.take(commands[i].cookie);
            EXPECT_EQ(&taken.answer, answer.get());
            EXPECT_EQ(taken.last != nullptr, i == 1) << "with the last of them";
        }
        EXPECT_EQ(table.size(), 0u);
    }
    PendingTable others{1};
    EXPECT_FALSE(ManyTable::has_made(*others.add({})));
}

TEST(ManyTable, keeps_requests_apart) {
    ManyTable table;
    const auto a = std::make_shared<Nothing>(2);
    const auto b = std::make_shared<Nothing>(1000);
    auto of_a = entries({0, 1});
    auto of_b = entries({999});
    table.add(a, of_a);
    table.add(b, of_b);
    EXPECT_EQ(&table.find(of_a[1].cookie).answer, a.get());
    EXPECT_EQ(&table.find(of_b[0].cookie).answer, b.get());
    EXPECT_EQ(table.take(of_b[0].cookie).last, b);
    const auto rest = table.take_all();
    ASSERT_EQ(rest.size(), 2u);
    EXPECT_EQ(rest[0].last, nullptr);
    EXPECT_EQ(rest[1].last, a);
    EXPECT_EQ(table.size(), 0u);
}

TEST(ManyTable, what_is_not_waiting_is_our_bug) {
    ManyTable table;
    auto commands = entries({0, 2});
    table.add(std::make_shared<Nothing>(3), commands);
    EXPECT_DEATH((void)table.find(commands[0].cookie + 1), "waits") << "was never sent";
    (void)table.take(commands[0].cookie);
    EXPECT_DEATH((void)table.take(commands[0].cookie), "waits") << "twice";
    (void)table.take(commands[1].cookie);
    EXPECT_DEATH((void)table.find(commands[1].cookie), "row != nullptr") << "of an earlier request";
}

}  // namespace
}  // namespace coffer::api
