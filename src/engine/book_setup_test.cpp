#include "engine/book_setup.h"

#include <gtest/gtest.h>

namespace coffer::engine {
namespace {

using money::UnitText;

TEST(BookSetup, numbers_units_in_the_order_in_which_books_meet_them) {
    money::CurrencyTable known;
    const std::vector<UnitText> first{{"POINTS", 0}, {"USDT", 6}};
    const auto added = add_missing_currencies(known, first);
    ASSERT_TRUE(added.ok());
    EXPECT_EQ(added->size(), money::iso_4217().size() + 2);
    EXPECT_EQ(known.find("POINTS"), money::Currency{10'000});
    EXPECT_EQ(known.find("USDT"), money::Currency{10'001});

    // Another order and one more: what is known keeps its number.
    const std::vector<UnitText> second{{"GOLD", 4}, {"USDT", 6}, {"POINTS", 0}};
    const auto more = add_missing_currencies(known, second);
    ASSERT_TRUE(more.ok());
    ASSERT_EQ(more->size(), 1u);
    EXPECT_EQ(more->front(), (money::CurrencyInfo{{10'002}, "GOLD", 4}));
}

TEST(BookSetup, refuses_other_decimals_than_the_book_has) {
    for (const UnitText& unit : {UnitText{"POINTS", 1}, UnitText{"JPY", 2}}) {
        money::CurrencyTable known;
        ASSERT_TRUE(add_missing_currencies(known, std::vector<UnitText>{{"POINTS", 0}}).ok());
        const auto again = add_missing_currencies(known, std::vector<UnitText>{unit});
        ASSERT_FALSE(again.ok()) << unit.code;
        EXPECT_EQ(again.error().kind, Fault::Kind::configuration);
    }
}

TEST(BookSetup, refuses_a_book_that_knows_a_currency_of_ISO_4217_otherwise) {
    money::CurrencyTable known;
    ASSERT_EQ(known.add({{392}, "JPY", 2}), money::CurrencyTable::Added::added);
    const auto again = add_missing_currencies(known, {});
    ASSERT_FALSE(again.ok());
    EXPECT_NE(again.error().message.find("JPY"), std::string::npos) << again.error().message;
}

TEST(BookSetup, makes_a_new_version_of_settings_only_when_they_differ) {
    money::CurrencyTable known;
    ASSERT_TRUE(add_missing_currencies(known, {}).ok());
    const auto first = configured_settings({}, known, "CNY", true);
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(first->version, 1u);
    EXPECT_EQ(first->default_currency, money::Currency{156});
    EXPECT_EQ(*configured_settings(*first, known, "CNY", true), *first);
    EXPECT_EQ(configured_settings(*first, known, "CNY", false)->version, 2u);
    EXPECT_EQ(configured_settings(*first, known, "EUR", true)->version, 2u);
    const auto unknown = configured_settings(*first, known, "COINS", true);
    ASSERT_FALSE(unknown.ok());
    EXPECT_EQ(unknown.error().kind, Fault::Kind::configuration);
}

}  // namespace
}  // namespace coffer::engine
