#include <gtest/gtest.h>

#include <algorithm>

#include "tests/crash/seeded_random.h"
#include "tests/history/check.h"
#include "tests/history/generator.h"

// The history checker: what keeps the rules passes, and each kind of wrong is found under its name.

namespace coffer::tests::history {
namespace {

GeneratorOptions options(std::uint64_t seed) {
    return {.seed = seed,
            .operations = 3000,
            .clients = 8,
            .wallets = 16,
            .tenants = 2,
            .operations_per_death = 700,
            .lost_per_mille = 20,
            .pages_per_mille = 60,
            .corrections_per_mille = 100};
}

struct Generated {
    std::string text;
    bool did_wrong = false;
};

Generated generated(const GeneratorOptions& wanted) {
    Generated made;
    made.did_wrong = generate(wanted, [&made](const std::string& line) { made.text += line; });
    return made;
}

TEST(HistoryCheck, GoodHistoriesPass) {
    for (std::uint64_t more = 0; more < 10; ++more) {
        const std::uint64_t seed = crash::seed() + more;
        SCOPED_TRACE(testing::Message() << "COFFER_SEED=" << seed);
        const std::string text = generated(options(seed)).text;
        const Verdict verdict = check_text(text);
        ASSERT_TRUE(verdict.passed()) << report_text(verdict, text);
        EXPECT_GE(verdict.evidence.operations.size(), 3000U);
        EXPECT_GE(verdict.evidence.deaths.size(), 3U);
    }
}

struct Planted {
    Mischief mischief;
    const char* name;
    std::vector<Rule> rules;  ///< the first finding is of one of them
};

std::ostream& operator<<(std::ostream& out, const Planted& planted) { return out << planted.name; }

class HistoryCheckFinds : public testing::TestWithParam<Planted> {};

TEST_P(HistoryCheckFinds, ItAndNamesTheRule) {
    int planted = 0;
    for (std::uint64_t more = 0; more < 150 && planted < 2; ++more) {
        GeneratorOptions wanted = options(crash::seed() + more);
        wanted.mischief = GetParam().mischief;
        SCOPED_TRACE(testing::Message() << "COFFER_SEED=" << wanted.seed);
        const Generated made = generated(wanted);
        if (!made.did_wrong) continue;  // no occasion in this one
        ++planted;
        const Verdict verdict = check_text(made.text);
        ASSERT_FALSE(verdict.passed());
        const Finding& first = verdict.findings.kept().front();
        const auto& rules = GetParam().rules;
        const std::string report = report_text(verdict, made.text);
        EXPECT_NE(std::find(rules.begin(), rules.end(), first.rule), rules.end()) << report;
        EXPECT_NE(report.find(say("broken: ", name_of(first.rule))), std::string::npos);
        // Somebody who reads it can look the lines up.
        EXPECT_NE(report.find("    line "), std::string::npos) << report;
    }
    EXPECT_GT(planted, 0);
}

#define PLANTED(mischief, ...)                         \
    Planted {                                          \
        Mischief::mischief, #mischief, { __VA_ARGS__ } \
    }

INSTANTIATE_TEST_SUITE_P(
    Planted, HistoryCheckFinds,
    testing::Values(
        PLANTED(loses_a_deposit, Rule::durability, Rule::unchanged),
        PLANTED(loses_a_freeze, Rule::durability), PLANTED(loses_the_newest_row, Rule::durability),
        // More rows than were asked for, where all that was asked for is there.
        PLANTED(doubles_a_deposit, Rule::exactly_once, Rule::sequence),
        PLANTED(repeats_an_effect, Rule::exactly_once),
        PLANTED(calls_a_first_a_repeat, Rule::exactly_once),
        PLANTED(calls_a_repeat_a_first, Rule::exactly_once, Rule::order),
        PLANTED(refuses_a_repeat, Rule::exactly_once),
        PLANTED(keeps_half_a_transfer, Rule::atomicity),
        PLANTED(splits_an_entry, Rule::atomicity, Rule::unchanged),
        PLANTED(changes_a_row, Rule::unchanged), PLANTED(adds_one_to_a_deposit, Rule::effect),
        PLANTED(adds_one_between_rows, Rule::balance), PLANTED(holds_one_more, Rule::balance),
        PLANTED(pays_out_too_much, Rule::floor), PLANTED(pays_out_while_frozen, Rule::frozen),
        PLANTED(calls_it_frozen, Rule::refusal), PLANTED(calls_it_short, Rule::refusal),
        PLANTED(calls_it_absent, Rule::refusal),
        PLANTED(refuses_and_applies, Rule::refusal, Rule::order),
        PLANTED(applies_after_death, Rule::order, Rule::reads),
        PLANTED(reads_stale_balance, Rule::reads), PLANTED(reads_stale_page, Rule::reads),
        PLANTED(leaves_out_a_row, Rule::statement), PLANTED(shows_a_row_twice, Rule::statement),
        PLANTED(skips_between_pages, Rule::statement),
        PLANTED(repeats_between_pages, Rule::statement), PLANTED(miscounts, Rule::statement),
        PLANTED(ends_a_list_early, Rule::statement), PLANTED(invents_a_row, Rule::invention),
        PLANTED(shows_foreign_row, Rule::tenancy), PLANTED(shows_foreign_balance, Rule::tenancy),
        PLANTED(answers_foreign_client, Rule::tenancy),
        PLANTED(ends_a_freeze_twice, Rule::exactly_once),
        PLANTED(adjusts_the_wrong_way, Rule::effect),
        PLANTED(loses_an_adjustment, Rule::durability, Rule::unchanged),
        PLANTED(calls_an_adjustment_frozen, Rule::refusal),
        PLANTED(refunds_too_much, Rule::refunds), PLANTED(refunds_after_cancel, Rule::refunds),
        PLANTED(cancels_less, Rule::refunds), PLANTED(cancels_twice, Rule::exactly_once),
        PLANTED(keeps_half_a_refund, Rule::atomicity), PLANTED(refunds_the_wrong_way, Rule::effect),
        PLANTED(calls_it_refunded, Rule::refusal), PLANTED(miscounts_what_is_left, Rule::refusal),
        PLANTED(forgets_a_transaction, Rule::refusal), PLANTED(decides_twice, Rule::decision),
        PLANTED(calls_it_decided, Rule::refusal), PLANTED(forgets_a_request, Rule::refusal),
        PLANTED(loses_a_decision, Rule::durability, Rule::unchanged),
        PLANTED(pays_what_it_rejects, Rule::effect),
        PLANTED(keeps_it_held, Rule::balance, Rule::reads, Rule::refusal),
        PLANTED(tells_another_state, Rule::effect),
        PLANTED(pays_more_than_held, Rule::holds, Rule::floor),
        PLANTED(pays_after_the_end, Rule::holds, Rule::floor),
        PLANTED(pays_twice, Rule::exactly_once), PLANTED(keeps_half_a_payment, Rule::atomicity),
        PLANTED(loses_a_payment, Rule::durability, Rule::unchanged, Rule::exactly_once),
        PLANTED(gives_back_the_whole, Rule::holds), PLANTED(calls_it_ended, Rule::refusal),
        PLANTED(miscounts_what_is_held, Rule::refusal), PLANTED(forgets_a_freeze, Rule::refusal),
        PLANTED(expires_early, Rule::holds, Rule::order),
        PLANTED(expires_twice, Rule::exactly_once, Rule::sequence),
        PLANTED(never_expires, Rule::holds)),
    [](const auto& param_info) { return std::string{param_info.param.name}; });

#undef PLANTED

}  // namespace
}  // namespace coffer::tests::history
