#include "base/instant.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace coffer {
namespace {

constexpr std::int64_t year_0 = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
constexpr std::int64_t year_10000 = 253'402'300'800'000;

// covers: C04
TEST(InstantText, known_instants) {
    EXPECT_EQ(to_text({0}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_text({-1}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(to_text({951'782'400'000}), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(to_text({1'760'000'000'007}), "2025-10-09T08:53:20.007Z");
    // Behind 32 bits, over a leap day, and where a century has none. Leap seconds are no instants.
    EXPECT_EQ(to_text({2'147'483'647'999}), "2038-01-19T03:14:07.999Z");
    EXPECT_EQ(to_text({2'147'483'648'000}), "2038-01-19T03:14:08.000Z");
    EXPECT_EQ(to_text({1'709'251'199'999}), "2024-02-29T23:59:59.999Z");
    EXPECT_EQ(to_text({1'709'251'200'000}), "2024-03-01T00:00:00.000Z");
    EXPECT_EQ(to_text({4'107'542'399'999}), "2100-02-28T23:59:59.999Z");
    EXPECT_EQ(to_text({4'107'542'400'000}), "2100-03-01T00:00:00.000Z");
    EXPECT_FALSE(parse_instant("2016-12-31T23:59:60Z"));
    EXPECT_FALSE(parse_instant("2100-02-29T00:00:00Z"));
    EXPECT_EQ(to_text({year_0}), "0000-01-01T00:00:00.000Z");
    EXPECT_EQ(to_text({year_10000 - 1}), "9999-12-31T23:59:59.999Z");
}

RC_GTEST_PROP(InstantText, round_trips, ()) {
    const Instant instant{*rc::gen::inRange<std::int64_t>(year_0, year_10000)};
    const std::string text = to_text(instant);
    RC_ASSERT(text.size() == instant_text_bytes);
    RC_ASSERT(parse_instant(text) == instant);
}

RC_GTEST_PROP(InstantText, what_was_printed_before_does_not_matter, ()) {
    // The second last printed is remembered: neighbours and repeats must not see each other.
    const auto base = *rc::gen::inRange<std::int64_t>(year_0 + 10'000, year_10000 - 10'000);
    for (int i = 0; i < 10; ++i) {
        const Instant near{base + *rc::gen::inRange(-3'000, 3'000)};
        RC_ASSERT(parse_instant(to_text(near)) == near);
    }
}

RC_GTEST_PROP(InstantText, sorts_as_the_instants_do, ()) {
    const Instant a{*rc::gen::inRange<std::int64_t>(year_0, year_10000)};
    const Instant b{*rc::gen::inRange<std::int64_t>(year_0, year_10000)};
    RC_ASSERT((a < b) == (to_text(a) < to_text(b)));
}

TEST(ParseInstant, takes_what_rfc_3339_allows) {
    const Instant noon{1'760'011'200'000};  // 2025-10-09T12:00:00Z
    for (const char* text :
         {"2025-10-09T12:00:00Z", "2025-10-09t12:00:00z", "2025-10-09T12:00:00.000Z",
          "2025-10-09T20:00:00+08:00", "2025-10-09T06:30:00-05:30", "2025-10-09T12:00:00+00:00",
          "2025-10-09T12:00:00-00:00", "2025-10-10T11:59:00+23:59",
          "2025-10-09T12:00:00.000999999Z"}) {
        EXPECT_EQ(parse_instant(text), noon) << text;
    }
    EXPECT_EQ(parse_instant("2025-10-09T12:00:00.5Z")->unix_ms, noon.unix_ms + 500);
    EXPECT_EQ(parse_instant("2025-10-09T12:00:00.123456789Z")->unix_ms, noon.unix_ms + 123);
}

TEST(ParseInstant, refuses_everything_else) {
    for (const char* text : {"",
                             "2025-10-09",
                             "2025-10-09T12:00:00",
                             "2025-10-09 12:00:00Z",
                             "2025-10-09T12:00Z",
                             "2025-10-09T24:00:00Z",
                             "2025-10-09T12:60:00Z",
                             "2025-10-09T12:00:60Z",
                             "2025-02-29T12:00:00Z",
                             "2025-13-01T12:00:00Z",
                             "2025-00-01T12:00:00Z",
                             "2025-10-00T12:00:00Z",
                             "2025-10-09T12:00:00.Z",
                             "2025-10-09T12:00:00.1234567890Z",
                             "2025-10-09T12:00:00+8:00",
                             "2025-10-09T12:00:00+0800",
                             "2025-10-09T12:00:00+24:00",
                             "2025-10-09T12:00:00+08:60",
                             "2025-10-09T12:00:00Zx",
                             " 2025-10-09T12:00:00Z",
                             "2025-10-09T12:00:00,5Z",
                             "25-10-09T12:00:00Z",
                             "+025-10-09T12:00:00Z",
                             "2025-1-09T12:00:00ZZ",
                             "2025-10-09T-1:00:00Z",
                             "\xD9\xA2"
                             "025-10-09T12:00:0Z"}) {
        EXPECT_FALSE(parse_instant(text)) << text;
    }
}

TEST(ParseDay, is_where_it_begins_in_utc) {
    EXPECT_EQ(parse_day_utc("1970-01-01")->unix_ms, 0);
    EXPECT_EQ(parse_day_utc("2025-10-09")->unix_ms, 1'759'968'000'000);
    EXPECT_EQ(parse_day_utc("2024-02-29")->unix_ms, parse_day_utc("2024-03-01")->unix_ms - day_ms);
    for (const char* text : {"", "2025-10-9", "2025-02-29", "2025-10-32", "2025/10/09", "20251009",
                             "2025-10-09T", "2025-10-091", "-025-10-09"}) {
        EXPECT_FALSE(parse_day_utc(text)) << text;
    }
}

RC_GTEST_PROP(ParseInstant, garbage_is_refused_or_read_never_crashed_on,
              (const std::string& text)) {
    (void)parse_instant(text);
    (void)parse_day_utc(text);
    std::string almost = "2025-10-09T12:00:00.000+08:00";
    almost[*rc::gen::inRange<std::size_t>(0, almost.size())] = *rc::gen::arbitrary<char>();
    if (const auto read = parse_instant(almost)) {
        RC_ASSERT(parse_instant(to_text(*read)) == read);
    }
}

}  // namespace
}  // namespace coffer
