#include "http/url.h"

#include <gtest/gtest.h>

#include "http/characters.h"

namespace coffer::http {
namespace {

TEST(Url, decodes_escapes_once) {
    EXPECT_EQ(percent_decode("a%20b%2Fc+d"), "a b/c+d");
    EXPECT_EQ(percent_decode("%2541"), "%41");
    EXPECT_EQ(percent_decode("%e5%85%83"), "元");
    EXPECT_EQ(percent_decode(""), "");
    EXPECT_EQ(query_decode("a+b%2B"), "a b+");
    for (const auto* broken : {"%", "%2", "%zz", "a%2", "%%20", "%+1"})
        EXPECT_FALSE(percent_decode(broken).has_value()) << broken;
}

TEST(Url, encodes_what_it_can_decode) {
    std::string every;
    for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
    std::string encoded;
    append_percent_encoded(encoded, every);
    EXPECT_EQ(percent_decode(encoded), every);
    std::string plain;
    append_percent_encoded(plain, "aZ09-._~/");
    EXPECT_EQ(plain, "aZ09-._~%2F");
}

TEST(Url, splits_a_query_into_a_bounded_number_of_parameters) {
    const auto parameters = QueryParameters::split("a=1&b&&c==2&=d&a=");
    ASSERT_TRUE(parameters.has_value());
    const auto all = parameters->all();
    ASSERT_EQ(all.size(), 5u);
    EXPECT_EQ(all[0].name, "a");
    EXPECT_EQ(all[0].value, "1");
    EXPECT_EQ(all[1].name, "b");
    EXPECT_EQ(all[1].value, "");
    EXPECT_EQ(all[2].name, "c");
    EXPECT_EQ(all[2].value, "=2");
    EXPECT_EQ(all[3].name, "");
    EXPECT_EQ(all[4].value, "");
    EXPECT_EQ(QueryParameters::split("")->all().size(), 0u);

    std::string many;
    for (std::size_t i = 0; i < QueryParameters::count_max; ++i) many += "x=1&";
    EXPECT_TRUE(QueryParameters::split(many).has_value());
    EXPECT_FALSE(QueryParameters::split(many + "y").has_value());
}

TEST(Url, knows_what_may_be_in_a_path) {
    for (const auto* good : {"/", "/a/../b", "/%2e%2e/", "/%E5%85%83", "//", "/%25%30%30"})
        EXPECT_TRUE(is_clean_path(good)) << good;
    for (const auto* bad : {"/%00", "/%0a", "/%1F", "/%7f", "/%", "/%4", "/%gg", "/a\x01"})
        EXPECT_FALSE(is_clean_path(bad)) << bad;
}

TEST(Url, knows_utf8) {
    for (const auto* good : {"", "a", "é", "元", "😀", "\xf4\x8f\xbf\xbf"})
        EXPECT_TRUE(is_utf8(good)) << good;
    for (const auto* bad :
         {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe5\x85", "\xff", "a\xc3"})
        EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(Url, knows_tokens_and_header_text) {
    EXPECT_TRUE(is_token("X-Request-Id_1"));
    EXPECT_FALSE(is_token(""));
    EXPECT_FALSE(is_token("a b"));
    EXPECT_FALSE(is_token("a:"));
    EXPECT_TRUE(is_header_text("plain, even 元"));
    EXPECT_FALSE(is_header_text("a\r\nSet-Cookie: b"));
    EXPECT_FALSE(is_header_text("a\tb"));
    EXPECT_TRUE(equals_lower("Content-TYPE", "content-type"));
    EXPECT_FALSE(equals_lower("Content-Typ", "content-type"));
}

// Eight bytes are looked at together; each must be found at each place, and nothing else.
TEST(Characters, finds_every_control_character_at_every_place) {
    for (std::size_t length = 1; length <= 20; ++length) {
        for (std::size_t place = 0; place < length; ++place) {
            for (int byte = 0; byte < 256; ++byte) {
                for (const char filler : {'a', '\t', ' ', '\x7e', '\x80', '\xff'}) {
                    std::string text(length, filler);
                    text[place] = static_cast<char>(byte);
                    const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
                    ASSERT_EQ(contains_control(text), control) << byte << " at " << place;
                }
            }
        }
    }
}

}  // namespace
}  // namespace coffer::http
