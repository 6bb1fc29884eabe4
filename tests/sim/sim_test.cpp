#include <gtest/gtest.h>

#include "tests/sim/campaign.h"

namespace coffer::tests::sim {
namespace {

// The suite runs many more of them from the release build (./dev sim); here with the sanitizers.
// covers: A11, D04, D09
TEST(simulation, holds_under_the_sanitizers_slow) {
    const CampaignTotals totals = run_campaign({.seed = 1, .runs = 12, .twice_every = 6});
    EXPECT_EQ(totals.runs, 12u);
    EXPECT_EQ(totals.run_twice, 2u);
    EXPECT_GT(totals.deaths, 0u);
    EXPECT_FALSE(totals.failure) << totals.failure->options.text() << "\n"
                                 << totals.failure->outcome.violation;
}

TEST(simulation, a_seed_is_one_run_slow) {
    const Options options = options_of(3);
    EXPECT_EQ(options, options_of(3));
    const Outcome once = run(options);
    EXPECT_EQ(once.trace, run(options).trace);
    EXPECT_NE(once.trace, run(options_of(4)).trace);
}

TEST(simulation, finds_answers_given_before_the_sync_and_makes_the_run_smaller_slow) {
    const CampaignTotals totals =
        run_campaign({.seed = 1, .runs = 50, .mutant = Mutant::answer_before_sync});
    ASSERT_TRUE(totals.failure);
    const Options& smallest = totals.failure->options;
    EXPECT_LT(smallest.steps, options_of(smallest.seed).steps);
    EXPECT_TRUE(smallest.has(Trouble::power_loss)) << smallest.text();
    EXPECT_EQ(run(smallest).violation, totals.failure->outcome.violation);
}

TEST(simulation, finds_folders_that_are_not_synced) {
    const CampaignTotals totals =
        run_campaign({.seed = 1, .runs = 50, .mutant = Mutant::no_folder_sync, .shrinks = false});
    EXPECT_TRUE(totals.failure);
}

TEST(simulation, names_what_a_campaign_never_met) {
    CampaignTotals totals;
    EXPECT_NE(totals.missing().find("power lost in a round"), std::string::npos);
    for (auto& count : totals.marks.counts) count = 1;
    EXPECT_EQ(totals.missing(), "");
    totals.marks.counts[0] = 0;
    EXPECT_EQ(totals.missing(), "power lost in a round");
}

}  // namespace
}  // namespace coffer::tests::sim
