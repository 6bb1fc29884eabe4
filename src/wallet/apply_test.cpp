#include "wallet/apply.h"

#include <gtest/gtest.h>

namespace coffer::wallet {
namespace {

Record at(std::int64_t unix_ms) {
    Record record;
    record.at = {unix_ms};
    record.request.tenant = {3};
    return record;
}

WalletLine opening() {
    return {.wallet = {7},
            .event = 1,
            .currency = {156},
            .available = 100,
            .opened = true,
            .id = {99},
            .owner = {5},
            .application = {2}};
}

WalletLine second() {
    return {.wallet = {7}, .event = 2, .currency = {156}, .available = 60, .held = 40};
}

TEST(ApplyingALine, makes_the_wallet_what_the_line_says) {
    Wallet wallet;
    EXPECT_TRUE(apply(opening(), at(1'000), wallet));
    EXPECT_TRUE(apply(second(), at(2'000), wallet));
    EXPECT_EQ(wallet.available, 60);
    EXPECT_EQ(wallet.held, 40);
    EXPECT_EQ(wallet.posted(), 100);
    EXPECT_EQ(wallet.events, 2u);
    EXPECT_EQ(wallet.tenant.value, 3u);
    EXPECT_EQ(wallet.owner.value, 5u);
    EXPECT_EQ(wallet.id, PublicId{99});
    EXPECT_EQ(wallet.created_at, Instant{1'000});
    EXPECT_EQ(wallet.updated_at, Instant{2'000});
}

TEST(ApplyingALine, again_changes_nothing) {
    Wallet wallet;
    apply(opening(), at(1'000), wallet);
    apply(second(), at(2'000), wallet);
    EXPECT_FALSE(apply(opening(), at(9'000), wallet));
    EXPECT_FALSE(apply(second(), at(9'000), wallet));
    EXPECT_EQ(wallet.available, 60);
    EXPECT_EQ(wallet.updated_at, Instant{2'000});
}

TEST(ApplyingALineDeathTest, with_a_gap_before_it_stops_the_process) {
    Wallet wallet;
    EXPECT_DEATH(apply(second(), at(2'000), wallet), "event");
}

TEST(ApplyingAHold, ends_it_once_and_forgets_its_reason) {
    const HoldLine open{.id = {1}, .wallet = {7}, .amount = 40, .reason = "a dispute"};
    HoldLine ended = open;
    ended.state = HoldState::released;
    ended.version = 2;
    Hold hold;
    EXPECT_TRUE(apply(open, at(1'000), hold));
    EXPECT_EQ(hold.reason, "a dispute");
    EXPECT_TRUE(apply(ended, at(2'000), hold));
    EXPECT_EQ(hold.state, HoldState::released);
    EXPECT_EQ(hold.ended_at, Instant{2'000});
    EXPECT_EQ(hold.reason, "");
    EXPECT_FALSE(apply(open, at(3'000), hold));
    EXPECT_FALSE(apply(ended, at(3'000), hold));
    EXPECT_EQ(hold.ended_at, Instant{2'000});
}

TEST(ApplyingAPosting, counts_a_house_accounts_postings) {
    ledger::Posting posting;
    posting.account = {{3}, ledger::AccountKind::settlement, {156}, {}};
    posting.amount = posting.balance_after = 100;
    posting.number = 1;
    ledger::Account account;
    EXPECT_TRUE(apply(posting, account));
    EXPECT_FALSE(apply(posting, account));
    EXPECT_EQ(account.balance, 100);
    EXPECT_EQ(account.postings, 1u);
    posting.number = 3;
    EXPECT_DEATH(apply(posting, account), "number");
}

TEST(Words, of_statuses_and_types_are_read_back) {
    for (const auto status : {WalletStatus::active, WalletStatus::frozen, WalletStatus::closed}) {
        EXPECT_EQ(parse_wallet_status(to_text(status)), status);
    }
    for (std::size_t i = 1; i <= transaction_types; ++i) {
        const auto type = static_cast<TransactionType>(i);
        EXPECT_EQ(parse_transaction_type(to_text(type)), type);
    }
    EXPECT_EQ(to_text(TransactionType::none), "");
    for (const char* word : {"", "Active", "ACTIVE", "open", "none", "deposit "}) {
        EXPECT_FALSE(parse_wallet_status(word)) << word;
        EXPECT_FALSE(parse_transaction_type(word)) << word;
    }
}

}  // namespace
}  // namespace coffer::wallet
