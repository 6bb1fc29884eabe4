#include "api/json_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <simdjson.h>

#include "http/url.h"

namespace coffer::api {
namespace {

/// What a real parser makes of what we wrote.
std::string read_back(const std::string& json) {
    simdjson::dom::parser parser;
    std::string_view text;
    const auto error = parser.parse(json).get(text);
    EXPECT_EQ(error, simdjson::SUCCESS) << json;
    return std::string{text};
}

std::string written(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

TEST(JsonText, escapes_what_must_be_and_nothing_else) {
    EXPECT_EQ(written(""), R"("")");
    EXPECT_EQ(written("账户充值 \xF0\x9F\x92\xB0 / ' \x7f"),
              "\"账户充值 \xF0\x9F\x92\xB0 / ' \x7f\"");
    EXPECT_EQ(written("a\"b\\c\nd\re\tf"), R"("a\"b\\c\nd\re\tf")");
    EXPECT_EQ(written(std::string_view{"\0\x01\x1f", 3}), R"("\u0000\u0001\u001f")");
}

TEST(JsonText, finds_an_escape_at_every_place) {
    for (const char special : {'"', '\\', '\n', '\x01', '\x1f'}) {
        for (std::size_t length = 1; length < 20; ++length) {
            for (std::size_t at = 0; at < length; ++at) {
                std::string text(length, 'x');
                text[at] = special;
                EXPECT_EQ(read_back(written(text)), text);
            }
        }
    }
}

RC_GTEST_PROP(JsonText, is_read_back_by_a_real_parser, (const std::string& bytes)) {
    const std::string text = http::is_utf8(bytes) ? bytes : for_message(bytes);
    RC_ASSERT(read_back(written(text)) == text);
}

RC_GTEST_PROP(JsonText, makes_anything_fit_for_a_message, (const std::string& bytes)) {
    const std::string shown = for_message(bytes);
    RC_ASSERT(http::is_utf8(shown));
    RC_ASSERT(shown.size() <= 80u);
    if (http::is_utf8(bytes) && bytes.size() <= 60) RC_ASSERT(shown == bytes);
}

TEST(JsonText, cuts_what_is_long) {
    EXPECT_EQ(for_message(std::string(1000, 'a')), std::string(64, 'a') + "…");
    EXPECT_EQ(for_message("\xff\xfe"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace coffer::api
