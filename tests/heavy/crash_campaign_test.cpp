// The power goes at every write and sync of every workload of up to three operations; what may be
// left is opened, judged and used. COFFER_SEED repeats a run or makes another, COFFER_CRASH_IMAGES
// says how many images there are to be.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>

#include "tests/crash/campaign.h"
#include "tests/crash/seeded_random.h"

namespace coffer::tests::crash {
namespace {

std::uint64_t images_wanted() { return from_environment("COFFER_CRASH_IMAGES", 110'000); }

/// Operations one after the other, each its own round; the last one is at risk.
Work one_by_one(const Book& book, const Round& operations) {
    Work work{.book = &book};
    for (const Op op : operations) work.rounds.push_back({op});
    work.first_at_risk = operations.size() - 1;
    return work;
}

/// All of them in one batch.
Work in_one_round(const Book& book, const Round& operations) {
    return {.book = &book, .rounds = {operations}};
}

/// Every workload of up to three operations. Power cuts in the first operations of a workload are
/// those of the shorter workloads.
std::vector<Work> every_workload(const Book& book) {
    std::vector<Work> works;
    for (std::size_t length = 1; length <= 3; ++length) {
        for (const Round& operations : all_sequences(length)) {
            works.push_back(one_by_one(book, operations));
            if (length > 1) works.push_back(in_one_round(book, operations));
            if (length > 2) continue;
            works.push_back(one_by_one(book, operations));
            works.back().checkpoint_before = length - 1;
        }
    }
    // One round of several batches: any number of its operations may be there afterwards.
    works.push_back(in_one_round(book, Round(24, Op::deposit_with_reference)));
    return works;
}

/// Looks at `share` percent of the images wanted and prints what came of it.
void run(const std::vector<Work>& works, std::uint64_t images_per_step, std::uint64_t share) {
    // Each store makes tables of some hundred kilobytes; asking the kernel for them every time
    // would cost more than all the rest.
    mallopt(M_MMAP_THRESHOLD, 256 * 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 1024 * 1024 * 1024);

    const std::uint64_t wanted = images_wanted() * share / 100;
    Campaign campaign{{.images_per_step = images_per_step}};
    for (std::uint64_t pass = 0; campaign.totals().images < wanted; ++pass) {
        for (const Work& work : works) {
            if (pass != 0 && campaign.totals().images >= wanted) break;
            campaign.run(work, pass);
            if (campaign.found_enough()) break;
        }
        if (campaign.found_enough() || campaign.totals().images == 0) break;
    }
    const Totals& totals = campaign.totals();
    std::printf("    %s: %s\n", works.front().book->name.c_str(), totals.text().c_str());
    for (const std::string& violation : totals.violations) ADD_FAILURE() << violation;
    EXPECT_GE(totals.images, wanted);
    EXPECT_GT(totals.verified, 0U);
    EXPECT_GT(totals.kept_unacknowledged, 0U);
    EXPECT_GT(totals.lost_unacknowledged, 0U);
}

// covers: B24
TEST(crash_campaign, the_first_start_in_an_empty_folder) {
    const Book book = empty_folder();
    std::vector<Work> works;
    for (const Round& operations : all_sequences(1)) works.push_back(one_by_one(book, operations));
    run(works, 25, 5);
}

TEST(crash_campaign, on_a_new_book) {
    const Book book = fresh_book();
    run(every_workload(book), 8, 15);
}

// covers: A02, A03, A04, A05, A06, A09, A10, B02, B03
TEST(crash_campaign, on_a_book_with_history) {
    const Book book = book_with_history();
    run(every_workload(book), 9, 27);
}

// covers: A12
TEST(crash_campaign, on_a_book_with_a_checkpoint) {
    const Book book = book_with_checkpoint();
    run(every_workload(book), 9, 27);
}

// covers: A12
TEST(crash_campaign, where_a_segment_ends) {
    const Book book = book_at_the_brim();
    run(every_workload(book), 9, 26);
}

}  // namespace
}  // namespace coffer::tests::crash
