// Four mutants that the crash campaign must catch. A campaign that finds nothing wrong with them
// would prove nothing about the program either.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/crash/broken_files.h"
#include "tests/crash/campaign.h"

namespace coffer::store_embedded {
extern bool torn_is_whole;  // torn_is_whole.cpp
}

namespace coffer::tests::crash {
namespace {

Campaign::Broken with(BrokenPromise broken) {
    return [broken](os::FileSystem& files) { return std::make_unique<BrokenFiles>(files, broken); };
}

/// The first start and a deposit, a deposit and a transfer later on, and a new segment.
Totals campaign_on(const Campaign::Broken& broken) {
    Campaign campaign{{.images_per_step = 12}, broken};
    const Book nothing = empty_folder();
    const Book history = book_with_history();
    const Book brim = book_at_the_brim();
    campaign.run({.book = &nothing, .rounds = {{Op::deposit_with_reference}}});
    campaign.run(
        {.book = &history, .rounds = {{Op::deposit_with_reference, Op::transfer}, {Op::withdraw}}});
    campaign.run(
        {.book = &brim, .rounds = {{Op::deposit_with_reference}, {Op::transfer}, {Op::freeze}}});
    return campaign.totals();
}

void expect_caught(const char* mutant, const Totals& totals) {
    std::printf("    %s: %llu images, then: %s\n", mutant,
                static_cast<unsigned long long>(totals.images),
                totals.violations.empty() ? "nothing" : totals.violations.front().c_str());
    EXPECT_FALSE(totals.violations.empty()) << "the campaign does not notice: " << mutant;
}

TEST(crash_mutants, nothing_is_found_without_a_mutant) {
    const Totals totals = campaign_on(nullptr);
    EXPECT_TRUE(totals.violations.empty()) << totals.violations.front();
    EXPECT_GT(totals.images, 500U);
}

// covers: B04
TEST(crash_mutants, answer_before_sync_is_caught) {
    expect_caught("answer before sync", campaign_on(with(BrokenPromise::write_durable_is_synced)));
}

// covers: B24
TEST(crash_mutants, directory_not_synced_is_caught) {
    expect_caught("directory not synced", campaign_on(with(BrokenPromise::sync_folder_is_done)));
}

TEST(crash_mutants, zero_fill_skipped_is_caught) {
    expect_caught("zero-fill skipped", campaign_on(with(BrokenPromise::zeros_are_written)));
}

TEST(crash_mutants, torn_tail_accepted_as_whole_is_caught) {
    store_embedded::torn_is_whole = true;
    const Totals totals = campaign_on(nullptr);
    store_embedded::torn_is_whole = false;
    expect_caught("torn tail accepted as whole", totals);
}

}  // namespace
}  // namespace coffer::tests::crash
