#include "money/currency.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "money/amount.h"

namespace coffer::money {
namespace {

using Added = CurrencyTable::Added;

CurrencyTable with_iso() {
    CurrencyTable table;
    for (const auto& info : iso_4217()) EXPECT_EQ(table.add(info), Added::added) << info.code;
    return table;
}

TEST(Iso4217, decimals_of_well_known_currencies) {
    const CurrencyTable table = with_iso();
    const auto decimals = [&](const char* code) { return table.decimals(*table.find(code)); };
    for (const char* code : {"CNY", "USD", "EUR", "GBP", "CHF", "INR", "XCG"}) {
        EXPECT_EQ(decimals(code), 2) << code;
    }
    for (const char* code : {"JPY", "KRW", "VND", "CLP", "XOF", "ISK"}) {
        EXPECT_EQ(decimals(code), 0) << code;
    }
    for (const char* code : {"KWD", "BHD", "TND", "OMR", "JOD"}) EXPECT_EQ(decimals(code), 3);
    EXPECT_EQ(decimals("CLF"), 4);
    EXPECT_EQ(table.find("CNY")->number, 156);
    EXPECT_EQ(table.find("USD")->number, 840);
}

TEST(Iso4217, has_no_code_or_number_twice_and_no_code_that_is_no_money) {
    std::set<std::string> codes;
    std::set<std::uint16_t> numbers;
    for (const auto& info : iso_4217()) {
        EXPECT_TRUE(codes.insert(info.code).second) << info.code;
        EXPECT_TRUE(numbers.insert(info.currency.number).second) << info.code;
        EXPECT_EQ(info.code.size(), 3u);
        EXPECT_LT(info.currency.number, 1000);
        EXPECT_LE(info.decimals, 4);
    }
    const CurrencyTable table = with_iso();
    for (const char* code :
         {"XXX", "XTS", "XAU", "XDR", "DEM", "cny", "CN", "CNYY", "", "POINTS"}) {
        EXPECT_FALSE(table.find(code)) << code;
    }
}

TEST(CurrencyTable, other_decimals_for_a_known_currency_are_a_conflict) {
    CurrencyTable table = with_iso();
    EXPECT_EQ(table.add({{156}, "CNY", 2}), Added::known);
    EXPECT_EQ(table.add({{156}, "CNY", 3}), Added::conflict);
    EXPECT_EQ(table.add({{157}, "CNY", 2}), Added::conflict) << "the code under another number";
    EXPECT_EQ(table.add({{156}, "POINTS", 0}), Added::conflict) << "the number under another code";
    EXPECT_EQ(table.add({{10'000}, "POINTS", 0}), Added::added);
    EXPECT_EQ(table.add({{10'000}, "POINTS", 0}), Added::known);
    EXPECT_EQ(table.add({{10'001}, "POINTS", 0}), Added::conflict);
    EXPECT_EQ(table.decimals({156}), 2);
    EXPECT_EQ(table.code({10'000}), "POINTS");
    EXPECT_TRUE(table.knows({10'000}));
    EXPECT_FALSE(table.knows({10'001}));
    EXPECT_FALSE(table.knows({}));
}

TEST(CurrencyTable, lists_in_the_order_of_numbers) {
    CurrencyTable table;
    (void)table.add({{10'000}, "POINTS", 0});
    (void)table.add({{156}, "CNY", 2});
    ASSERT_EQ(table.all().size(), 2u);
    EXPECT_EQ(table.all()[0].code, "CNY");
}

// It holds pointers into itself: a copy would look into the table it was copied from.
static_assert(!std::is_copy_constructible_v<CurrencyTable>);
static_assert(!std::is_copy_assignable_v<CurrencyTable>);

TEST(CurrencyTable, may_be_moved) {
    CurrencyTable first = with_iso();
    const CurrencyTable second = std::move(first);
    EXPECT_EQ(second.code({156}), "CNY");
}

TEST(ParseUnit, takes_a_code_and_its_decimals) {
    EXPECT_EQ(parse_unit("POINTS:0")->code, "POINTS");
    EXPECT_EQ(parse_unit("POINTS:0")->decimals, 0);
    EXPECT_EQ(parse_unit("ETH:18")->decimals, 18);
    EXPECT_EQ(parse_unit("A1:6")->code, "A1");
    EXPECT_TRUE(parse_unit("ABCDEFGHIJKL:2"));
}

TEST(ParseUnit, refuses_the_rest) {
    for (const char* text :
         {"",           ":",          "POINTS",      "POINTS:",   ":2",        "P:2",
          "points:2",   "1POINTS:2",  "POINTS:19",   "POINTS:-1", "POINTS:02", "POINTS:1.0",
          "POINTS: 2",  " POINTS:2",  "POINTS:2 ",   "PO INTS:2", "PO-INTS:2", "ABCDEFGHIJKLM:2",
          "POINTS:2:3", "POINTS:100", "P\xC3\xA9:2", "POINTS:x"}) {
        EXPECT_FALSE(parse_unit(text)) << text;
    }
}

TEST(Amount, sums_of_one_currency_that_fit) {
    const Amount most{{156}, int128_max};
    EXPECT_FALSE(most.plus({{156}, 1}));
    EXPECT_EQ(Amount({{156}, 5}).plus({{156}, 7})->minor_units(), 12);
    EXPECT_EQ(most.minus({{156}, 1})->minor_units(), int128_max - 1);
    EXPECT_FALSE(Amount({{156}, int128_min}).minus({{156}, 1}));
    EXPECT_EQ(Amount({{156}, 5}).minus({{156}, 7})->minor_units(), -2);
}

TEST(AmountDeathTest, mixing_currencies_stops_the_process) {
    const Amount yuan{{156}, 1};
    const Amount euro{{978}, 1};
    EXPECT_DEATH((void)yuan.plus(euro), "currency");
    EXPECT_DEATH((void)yuan.minus(euro), "currency");
}

}  // namespace
}  // namespace coffer::money
