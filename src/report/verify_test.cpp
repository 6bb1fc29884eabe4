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
    EXPECT_EQ(report.references, 1 + 16 * 2 + 1 + 1 + 3u);
    EXPECT_EQ(report.head_sequence, 6u);
    ASSERT_EQ(report.totals.size(), 4u);
    EXPECT_EQ(report.totals[0].tenant, "acme");
    EXPECT_EQ(report.totals[0].currency, "CNY");
    const auto& balances = report.totals[0].balances;
    EXPECT_EQ(balances[1], balances[2] + balances[3]);
    EXPECT_EQ(balances[3], 800);
    EXPECT_EQ(balances[1], 10000 + 16 * 100 + 15 * 16 / 2 - 300);
}

TEST(Verify, an_empty_book_is_no_book) {
    FramedBook book;
    book.segment_sizes = {8192};
    const VerifyReport report = verify_book(book);
    EXPECT_TRUE(report.read_to_end);
    EXPECT_FALSE(report.holds());
}

TEST(Verify, a_currency_has_a_number_of_iso_4217_or_one_from_10_000_on) {
    for (const unsigned number : {1u, 157u, 9'999u, 10'000u, 65'535u}) {
        BookMaker book;
        book.set_up(BookMaker::Currencies::one);
        book.begin();
        book.currency(number, "POINTS2", 3);
        book.end();
        const VerifyReport report = verify_book(book.framed);
        ASSERT_EQ(report.finding_count, number < 10'000 ? 1u : 0u) << to_text(report);
        if (number >= 10'000) continue;
        EXPECT_EQ(report.findings[0].field, "number");
    }
}

// Its totals are told all the same.
TEST(Verify, a_currency_of_more_decimals_than_there_are_is_a_finding_and_no_more) {
    for (const unsigned decimals : {18u, 19u, 255u}) {
        BookMaker book;
        book.set_up(BookMaker::Currencies::one);
        book.begin();
        book.currency(10'000, "POINTS2", decimals);
        book.end();
        book.begin();
        book.deposit("usr_a", 12'345, {}, {}, 10'000);
        book.end();
        const VerifyReport report = verify_book(book.framed);
        EXPECT_EQ(report.holds(), decimals == 18) << to_text(report);
        if (decimals == 18) continue;
        ASSERT_NE(report.finding_count, 0u);
        EXPECT_EQ(report.findings[0].field, "decimals") << to_text(report);
    }
}

bool at_record(const Finding& finding, const FramedBook& book, const Change& change) {
    const auto& batch = book.batches[change.batch];
    return finding.place.sequence == batch.sequence && finding.place.ordinal == change.record &&
           finding.place.segment == batch.segment;
}

// covers: S12, U08
TEST(Verify, every_changed_field_is_found_and_named_slow) {
    const FramedBook book = small_book().framed;
    const VerifyReport good = verify_book(book);
    std::size_t changes = 0;
    std::size_t by_the_head = 0;
    testing::for_each_change(book, [&](const Change& change) {
        ++changes;
        FramedBook changed = book;
        changed.batches[change.batch].records[change.record] = change.bytes;
        const VerifyReport report = verify_book(changed);
        const auto what = std::string{name_of(change.kind)} + ", " + change.field.name;
        const bool head_alone = testing::protected_by_the_head_alone(change);
        EXPECT_NE(report.head_hash, good.head_hash) << what;
        if (report.holds()) {
            EXPECT_TRUE(head_alone)
                << what << " of batch " << change.batch + 1 << " record " << change.record;
            ++by_the_head;
            return;
        }
        // What sets a book up is found where it is first used, all else in the record itself.
        const bool by_use = change.kind <= Kind::settings || head_alone;
        const bool named = std::ranges::any_of(report.findings, [&](const Finding& finding) {
            return (by_use || at_record(finding, book, change)) &&
                   testing::names_it(change, finding.field);
        });
        EXPECT_TRUE(named) << what << "\n" << to_text(report);
    });
    EXPECT_GT(changes, 4500u);
    EXPECT_LT(by_the_head, changes / 10);
}

TEST(Verify, the_time_of_a_batch_is_in_the_ids_of_what_it_opens) {
    const FramedBook book = small_book().framed;
    for (const std::size_t opening : {1u, 3u}) {  // wallets; holds
        FramedBook changed = book;
        ++changed.batches[opening].time;
        const VerifyReport report = verify_book(changed);
        ASSERT_FALSE(report.holds());
        EXPECT_EQ(report.findings[0].place.sequence, opening + 1);
        EXPECT_TRUE(report.findings[0].field.ends_with("id")) << report.findings[0].field;
    }
    // Of a batch that opens nothing, only the head tells.
    FramedBook changed = book;
    ++changed.batches[2].time;
    const VerifyReport report = verify_book(changed);
    EXPECT_TRUE(report.holds());
    EXPECT_NE(report.head_hash, verify_book(book).head_hash);
}

TEST(Verify, a_record_that_is_left_out_doubled_or_moved_is_found) {
    const FramedBook book = small_book().framed;
    const auto renumbered = [](FramedBook changed) {
        for (auto& batch : changed.batches) {
            for (std::size_t i = 0; i < batch.records.size(); ++i) {
                batch.records[i][1] = static_cast<std::uint8_t>(i);
            }
        }
        return verify_book(changed);
    };
    ASSERT_TRUE(renumbered(book).holds());
    for (std::size_t batch = 1; batch < book.batches.size(); ++batch) {
        const auto& records = book.batches[batch].records;
        for (std::size_t i = 0; i < records.size(); ++i) {
            FramedBook without = book;
            without.batches[batch].records.erase(without.batches[batch].records.begin() +
                                                 static_cast<long>(i));
            const bool last_of_its_wallets = renumbered(without).holds();
            EXPECT_FALSE(last_of_its_wallets && batch + 1 < book.batches.size());
            FramedBook twice = book;
            auto& list = twice.batches[batch].records;
            if (FramedBook::sectors(book.batches[batch]) * 506 <
                FramedBook::payload_bytes(book.batches[batch]) + records[i].size() + 4) {
                continue;  // would need another sector, and the next batch stands there
            }
            list.insert(list.begin() + static_cast<long>(i), records[i]);
            EXPECT_FALSE(renumbered(twice).holds());
        }
    }
}

}  // namespace
}  // namespace coffer::report
