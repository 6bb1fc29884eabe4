#include "money/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace coffer::money {
namespace {

constexpr Currency tested{10'000};

std::string text_of(Int128 minor_units, int decimals) {
    std::string out;
    append_minor_units(out, minor_units, decimals);
    return out;
}

/// "1234" minor units, or the word for why not.
std::string read(std::string_view text, int decimals) {
    const auto decimal = parse_decimal(text);
    if (!decimal) {
        return decimal.error() == DecimalError::malformed ? "malformed" : "too large";
    }
    const auto amount = to_amount(*decimal, tested, decimals);
    if (amount) return text_of(amount->minor_units(), 0);
    switch (amount.error()) {
        case AmountError::too_many_decimals: return "too many decimals";
        case AmountError::not_positive: return "not positive";
        case AmountError::over_maximum: return "over maximum";
    }
    unreachable_value();
}

/// 1 … 10^30, every number of digits as likely as any other.
Int128 any_minor_units() {
    Int128 bound = 10;
    for (int digits = *rc::gen::inRange(0, 30); digits > 0; --digits) bound *= 10;
    const UInt128 random = (static_cast<UInt128>(*rc::gen::arbitrary<std::uint64_t>()) << 64) |
                           *rc::gen::arbitrary<std::uint64_t>();
    const auto found = static_cast<Int128>(random % static_cast<UInt128>(bound)) + 1;
    return std::min(found, amount_minor_units_max);
}

int any_decimals() { return *rc::gen::inRange(0, currency_decimals_max + 1); }

// N13: what we print, fed back, is the same minor units and the same text.
RC_GTEST_PROP(AmountText, every_amount_comes_back_in_every_currency, ()) {
    const Int128 minor_units = any_minor_units();
    const int decimals = any_decimals();
    const std::string text = text_of(minor_units, decimals);
    const auto amount = to_amount(parse_decimal(text).value(), tested, decimals);
    RC_ASSERT(amount.ok());
    RC_ASSERT(amount->minor_units() == minor_units);
    RC_ASSERT(text_of(amount->minor_units(), decimals) == text);
    const auto point = text.find('.');
    const bool exact = decimals == 0
                           ? point == text.npos
                           : text.size() - point - 1 == static_cast<std::size_t>(decimals);
    RC_ASSERT(exact);
}

// The same by the million: each case draws a seed and walks 10,000 values from there.
RC_GTEST_PROP(AmountText, a_million_amounts_come_back, (std::uint64_t seed)) {
    const int decimals = any_decimals();
    std::string text;
    for (int i = 0; i < 10'000; ++i) {
        seed = seed * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
        const UInt128 wide = static_cast<UInt128>(seed) * (seed >> 28);
        const auto minor_units =
            static_cast<Int128>((wide >> (seed % 100)) % UInt128{amount_minor_units_max}) + 1;
        text.clear();
        append_minor_units(text, minor_units, decimals);
        const auto decimal = parse_decimal(text);
        RC_ASSERT(decimal.ok());
        const auto amount = to_amount(*decimal, tested, decimals);
        RC_ASSERT(amount.ok() && amount->minor_units() == minor_units);
    }
}

TEST(AmountText, has_the_decimals_of_its_currency) {
    CurrencyTable table;
    (void)table.add({{156}, "CNY", 2});
    (void)table.add({tested, "POINTS", 0});
    EXPECT_EQ(to_text(Amount{{156}, -1}, table), "-0.01");
    EXPECT_EQ(to_text(Amount{tested, 7}, table), "7");
}

// covers: N13
TEST(AmountText, round_trips_at_the_edges_of_every_number_of_decimals) {
    for (int decimals = 0; decimals <= currency_decimals_max; ++decimals) {
        for (Int128 power = 1; power <= amount_minor_units_max; power *= 10) {
            for (const Int128 value : {power - 1, power, power + 1}) {
                if (value < 1 || value > amount_minor_units_max) continue;
                EXPECT_EQ(read(text_of(value, decimals), decimals), text_of(value, 0));
            }
            if (power == amount_minor_units_max) break;
        }
    }
}

// N11: nothing is rounded; a digit more than the currency has is refused, even if it is a zero.
RC_GTEST_PROP(AmountText, one_decimal_more_than_the_currency_has_is_refused, ()) {
    const int decimals = any_decimals();
    std::string text = text_of(any_minor_units(), decimals);
    if (decimals == 0) text += '.';
    text += static_cast<char>('0' + *rc::gen::inRange(0, 10));
    const std::string answer = read(text, decimals);
    RC_ASSERT(answer == "too many decimals" || answer == "too large");
}

RC_GTEST_PROP(AmountText, fewer_decimals_mean_the_same_amount, ()) {
    const int decimals = *rc::gen::inRange(1, currency_decimals_max + 1);
    const Int128 minor_units = any_minor_units() / 1'000 * 1'000 + 1'000;
    RC_PRE(minor_units <= amount_minor_units_max);
    std::string text = text_of(minor_units, decimals);
    const std::string whole = read(text, decimals);
    for (int cut = 0; cut < std::min(3, decimals); ++cut) {
        text.pop_back();
        if (text.back() == '.') text.pop_back();
        RC_ASSERT(read(text, decimals) == whole);
    }
}

RC_GTEST_PROP(AmountText, overflow_is_refused_never_wrapped, ()) {
    std::string text = text_of(any_minor_units(), 0);
    text += std::string(*rc::gen::inRange<std::size_t>(0, 40), '0');
    const int decimals = any_decimals();
    const std::string answer = read(text, decimals);
    if (text.size() > 64) {
        RC_ASSERT(answer == "malformed");
    } else if (text.size() + static_cast<std::size_t>(decimals) <= 30) {
        RC_ASSERT(answer == text + std::string(static_cast<std::size_t>(decimals), '0'));
    } else if (text.size() + static_cast<std::size_t>(decimals) > 31) {
        RC_ASSERT(answer == "over maximum" || answer == "too large");
    }
}

RC_GTEST_PROP(AmountText, garbage_is_refused, (const std::string& text)) {
    const auto decimal = parse_decimal(text);
    if (decimal) RC_ASSERT(text.find_first_not_of("0123456789.") == text.npos);
}

struct Case {
    const char* text;
    int decimals;
    const char* answer;
};

// covers: N01
TEST(AmountTable, n01_sizes) {
    for (const auto& [text, decimals, answer] : std::initializer_list<Case>{
             {"0", 2, "not positive"},
             {"0.00", 2, "not positive"},
             {"-1", 2, "malformed"},
             {"1", 0, "1"},
             {"0.01", 2, "1"},
             {"9007199254740991", 0, "9007199254740991"},
             {"9007199254740993", 0, "9007199254740993"},
             {"9223372036854775807", 0, "9223372036854775807"},
             {"9223372036854775808", 0, "9223372036854775808"},
             {"18446744073709551616", 0, "18446744073709551616"},
             {"1000000000000000000000000000000", 0, "1000000000000000000000000000000"},
             {"1000000000000000000000000000001", 0, "over maximum"},
             {"10000000000000000000000000000.00", 2, "1000000000000000000000000000000"},
             {"10000000000000000000000000000.01", 2, "over maximum"},
             {"1000000000000000000000000000000", 2, "over maximum"},
             {"1000000000000.000000000000000000", 18, "1000000000000000000000000000000"},
             {"1000000000000.000000000000000001", 18, "over maximum"},
             {"10000000000000000000000000000000000000000", 0, "too large"},
             {"170141183460469231731687303715884105728", 0, "too large"},
             {"9999999999999999999999999999999999999999999999999999999999999999", 0, "too large"},
         }) {
        EXPECT_EQ(read(text, decimals), answer) << text;
    }
}

// covers: N04
TEST(AmountTable, n04_spellings) {
    for (const char* text :
         {"1e3",  "1E+2", "0x10", "01",    "00",    "00.5",  ".5",       "5.",   ".",
          "+1",   "-0",   "-1",   "1_000", "1,000", "1 000", "1,5",      "",     " ",
          " 1",   "1 ",   "1\n",  "\t1",   "NaN",   "nan",   "Infinity", "inf",  "1.2.3",
          "1..2", "--1",  "1-",   "0.-1",  "1'000", "1f",    "1L",       "null", "true",
          "$1",   "1%",   "1/2",  "10^3",  "\"1\""}) {
        EXPECT_EQ(read(text, 2), "malformed") << text;
    }
    EXPECT_EQ(read(std::string_view{"1\0", 2}, 2), "malformed");
    EXPECT_EQ(read(std::string_view{"\0", 1}, 2), "malformed");
}

// covers: N05
TEST(AmountTable, n05_other_digits) {
    for (const char* text : {"\xD9\xA1\xD9\xA2",          // Arabic-Indic 12
                             "\xEF\xBC\x91\xEF\xBC\x92",  // full-width 12
                             "1\xC2\xB2",                 // 1 and superscript two
                             "\xE2\x88\x92"
                             "1",  // U+2212 minus
                             "1\xC2\xA0"
                             "000",  // no-break space
                             "\xC2\xA0"
                             "1",
                             "\xEF\xBB\xBF"
                             "1",  // byte order mark
                             "1\xE2\x80\xAF"
                             "000",
                             "\xE0\xA5\xA7"}) {
        EXPECT_EQ(read(text, 2), "malformed") << text;
    }
}

// covers: N07, N11
TEST(AmountTable, n07_and_n11_decimals_of_currencies) {
    for (const auto& [text, decimals, answer] : std::initializer_list<Case>{
             {"100", 0, "100"},
             {"100.0", 0, "too many decimals"},
             {"1.5", 2, "150"},
             {"1.50", 2, "150"},
             {"0.001", 2, "too many decimals"},
             {"1.000", 2, "too many decimals"},
             {"1.234", 3, "1234"},
             {"1.2345", 3, "too many decimals"},
             {"0.00000001", 8, "1"},
             {"0.000000001", 8, "too many decimals"},
             {"0.000000000000000001", 18, "1"},
             {"0.0000000000000000001", 18, "too many decimals"},
             {"0.0000000000000000000", 18, "too many decimals"},
         }) {
        EXPECT_EQ(read(text, decimals), answer) << text << " with " << decimals;
    }
    EXPECT_EQ(read("1." + std::string(40, '0'), 2), "too large");
    EXPECT_EQ(read(std::string(40, '0') + "1", 2), "malformed");
    EXPECT_EQ(read("0." + std::string(40, '0'), 2), "too many decimals");
    EXPECT_EQ(read("0." + std::string(63, '0'), 2), "malformed") << "over 64 bytes";
}

// covers: N12
TEST(AmountTable, n12_one_value_in_three_spellings) {
    EXPECT_EQ(read("100", 2), "10000");
    EXPECT_EQ(read("100.0", 2), "10000");
    EXPECT_EQ(read("100.00", 2), "10000");
}

TEST(AmountText, negative_balances_print_with_a_sign) {
    EXPECT_EQ(text_of(-1, 2), "-0.01");
    EXPECT_EQ(text_of(-100, 2), "-1.00");
    EXPECT_EQ(text_of(-1, 0), "-1");
    EXPECT_EQ(text_of(0, 3), "0.000");
    EXPECT_EQ(text_of(int128_min, 2), "-1701411834604692317316873037158841057.28");
}

}  // namespace
}  // namespace coffer::money
