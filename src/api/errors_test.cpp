#include "api/errors.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/envelope.h"

namespace coffer::api {
namespace {

using YamlRow = std::map<std::string, std::string>;

std::string unquoted(std::string text) {
    if (text.size() < 2 || text.front() != '"') return text;
    text = text.substr(1, text.size() - 2);
    for (std::size_t at = text.find('\\'); at != std::string::npos; at = text.find('\\', at + 1)) {
        text.erase(at, 1);
    }
    return text;
}

/// A list of maps of plain or double-quoted scalars: all that api/errors.yaml uses.
std::vector<YamlRow> read_errors_yaml() {
    std::ifstream file{COFFER_SOURCE_DIR "/api/errors.yaml"};
    EXPECT_TRUE(file.good());
    std::vector<YamlRow> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') continue;
        EXPECT_TRUE(line.starts_with("- ") || line.starts_with("  ")) << line;
        if (line.starts_with("- ")) rows.emplace_back();
        const std::size_t colon = line.find(": ");
        EXPECT_NE(colon, std::string::npos) << line;
        rows.back()[line.substr(2, colon - 2)] = unquoted(line.substr(colon + 2));
    }
    return rows;
}

std::set<std::string> placeholders(std::string_view text) {
    std::set<std::string> names;
    for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at)) {
        const std::size_t close = text.find('}', at);
        names.insert(std::string{text.substr(at + 1, close - at - 1)});
        at = close;
    }
    return names;
}

TEST(Errors, are_those_of_errors_yaml_field_by_field) {
    const auto yaml = read_errors_yaml();
    ASSERT_EQ(yaml.size(), error_count);
    for (std::size_t i = 0; i < error_count; ++i) {
        const ErrorRow& row = row_of(static_cast<Error>(i));
        const YamlRow expected{
            {"name", std::string{row.name}},        {"code", std::to_string(row.code)},
            {"status", std::to_string(row.status)}, {"retry", std::string{to_text(row.retry)}},
            {"en", std::string{row.english}},       {"zh", std::string{row.chinese}}};
        EXPECT_EQ(yaml[i], expected) << "row " << i;
    }
}

TEST(Errors, say_the_same_in_both_languages) {
    for (std::size_t i = 0; i < error_count; ++i) {
        const ErrorRow& row = row_of(static_cast<Error>(i));
        EXPECT_EQ(placeholders(row.english), placeholders(row.chinese)) << row.name;
        EXPECT_NE(row.english, row.chinese) << row.name;
        EXPECT_GE(row.english.size(), 20u) << row.name << " tells nothing to act on";
        EXPECT_NE(row.english.back(), '.') << row.name;
        EXPECT_EQ(row.english.substr(0, 6) == "error:", false) << row.name;
    }
}

TEST(Errors, keep_the_numbers_of_the_contract) {
    EXPECT_EQ(row_of(Error::wallet_not_found).code, 61060101u);
    EXPECT_EQ(row_of(Error::path_not_found).code, 61060001u);
}

TEST(Errors, have_a_status_that_fits_their_retry) {
    for (std::size_t i = 0; i < error_count; ++i) {
        const ErrorRow& row = row_of(static_cast<Error>(i));
        const bool may_pass = row.status == 429 || row.status == 503;
        if (may_pass) {
            EXPECT_NE(row.retry, Retry::never) << row.name;
        }
        if (row.retry == Retry::with_same_reference) {
            EXPECT_EQ(row.status, 503) << row.name;
        }
    }
}

TEST(Errors, are_one_for_each_rejection) {
    std::set<Error> seen;
    for (unsigned number = 0; number < 256; ++number) {
        if (!wallet::is_rejection(static_cast<std::uint8_t>(number))) continue;
        seen.insert(error_of(static_cast<wallet::Rejection>(number)));
    }
    EXPECT_EQ(seen.size(), wallet::rejection_count);
}

TEST(Envelope, fills_in_placeholders_and_escapes_them) {
    const Problem problem{Error::field_unknown, {{"field", "a\"b"}, {"fields", "amount"}}};
    EXPECT_EQ(message_of(problem, Language::english),
              "the field 'a\"b' is not known here; known are amount");
    std::string out;
    append_error(out, problem, Language::english, Instant{0});
    EXPECT_EQ(out, R"({"code":61060006,"message":"the field 'a\"b' is not known here; known are )"
                   R"(amount","timestamp":"1970-01-01T00:00:00.000Z"})");
}

TEST(Envelope, tells_an_unknown_outcome) {
    std::string out;
    append_error(out, Problem{Error::outcome_unknown}, Language::chinese, Instant{0});
    EXPECT_NE(out.find(R"("outcome":"unknown")"), std::string::npos);
    EXPECT_NE(out.find("无法确定"), std::string::npos);
}

TEST(Envelope, writes_a_problem_of_rfc_9457) {
    std::string out;
    append_problem(out, Problem{Error::wallet_not_found}, Language::english, Instant{0}, "urn:x");
    EXPECT_EQ(out,
              R"({"type":"/openapi.json#/x-errors/wallet_not_found","title":"wallet not found",)"
              R"("status":404,"detail":"there is no such wallet; a deposit or POST /wallets opens )"
              R"(one","instance":"urn:x","code":61060101,)"
              R"("timestamp":"1970-01-01T00:00:00.000Z"})");
}

}  // namespace
}  // namespace coffer::api
