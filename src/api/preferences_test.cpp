#include "api/preferences.h"

#include <gtest/gtest.h>

#include "api/content_rules.h"

namespace coffer::api {
namespace {

TEST(Preferences, pick_the_language_that_weighs_more) {
    const auto chinese = Language::chinese;
    const auto english = Language::english;
    const struct {
        std::string_view header;
        Language expected;
    } rows[] = {
        {"", english},
        {"zh", chinese},
        {"zh-CN,zh;q=0.9,en;q=0.8", chinese},
        {"ZH-hant-TW", chinese},
        {"en-GB, zh;q=0.9", english},
        {"en;q=0.5, zh;q=0.6", chinese},
        {"zh;q=0.5, en;q=0.5", chinese},
        {"fr, de;q=0.9", english},
        {"zh;q=0", english},
        {"zh;q=0.001", chinese},
        {"zh;q=9x", english},
        {"zhx", english},
        {"*", english},
        {" ,;=, zh ;q=1.000", chinese},
    };
    for (const auto& row : rows)
        EXPECT_EQ(preferred_language(row.header), row.expected) << row.header;
}

TEST(Preferences, find_problem_json) {
    EXPECT_TRUE(wants_problem_json("application/problem+json"));
    EXPECT_TRUE(wants_problem_json("application/json, Application/Problem+JSON;q=0.9"));
    EXPECT_FALSE(wants_problem_json("application/problem+json;q=0"));
    EXPECT_FALSE(wants_problem_json("application/json, */*"));
    EXPECT_FALSE(wants_problem_json(""));
}

TEST(Content, is_json_in_utf_8_as_it_is) {
    const struct {
        std::string_view type;
        std::string_view encoding;
        std::optional<Error> expected;
    } rows[] = {
        {"application/json", "", std::nullopt},
        {"Application/JSON; charset=UTF-8", "", std::nullopt},
        {"application/json;charset=\"utf-8\"", "identity", std::nullopt},
        {"application/json; v=1", "Identity", std::nullopt},
        {"", "", Error::content_type_unsupported},
        {"text/plain", "", Error::content_type_unsupported},
        {"application/jsonp", "", Error::content_type_unsupported},
        {"application/json; charset=latin1", "", Error::content_type_unsupported},
        {"application/json; charset", "", Error::content_type_unsupported},
        {"application/x-www-form-urlencoded", "", Error::content_type_unsupported},
        {"application/json", "gzip", Error::content_encoding_unsupported},
        {"application/json", "identity, gzip", Error::content_encoding_unsupported},
    };
    for (const auto& row : rows) {
        http::Request request;
        request.content_type = row.type;
        request.content_encoding = row.encoding;
        const auto problem = judge_content(request);
        EXPECT_EQ(problem.has_value(), row.expected.has_value()) << row.type;
        if (problem && row.expected) {
            EXPECT_EQ(problem->error, *row.expected) << row.type;
        }
    }
}

}  // namespace
}  // namespace coffer::api
