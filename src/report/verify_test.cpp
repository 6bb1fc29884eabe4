#include "report/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "report/testing_book.h"
#include "report/testing_changes.h"

namespace coffer::report {
namespace {

using testing::BookMaker;
using testing::Change;
using testing::FramedBook;
using testing::small_book;

const VerifyOptions at_once{.findings_max = 50, .patience = {.attempts = 1}};

VerifyReport verify_book(const FramedBook& book) {
    os::SimulatedDisk disk;
    book.write(disk);
    auto report = verify(disk, at_once, {});
    EXPECT_TRUE(report.ok());
    return std::move(report).value();
}

TEST(Verify, a_good_book_holds_and_is_summed_up) {
    const BookMaker book = small_book();
    const VerifyReport report = verify_book(book.framed);
    EXPECT_TRUE(report.holds()) << to_text(report);
    EXPECT_EQ(report.batches, 6u);
    EXPECT_EQ(report.wallets, 6u);
    EXPECT_EQ(report.open_wallets, 5u);
    EXPECT_EQ(report.open_holds, 1u);
    EXPECT_EQ(report.references, 1 + 33 * 2 + 1 + 1 + 3u);
    EXPECT_EQ(report.head_sequence, 6u);
    ASSERT_EQ(report.totals.size(), 4u);
    EXPECT_EQ(report.totals[0].tenant, "acme");
    EXPECT_EQ(report.totals[0].currency, "CNY");
    const auto& balances = report.totals[0].balances;
    EXPECT_EQ(balances[1], balances[2] + balances[3]);
    EXPECT_EQ(balances[3], 800);
    EXPECT_EQ(balances[1], 10000 + 33 * 100 + 32 * 33 / 2 - 300);
}

TEST(Verify, an_empty_book_is_no_book) {
    FramedBook book;
    book.segment_sizes = {65536};
    const VerifyReport report = verify_book(book);
    EXPECT_TRUE(report.read_to_end);
    EXPECT_FALSE(report.holds());
}

bool at_record(const Finding& finding, const FramedBook& book, const Change& change) {
    const auto& batch = book.batches[change.batch];
    return finding.place.sequence == batch.sequence && finding.place.ordinal == change.record &&
           finding.place.segment == batch.segment;
}

TEST(Verify, every_changed_field_is_found_and_named) {
    FramedBook book = small_book().framed;
    const VerifyReport good = verify_book(book);
    std::size_t changes = 0;
    std::map<std::string, std::size_t> by_head;
    std::map<std::string, std::size_t> named_otherwise;
    testing::for_each_change(book, [&](const Change& change) {
        ++changes;
        FramedBook changed = book;
        changed.batches[change.batch].records[change.record] = change.bytes;
        const VerifyReport report = verify_book(changed);
        const std::string what = std::string{name_of(change.kind)} + " " + change.field.name;
        if (report.holds()) {
            EXPECT_TRUE(testing::protected_by_the_head_alone(change))
                << what << " of batch " << change.batch << " record " << change.record;
            EXPECT_NE(report.head_hash, good.head_hash);
            ++by_head[what];
            return;
        }
        const bool found_here = std::ranges::any_of(
            report.findings, [&](const Finding& f) { return at_record(f, book, change); });
        const bool named = std::ranges::any_of(report.findings, [&](const Finding& f) {
            return at_record(f, book, change) && f.field == change.field.name;
        });
        // A name, a key or a setting is found where it is first used.
        const bool by_later_use =
            change.kind <= Kind::settings || testing::protected_by_the_head_alone(change);
        EXPECT_TRUE(found_here || by_later_use) << what << "\n" << to_text(report);
        if (!named) ++named_otherwise[what];
    });
    EXPECT_GT(changes, 10000u);
    for (const auto& [what, count] : by_head)
        std::printf("by the head alone: %s (%zu)\n", what.c_str(), count);
    for (const auto& [what, count] : named_otherwise)
        std::printf("named otherwise: %s (%zu)\n", what.c_str(), count);
}

}  // namespace
}  // namespace coffer::report
