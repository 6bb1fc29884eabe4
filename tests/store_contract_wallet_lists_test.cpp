#include "tests/store_contract.h"

// Lists of wallets: of a tenant or of one user, newest first.

namespace coffer::tests {
namespace {

std::string names(const Reply& reply) {
    std::string text;
    for (const wallet::Wallet& wallet : reply.wallets) {
        text += text.empty() ? "" : " ";
        text += std::to_string(wallet.number.value);
    }
    text += " of " + std::to_string(reply.total) + (reply.more ? ", more" : "");
    return text;
}

TEST_P(StoreContract, wallets_of_a_tenant_newest_first) {
    EXPECT_EQ(names(ask(list_wallets())), " of 0") << "nobody knows the tenant yet";
    for (const char* user : {"alice", "bob", "carol"}) ask(deposit(user, "1.00"));
    ask(deposit("dave", "1.00").of("other"));
    ask(open_wallet("alice", "EUR"));
    EXPECT_EQ(names(ask(list_wallets())), "5 3 2 1 of 4");
    EXPECT_EQ(names(ask(list_wallets({.rows_max = 2}))), "5 3 of 4, more");
    EXPECT_EQ(names(ask(list_wallets({.skip = 2, .rows_max = 2}))), "2 1 of 4");
    EXPECT_EQ(names(ask(list_wallets({.before = 3, .rows_max = 1}))), "2 of 4, more");
    EXPECT_EQ(names(ask(list_wallets({.skip = 9}))), " of 4");
    EXPECT_EQ(names(ask(list_wallets().of("other"))), "4 of 1");
    EXPECT_EQ(ask(list_wallets({.rows_max = 1})).wallets[0].currency.number, 978) << "as it is now";
}

TEST_P(StoreContract, wallets_of_one_user) {
    for (const char* currency : {"CNY", "EUR", "JPY"}) ask(open_wallet("alice", currency));
    ask(open_wallet("bob", "CNY"));
    EXPECT_EQ(names(ask(list_wallets({}, "alice"))), "3 2 1 of 3");
    EXPECT_EQ(names(ask(list_wallets({.before = 3, .rows_max = 1}, "alice"))), "2 of 3, more");
    EXPECT_EQ(names(ask(list_wallets({}, "nobody"))), " of 0");
    EXPECT_EQ(names(ask(list_wallets({}, "alice").of("other"))), " of 0");
}

TEST_P(StoreContract, wallets_with_one_status) {
    using enum wallet::WalletStatus;
    std::vector<wallet::PublicId> ids;
    for (int i = 0; i < 6; ++i) {
        const std::string user = "user-" + std::to_string(i);
        ask(open_wallet(user, "CNY"));
        ids.push_back(teller().wallet_of(user).id);
    }
    ask(change_status(ids[1], frozen));
    ask(change_status(ids[4], frozen));
    ask(change_status(ids[2], closed));
    const auto listed = [&](wallet::WalletStatus status) {
        return names(ask(list_wallets({.status = status})));
    };
    EXPECT_EQ(listed(active), "6 4 1 of 3");
    EXPECT_EQ(listed(frozen), "5 2 of 2");
    EXPECT_EQ(listed(closed), "3 of 1");
    ask(change_status(ids[4], active));
    ask(change_status(ids[1], closed));
    reopen();
    EXPECT_EQ(listed(active), "6 5 4 1 of 4");
    EXPECT_EQ(listed(frozen), " of 0");
    EXPECT_EQ(listed(closed), "3 2 of 2");
    EXPECT_EQ(names(ask(list_wallets({.status = active, .skip = 1, .rows_max = 2}))),
              "5 4 of 4, more");
}

}  // namespace
}  // namespace coffer::tests
