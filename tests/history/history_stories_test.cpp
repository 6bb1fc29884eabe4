#include <gtest/gtest.h>

#include "tests/history/check.h"

// Small histories by hand: contradictions that need two clients and the right moment.

namespace coffer::tests::history {
namespace {

// Two wallets of one tenant with 100 each, and four clients.
const std::string opening =
    "coffer-history 1\n"
    "t 0 tnt\n"
    "w 0 0 alice\n"
    "w 1 0 bob\n"
    "p 0 0\np 1 0\np 2 0\np 3 0\n"
    "i 0 0 10 d 0 0 100\n"
    "o 0 20 n 0 0 1 0 100 0\n"
    "i 1 0 30 d 1 1 100\n"
    "o 1 40 n 1 1 1 0 100 0\n";

// Everything read once more. Rows are written newest first, without their wallet's number.
std::string last_reads(int first_operation, const std::vector<std::string>& alice,
                       const std::vector<std::string>& bob) {
    std::string text = "q 9000\np 4 0\n";
    int wallet = 0;
    for (const auto* rows : {&alice, &bob}) {
        const std::string number = std::to_string(first_operation + wallet);
        const std::string count = std::to_string(rows->size());
        text += "i " + number + " 4 9001 l " + std::to_string(wallet) + " 100 -\n";
        text += "o " + number + " 9002 " + std::to_string(wallet) + " " + count + " 0 " + count;
        text += "\n";
        for (const std::string& row : *rows) {
            text += "r " + std::to_string(wallet) + " " + row + "\n";
        }
        ++wallet;
    }
    return text;
}

const std::string alice_1 = "1 d 100 0 100 0 0 -";
const std::string bob_1 = "1 d 100 0 100 1 1 -";

void expect(const std::string& text, Rule rule) {
    const Verdict verdict = check_text(text);
    const std::string report = report_text(verdict, text);
    ASSERT_EQ(verdict.findings.kept().size(), 1U) << report;
    EXPECT_EQ(verdict.findings.kept().front().rule, rule) << report;
}

void expect_none(const std::string& text) {
    const Verdict verdict = check_text(text);
    EXPECT_TRUE(verdict.passed()) << report_text(verdict, text);
}

TEST(HistoryStories, NothingHappened) { expect_none(opening + last_reads(2, {alice_1}, {bob_1})); }

TEST(HistoryStories, WithoutLastReadsNothingIsShown) {
    expect(opening, Rule::history);
    const Verdict verdict = check_text(opening + "q 9000\n");
    ASSERT_EQ(verdict.findings.count(), 2U);  // one a wallet
    EXPECT_EQ(verdict.findings.kept().front().rule, Rule::history);
}

TEST(HistoryStories, ARowComesBeforeOneThatWasOverWhenItWasAsked) {
    const auto story = [](int second_asked) {
        return opening + "i 2 0 50 d 0 2 5\ni 3 1 " + std::to_string(second_asked) +
               " d 0 3 7\no 2 60 n 0 2 3 107 112 0\no 3 90 n 0 3 2 100 107 0\n" +
               last_reads(4, {"3 d 5 107 112 2 2 -", "2 d 7 100 107 3 3 -", alice_1}, {bob_1});
    };
    expect_none(story(55));
    expect(story(61), Rule::order);
}

TEST(HistoryStories, TwoTransfersStandInTwoOrders) {
    expect(opening +
               "i 2 0 50 t 0 1 2 10\n"
               "i 3 1 50 t 1 0 3 30\n"
               "o 2 90 n 0 2 2 100 90 0 1 3 70 80 0\n"
               "o 3 90 n 1 3 2 100 70 0 0 3 90 120 0\n" +
               last_reads(4, {"3 i 30 90 120 3 3 1", "2 o 10 100 90 2 2 1", alice_1},
                          {"3 i 10 70 80 2 2 0", "2 o 30 100 70 3 3 0", bob_1}),
           Rule::order);
}

// The transfer's own answer comes late; two reads while it is under way.
std::string transfer_with_reads(const std::string& reads) {
    return opening + "i 2 0 50 t 0 1 2 10\n" + reads + "o 2 500 n 0 2 2 100 90 0 1 2 100 110 0\n" +
           last_reads(5, {"2 o 10 100 90 2 2 1", alice_1}, {"2 i 10 100 110 2 2 0", bob_1});
}

TEST(HistoryStories, WhatOneReadSawTheNextSeesToo) {
    expect_none(transfer_with_reads("i 3 1 60 b 0\no 3 70 0 100 0\ni 4 2 80 b 0\no 4 90 0 90 0\n"));
    expect(transfer_with_reads("i 3 1 60 b 0\no 3 70 0 90 0\ni 4 2 80 b 0\no 4 90 0 100 0\n"),
           Rule::reads);
    // Side by side, either may be first.
    expect_none(transfer_with_reads("i 3 1 60 b 0\ni 4 2 65 b 0\no 3 70 0 90 0\no 4 90 0 100 0\n"));
}

TEST(HistoryStories, NobodySeesOneSideOfATransferAndLaterNotTheOther) {
    expect_none(transfer_with_reads("i 3 1 60 b 0\no 3 70 0 90 0\ni 4 1 80 b 1\no 4 90 1 110 0\n"));
    expect(transfer_with_reads("i 3 1 60 b 0\no 3 70 0 90 0\ni 4 1 80 b 1\no 4 90 1 100 0\n"),
           Rule::reads);
}

TEST(HistoryStories, AReadShowsWhatNeverWas) {
    expect(transfer_with_reads("i 3 1 60 b 0\no 3 70 0 95 0\ni 4 2 80 b 0\no 4 90 0 90 0\n"),
           Rule::reads);
}

TEST(HistoryStories, WhatNobodyKnewIsDecidedByTheDeathOfTheService) {
    const auto story = [](const std::string& seen) {
        return opening + "i 2 0 50 d 0 2 5\nn 2 60\nk 100\ni 3 1 110 b 0\no 3 120 0 " + seen +
               " 0\n" + last_reads(4, {"2 d 5 100 105 2 2 -", alice_1}, {bob_1});
    };
    expect_none(story("105"));
    expect(story("100"), Rule::reads);  // not there after the restart, there at the end
}

TEST(HistoryStories, ARowNumberedBeyondWhatWasAsked) {
    expect(opening + "i 2 0 50 d 0 2 5\no 2 60 n 0 2 4 100 105 0\n", Rule::sequence);
}

TEST(HistoryStories, AnAnswerThatShowsRowsOfTheFuture) {
    expect(opening + "i 2 1 50 b 0\no 2 60 0 105 0\ni 3 0 70 d 0 2 5\no 3 80 n 0 2 2 100 105 0\n" +
               last_reads(4, {"2 d 5 100 105 2 2 -", alice_1}, {bob_1}),
           Rule::reads);
}

// Alice has 500 more.
const std::string richer = opening + "i 2 0 50 d 0 2 500\no 2 60 n 0 2 2 100 600 0\n";
const std::string alice_2 = "2 d 500 100 600 2 2 -";

TEST(HistoryStories, ARefundThatNobodyKnowsOfCountsAsItsRowSays) {
    const auto story = [](const std::string& amount, const std::string& answer) {
        return richer + "i 3 0 70 r 0 3 0 60\nn 3 80\ni 4 1 90 r 0 4 0 " + amount +
               "\no 4 100 n 0 4 " + answer + "\n";
    };
    const std::string unknown_one = "3 r 60 600 540 3 3 -";
    expect_none(story("40", "4 540 500 0") +
                last_reads(5, {"4 r 40 540 500 4 4 -", unknown_one, alice_2, alice_1}, {bob_1}));
    expect(story("41", "4 540 499 0") +
               last_reads(5, {"4 r 41 540 499 4 4 -", unknown_one, alice_2, alice_1}, {bob_1}),
           Rule::refunds);
    expect_none(story("100", "3 600 500 0") +
                last_reads(5, {"3 r 100 600 500 4 4 -", alice_2, alice_1}, {bob_1}));
}

TEST(HistoryStories, WhatIsLeftOfARefundedTransactionIsSaidAsItIs) {
    const auto before = [](const std::string& amount, const std::string& refusal) {
        return richer + "i 3 1 62 r 0 3 0 " + amount + "\nf 3 65 " + refusal +
               "\ni 4 0 70 c 0 4 0\no 4 80 n 0 3 3 600 500 0\n" +
               last_reads(5, {"3 r 100 600 500 3 4 -", alice_2, alice_1}, {bob_1});
    };
    expect_none(before("101", "61060210 100"));
    expect(before("101", "61060210 99"), Rule::refusal);
    expect(before("100", "61060210 100"), Rule::refusal);
    expect(before("5", "61060209 -"), Rule::refusal);
    expect_none(richer +
                "i 3 0 70 c 0 3 0\no 3 80 n 0 3 3 600 500 0\n"
                "i 4 1 90 r 0 4 0 5\nf 4 99 61060209 -\n" +
                last_reads(5, {"3 r 100 600 500 3 3 -", alice_2, alice_1}, {bob_1}));
}

TEST(HistoryStories, ARefundOfATransferStandsInBothWallets) {
    const std::string story = opening +
                              "i 2 0 50 t 0 1 2 10\no 2 60 n 0 2 2 100 90 0 1 2 100 110 0\n"
                              "i 3 1 70 r 1 3 2 4\no 3 80 n 1 3 3 110 106 0\n";
    const std::vector<std::string> bob{"3 r 4 110 106 3 3 0", "2 i 10 100 110 2 2 0", bob_1};
    const std::string paid = "2 o 10 100 90 2 2 1";
    expect_none(story + last_reads(4, {"3 r 4 90 94 3 3 1", paid, alice_1}, bob));
    expect(story + last_reads(4, {paid, alice_1}, bob), Rule::atomicity);
}

TEST(HistoryStories, AWithdrawalRequestIsDecidedOnce) {
    const std::string asked = opening + "i 2 0 50 q 0 2 30\no 2 60 n 0 q\n";
    const std::string held = "2 h 30 100 100 2 2 -";
    expect_none(asked + "i 3 1 70 y 0 3 2\no 3 80 n 0 y\ni 4 2 90 n 0 4 2\nf 4 99 61060212 -\n" +
                last_reads(5, {"3 w 30 100 70 3 3 -", held, alice_1}, {bob_1}));
    // It was said to be decided before anybody had decided.
    expect(asked + "i 3 1 62 n 0 3 2\nf 3 65 61060212 -\ni 4 2 70 y 0 4 2\no 4 80 n 0 y\n" +
               last_reads(5, {"3 w 30 100 70 3 4 -", held, alice_1}, {bob_1}),
           Rule::refusal);
    // The money of another request is there to be given back.
    expect(asked +
               "i 3 0 61 q 0 3 30\no 3 65 n 0 q\ni 4 1 70 y 0 4 2\no 4 80 n 0 y\n"
               "i 5 2 90 k 0 5 2\no 5 99 n 0 5 5 70 70 0\n" +
               last_reads(6,
                          {"5 l 30 70 70 5 5 -", "4 w 30 100 70 4 4 -", "3 h 30 100 100 3 3 -",
                           held, alice_1},
                          {bob_1}),
           Rule::decision);
}

// Alice has 60 of her 100 set aside; intent 3 is its end, where it ends by itself.
const std::string froze = opening + "i 2 0 50 Z 0 2 60\no 2 60 n 0 100 60\n";
const std::string alice_froze = "2 z 60 100 100 2 2 -";
const std::string paid_50 = "i 3 1 70 p 0 - 4 2 50\no 3 80 n 0 3 3 100 50 10\n";
const std::string alice_paid_50 = "3 p 50 100 50 3 4 -";

TEST(HistoryStories, AFreezePaysNoMoreThanIsLeftOfIt) {
    const auto story = [](const std::string& amount, const std::string& answer,
                          const std::string& row) {
        return froze + paid_50 + "i 4 2 90 p 0 1 5 2 " + amount + "\n" + answer + "\n" +
               (row.empty() ? last_reads(5, {alice_paid_50, alice_froze, alice_1}, {bob_1})
                            : last_reads(5, {row, alice_paid_50, alice_froze, alice_1},
                                         {"2 i 10 100 110 4 5 0", bob_1}));
    };
    expect_none(story("10", "o 4 99 n 0 4 4 50 40 0", "4 p 10 50 40 4 5 1"));
    expect_none(story("-", "o 4 99 n 0 4 4 50 40 0", "4 p 10 50 40 4 5 1"));
    expect_none(story("11", "f 4 99 61060214 10", ""));
    expect(story("11", "f 4 99 61060214 11", ""), Rule::refusal);
    expect(story("11", "f 4 99 61060204 -", ""), Rule::refusal);
    // What it leaves in the freeze stays there, though all of it was asked for.
    expect(froze + "i 3 1 70 p 0 - 4 2 -\no 3 80 n 0 3 3 100 50 10\n" +
               last_reads(4, {alice_paid_50, alice_froze, alice_1}, {bob_1}),
           Rule::holds);
    // The money of another freeze is there to be paid.
    expect(
        opening +
            "i 2 0 50 z 0 2 20\no 2 60 n 0 100 20\ni 3 0 61 z 0 3 60\no 3 65 n 0 100 80\n"
            "i 4 1 70 p 0 - 4 2 30\no 4 80 n 0 4 4 100 70 50\n" +
            last_reads(
                5, {"4 p 30 100 70 4 4 -", "3 z 60 100 100 3 3 -", "2 z 20 100 100 2 2 -", alice_1},
                {bob_1}),
        Rule::holds);
}

TEST(HistoryStories, AnUnfreezeGivesBackWhatIsLeft) {
    const auto story = [](const std::string& held, const std::string& amount) {
        return froze + paid_50 + "i 4 2 90 u 0 5 2\no 4 99 n 0 50 " + held + "\n" +
               last_reads(5,
                          {"4 u " + amount + " 50 50 4 5 -", alice_paid_50, alice_froze, alice_1},
                          {bob_1});
    };
    expect_none(story("0", "10"));
    expect(story("1", "9"), Rule::holds);
}

TEST(HistoryStories, AFreezeEndsByItselfWhenItIsDue) {
    const std::string ended = "3 u 60 100 100 3 3 -";
    const std::string seen = "i 3 1 90 b 0\no 3 99 0 100 0\n";
    expect_none(froze + "x 70 2\n" + seen + last_reads(4, {ended, alice_froze, alice_1}, {bob_1}));
    expect(froze + seen + last_reads(4, {ended, alice_froze, alice_1}, {bob_1}), Rule::holds);
    // Somebody saw its end, and it was due later.
    expect(froze + seen + "x 100 2\n" + last_reads(4, {ended, alice_froze, alice_1}, {bob_1}),
           Rule::reads);
    expect(froze + "x 70 2\n" + last_reads(3, {alice_froze, alice_1}, {bob_1}), Rule::holds);
    // Nothing is paid any more, whether or not it has ended by then.
    expect_none(froze + "x 70 2\ni 3 1 80 p 0 - 4 2 5\nf 3 85 61060204 -\n" +
                last_reads(4, {ended, alice_froze, alice_1}, {bob_1}));
    // What somebody has ended does not end once more.
    const std::string released = "3 u 60 100 100 3 4 -";
    const std::string unfreeze = "x 65 2\ni 3 1 70 u 0 4 2\no 3 80 n 0 100 0\n";
    expect_none(froze + unfreeze + last_reads(4, {released, alice_froze, alice_1}, {bob_1}));
    expect(opening +
               "i 2 0 41 z 0 2 60\no 2 45 n 0 100 60\ni 3 0 50 Z 0 3 20\no 3 60 n 0 100 80\n"
               "x 65 3\ni 4 1 70 u 0 5 3\no 4 80 n 0 100 60\n" +
               last_reads(5,
                          {"5 u 20 100 100 5 4 -", "4 u 20 100 100 4 5 -", "3 z 20 100 100 3 3 -",
                           "2 z 60 100 100 2 2 -", alice_1},
                          {bob_1}),
           Rule::holds);
}

TEST(HistoryStories, APaymentOfAFreezeCanBeRefunded) {
    const std::string story = froze + "i 3 1 70 p 0 1 4 2 50\no 3 80 n 0 3 3 100 50 10\n";
    const std::vector<std::string> paid{"3 p 50 100 50 3 4 1", alice_froze, alice_1};
    const std::string got = "2 i 50 100 150 3 4 0";
    expect_none(story + last_reads(4, paid, {got, bob_1}));
    expect(story + last_reads(4, paid, {bob_1}), Rule::atomicity);
    expect_none(story + "i 4 2 90 r 0 5 4 20\no 4 99 n 0 4 4 50 70 10\n" +
                last_reads(5, {"4 r 20 50 70 4 5 1", paid[0], paid[1], paid[2]},
                           {"3 r 20 150 130 4 5 0", got, bob_1}));
}

TEST(HistoryStories, LinesThatAreNoHistory) {
    for (const char* line :
         {"x 1\n", "i 2 0 50 d 7 2 5\n", "i 2 0 50 d 0 2 x\n", "o 1 50\n", "i 9 0 50 b 0\n",
          "i 2 9 50 b 0\n", "f 7 50 61060201 -\n", "\n", "i 2 0 50 d 0 2 5 5\n",
          "r 0 1 d 1 0 1 0 0 -\n", "n 1 99\n", "x 50 0\n", "i 2 0 50 p 0 - 2 0 5\n"}) {
        const Verdict verdict = check_text(opening + line);
        ASSERT_FALSE(verdict.passed()) << line;
        EXPECT_EQ(verdict.findings.kept().front().rule, Rule::history) << line;
    }
    EXPECT_FALSE(check_text("").passed());
    EXPECT_FALSE(check_file("/nonexistent/history").passed());
}

}  // namespace
}  // namespace coffer::tests::history
