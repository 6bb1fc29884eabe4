#include "api/slots.h"

#include <gtest/gtest.h>

#include <string>

namespace coffer::api {
namespace {

using Texts = Slots<std::string>;

TEST(Slots, a_place_is_used_again_and_its_old_name_finds_nobody) {
    Texts slots{7};
    EXPECT_TRUE(slots.grows());
    const Texts::Name first = slots.add();
    const Texts::Name second = slots.add();
    *slots.find(first) = "first";
    *slots.find(second) = "second";
    EXPECT_EQ(slots.places(), 2u);
    slots.remove(first.place);
    EXPECT_EQ(slots.find(first), nullptr);
    EXPECT_FALSE(slots.grows());
    const Texts::Name third = slots.add();
    EXPECT_EQ(third.place, first.place);
    EXPECT_EQ(slots.find(first), nullptr);
    ASSERT_NE(slots.find(third), nullptr);
    EXPECT_EQ(*slots.find(second), "second");
    EXPECT_EQ(slots.find({5, 0}), nullptr) << "never was";
}

TEST(Slots, generations_begin_anew_in_the_end) {
    Texts slots{3};
    for (std::uint32_t i = 0; i < 9; ++i) {
        const Texts::Name name = slots.add();
        EXPECT_EQ(name.generation, i % 4);
        slots.remove(name.place);
    }
}

TEST(Slots, all_are_visited_in_order_and_may_go_meanwhile) {
    Texts slots{7};
    for (const char* text : {"a", "b", "c", "d"}) *slots.find(slots.add()) = text;
    slots.remove(1);
    std::string seen;
    slots.visit([&](Texts::Name name, const std::string& text) {
        seen += text;
        slots.remove(name.place);
    });
    EXPECT_EQ(seen, "acd");
    slots.visit([](Texts::Name, const std::string&) { ADD_FAILURE(); });
}

}  // namespace
}  // namespace coffer::api
