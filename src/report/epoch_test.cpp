#include <gtest/gtest.h>

#include <algorithm>

#include "report/record.h"
#include "report/testing_book.h"
#include "report/verify.h"

// What a book may say of its restores.

namespace coffer::report {
namespace {

using testing::BookMaker;

VerifyReport verified(const BookMaker& book, std::vector<NotedHead> heads = {}) {
    os::SimulatedDisk disk;
    book.framed.write(disk);
    auto report = verify(
        disk, {.findings_max = 50, .patience = {.attempts = 1}, .noted_heads = std::move(heads)},
        {});
    EXPECT_TRUE(report.ok());
    return std::move(report).value();
}

BookMaker with_a_deposit() {
    BookMaker book;
    book.set_up();
    book.begin();
    book.deposit("alice", 100, "kept");
    book.end();
    return book;
}

void add_epoch(BookMaker& book, unsigned number, EpochState state) {
    book.begin();
    book.epoch(number, static_cast<unsigned>(state));
    book.end();
}

bool finds(const VerifyReport& report, Rule rule, std::string_view field) {
    return std::ranges::any_of(report.findings, [&](const Finding& finding) {
        return finding.rule == rule && finding.field == field;
    });
}

TEST(Epochs, a_restored_book_that_was_opened_holds_and_tells_what_is_lost) {
    BookMaker book = with_a_deposit();
    const std::int64_t last_kept = book.time;
    add_epoch(book, 2, EpochState::restored);
    VerifyReport report = verified(book);
    EXPECT_TRUE(report.holds()) << to_text(report);
    ASSERT_EQ(report.restores.size(), 1u);
    EXPECT_EQ(report.restores[0].epoch, 2u);
    EXPECT_EQ(report.restores[0].sequence, 3u);
    EXPECT_EQ(report.restores[0].last_kept.unix_ms, last_kept);
    EXPECT_EQ(report.restores[0].opened_sequence, 0u);
    add_epoch(book, 3, EpochState::restored);  // of a backup of the restored book
    add_epoch(book, 3, EpochState::open);
    book.begin();
    book.deposit("alice", 100, "later");
    book.end();
    report = verified(book);
    EXPECT_TRUE(report.holds()) << to_text(report);
    EXPECT_EQ(report.epoch, 3u);
    EXPECT_EQ(report.restores[1].opened_sequence, 5u);
}

TEST(Epochs, nothing_is_written_while_the_book_is_read_only) {
    BookMaker book = with_a_deposit();
    add_epoch(book, 2, EpochState::restored);
    book.begin();
    book.deposit("alice", 100, "sneaked in");
    book.end();
    EXPECT_TRUE(finds(verified(book), Rule::epoch, "kind"));
}

TEST(Epochs, numbers_follow_each_other_and_opening_needs_a_restore) {
    for (const unsigned number : {3u, 4u, 1'000'000u}) {
        BookMaker book = with_a_deposit();
        add_epoch(book, number, EpochState::restored);
        EXPECT_TRUE(finds(verified(book), Rule::epoch, "number")) << number;
    }
    BookMaker opened = with_a_deposit();
    add_epoch(opened, 2, EpochState::open);
    EXPECT_TRUE(finds(verified(opened), Rule::epoch, "state"));
    BookMaker other = with_a_deposit();
    add_epoch(other, 2, EpochState::restored);
    add_epoch(other, 3, EpochState::open);
    EXPECT_TRUE(finds(verified(other), Rule::epoch, "number"));
}

// covers: U10
TEST(NotedHeads, find_a_deposit_that_somebody_put_into_the_book_and_chained_again) {
    const auto book_with = [](bool forged) {
        BookMaker book = with_a_deposit();
        book.begin();
        if (forged) book.deposit("mallory", 1'000'000, "never");
        book.deposit("alice", 7, "true");
        book.end();
        return book;
    };
    const VerifyReport honest = verified(book_with(false));
    const NotedHead noted{.sequence = honest.head_sequence, .hash = honest.head_hash};
    EXPECT_TRUE(verified(book_with(false), {noted}).holds());
    EXPECT_TRUE(verified(book_with(true)).holds()) << "every chain in it fits";
    EXPECT_TRUE(finds(verified(book_with(true), {noted}), Rule::noted_head, "head"));
}

TEST(Epochs, a_head_of_the_lost_end_is_found_and_explained) {
    BookMaker book = with_a_deposit();
    BookMaker lost = book;
    lost.begin();
    lost.deposit("alice", 7, "lost");
    lost.end();
    const VerifyReport before = verified(lost);
    const NotedHead noted{.sequence = before.head_sequence, .hash = before.head_hash};
    EXPECT_TRUE(verified(lost, {noted, noted}).holds());
    EXPECT_EQ(verified(lost, {noted, noted}).noted_heads, 2u);
    // An older book, and what became of it.
    EXPECT_TRUE(finds(verified(book, {noted}), Rule::noted_head, "head"));
    add_epoch(book, 2, EpochState::restored);
    const VerifyReport report = verified(book, {noted});
    ASSERT_TRUE(finds(report, Rule::noted_head, "head"));
    EXPECT_NE(report.findings[0].message.find("ends with batch 2"), std::string::npos);
}

}  // namespace
}  // namespace coffer::report
