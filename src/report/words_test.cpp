// What `coffer verify` says to people.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "report/finding.h"
#include "report/verify.h"

namespace coffer::report {
namespace {

TEST(Words, of_every_rule_are_its_own) {
    std::set<std::string> names;
    std::set<std::string> sentences;
    for (int i = 0; i <= static_cast<int>(Rule::checkpoint); ++i) {
        const auto rule = static_cast<Rule>(i);
        EXPECT_TRUE(names.emplace(name_of(rule)).second) << name_of(rule);
        EXPECT_TRUE(sentences.emplace(sentence_of(rule)).second) << sentence_of(rule);
    }
    EXPECT_FALSE(names.contains(""));
    EXPECT_FALSE(sentences.contains(""));
}

TEST(Words, of_a_report_say_how_much_they_leave_out) {
    VerifyReport report;
    report.findings.push_back({Rule::balance, {}, "balance", "is another"});
    report.finding_count = 1'235;
    const std::string text = to_text(report);
    EXPECT_NE(text.find("… and 1,234 more\n"), std::string::npos) << text;
    EXPECT_NE(text.find("THE BOOK DOES NOT HOLD"), std::string::npos) << text;
    report.finding_count = 1;
    EXPECT_EQ(to_text(report).find("more\n"), std::string::npos);
}

TEST(Words, of_progress_do_not_divide_by_nothing) {
    EXPECT_EQ(to_text(Progress{}), "0 records, 0 a second, 100 %");
    EXPECT_EQ(to_text(Progress{.records = 3'000, .position = 1, .end = 4, .seconds = 2}),
              "3,000 records, 1,500 a second, 25 %");
}

}  // namespace
}  // namespace coffer::report
