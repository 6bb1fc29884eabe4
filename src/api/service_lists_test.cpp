// Pages, filters and cursors.
#include <gtest/gtest.h>

#include <set>

#include "api/service_fixture.h"

namespace coffer::api::testing {
namespace {

class Lists : public ::testing::Test {
protected:
    // Forty-five rows: 15 deposits, withdrawals and freezes, one a minute.
    Lists() {
        for (int i = 0; i < 15; ++i) {
            bench_.deposit("usr_alice", "10");
            bench_.clock.pass_ms(60'000);
            bench_.post("/wallets/usr_alice/withdraw", bench_.admin(), R"({"amount":"1"})");
            bench_.clock.pass_ms(60'000);
            bench_.post("/wallets/usr_alice/freeze", bench_.admin(), R"({"amount":"2"})");
            bench_.clock.pass_ms(60'000);
        }
    }

    Response list(const std::string& query) {
        return bench_.get("/wallets/usr_alice/transactions" + query, bench_.admin());
    }
    static std::size_t rows(const Response& response) {
        std::size_t count = 0;
        while (response.at("/items/" + std::to_string(count)) != "(none)") ++count;
        return count;
    }

    Bench bench_;
};

TEST_F(Lists, page_through_everything_newest_first) {
    const Response first = list("");
    EXPECT_EQ(rows(first), 20u);
    EXPECT_EQ(first.at("/items/0/seq"), "45");
    EXPECT_EQ(first.at("/total"), "45");
    EXPECT_EQ(first.at("/pagination/page"), "1");
    EXPECT_EQ(first.at("/pagination/page_size"), "20");
    EXPECT_EQ(first.at("/pagination/total"), "45");
    EXPECT_EQ(first.at("/pagination/total_pages"), "3");
    EXPECT_EQ(first.at("/pagination/has_next"), "true");
    EXPECT_EQ(first.at("/pagination/has_prev"), "false");
    const Response last = list("?page=3");
    EXPECT_EQ(rows(last), 5u);
    EXPECT_EQ(last.at("/items/4/seq"), "1");
    EXPECT_EQ(last.at("/pagination/has_next"), "false");
    EXPECT_EQ(last.at("/pagination/has_prev"), "true");
    EXPECT_EQ(last.at("/pagination/next_cursor"), "");
    const Response beyond = list("?page=1000000000&page_size=100");
    EXPECT_EQ(rows(beyond), 0u);
    EXPECT_EQ(beyond.at("/total"), "45");
    EXPECT_EQ(beyond.at("/pagination/has_next"), "false");
}

TEST_F(Lists, go_on_by_cursor_while_new_rows_come) {
    std::set<std::string> seen;
    std::string query = "?page_size=7";
    for (int page = 1; page <= 7; ++page) {
        const Response response = list(query);
        EXPECT_EQ(response.at("/pagination/page"), std::to_string(page));
        EXPECT_EQ(response.at("/pagination/page_size"), "7");
        for (std::size_t i = 0; i < rows(response); ++i) {
            EXPECT_TRUE(seen.insert(response.at("/items/" + std::to_string(i) + "/id")).second);
        }
        query = "?cursor=" + response.at("/pagination/next_cursor");
        bench_.deposit("usr_alice", "1");
    }
    EXPECT_EQ(seen.size(), 45u);
    EXPECT_EQ(query, "?cursor=");
}

TEST_F(Lists, bind_a_cursor_to_tenant_user_route_and_filters) {
    const std::string cursor = list("?page_size=2&type=deposit").at("/pagination/next_cursor");
    ASSERT_FALSE(cursor.empty());
    const std::string path = "/wallets/usr_alice/transactions";
    const auto code = [this, &cursor](const std::string& target, const std::string& more,
                                      const std::string& token) {
        return bench_.get(target + "?cursor=" + cursor + more, token).code();
    };
    EXPECT_EQ(code(path, "&type=deposit", bench_.admin()), 0u);
    EXPECT_EQ(code(path, "&type=deposit", bench_.user("usr_alice")), 0u);
    EXPECT_EQ(code(path, "&type=deposit&page_size=50", bench_.admin()), 0u);
    EXPECT_EQ(code(path, "", bench_.admin()), 61060021u);
    EXPECT_EQ(code(path, "&type=withdraw", bench_.admin()), 61060021u);
    EXPECT_EQ(code(path, "&type=deposit&currency=CNY", bench_.admin()), 61060021u);
    EXPECT_EQ(code(path, "&type=deposit&start_date=2020-01-01", bench_.admin()), 61060021u);
    EXPECT_EQ(code(path, "&type=deposit", bench_.admin("tnt_b")), 61060021u);
    EXPECT_EQ(code("/wallets/usr_bob/transactions", "&type=deposit", bench_.admin()), 61060021u);
    EXPECT_EQ(code("/wallets/usr_alice/balance-history", "", bench_.admin()), 61060021u);
    EXPECT_EQ(code(path, "&type=deposit&page=2", bench_.admin()), 61060022u);
}

TEST_F(Lists, keep_to_the_wallet_they_began_with) {
    const std::string cursor = list("?page_size=2").at("/pagination/next_cursor");
    bench_.deposit("usr_alice", "1", R"(,"currency":"USD")");
    EXPECT_EQ(list("?cursor=" + cursor).at("/items/0/currency"), "CNY");
}

TEST_F(Lists, filter_by_type_status_and_date) {
    const struct {
        const char* query;
        const char* total;
    } rows[] = {
        {"?type=deposit", "15"},
        {"?type=transfer_in", "0"},
        {"?type=refund", "0"},
        {"?type=", "45"},
        {"?status=completed", "45"},
        {"?status=pending", "0"},
        {"?type=deposit&status=failed", "0"},
        {"?start_date=2025-10-09&end_date=2025-10-09", "45"},
        {"?start_date=2025-10-10", "0"},
        {"?end_date=2025-10-08", "0"},
        {"?start_date=2025-10-09T08:54:20Z&end_date=2025-10-09T08:56:20.000Z", "3"},
        {"?start_date=2025-10-09T08:54:20.001Z&end_date=2025-10-09T08:56:19.999Z", "1"},
        {"?start_date=2025-10-09T16:54:20+08:00&end_date=2025-10-09T16:54:20%2B08:00", "1"},
        {"?type=withdraw&start_date=2025-10-09T08:54:20Z&end_date=2025-10-09T08:56:20Z", "1"},
    };
    for (const auto& row : rows) {
        const Response response = list(row.query);
        EXPECT_EQ(response.status, 200) << row.query << response.body;
        EXPECT_EQ(response.at("/total"), row.total) << row.query;
    }
}

// covers: N09
TEST_F(Lists, refuse_parameters_out_of_bounds) {
    for (const char* query : {"?page=0",
                              "?page=-1",
                              "?page=1.5",
                              "?page=x",
                              "?page=+1",
                              "?page=%201",
                              "?page=9223372036854775807",
                              "?page=9223372036854775808",
                              "?page=18446744073709551616",
                              "?page=1000000001",
                              "?page_size=0",
                              "?page_size=101",
                              "?page_size=-1",
                              "?page_size=1e2",
                              "?type=Deposit",
                              "?type=transfer",
                              "?type=deposit,withdraw",
                              "?status=done",
                              "?start_date=yesterday",
                              "?start_date=2025-13-01",
                              "?start_date=2025-10-09T25:00:00Z",
                              "?end_date=2025-10-09T08:00:00",
                              "?end_date=1760000000",
                              "?page=1&page=1",
                              "?page%5Fsize=101",
                              "?cursor=%FF"}) {
        EXPECT_EQ(list(query).status, 400) << query;
    }
    EXPECT_EQ(bench_.get("/wallets/usr_alice/freezes?status=open", bench_.admin()).status, 400);
    EXPECT_EQ(list("?currency=ZZZ").status, 422);
}

TEST_F(Lists, page_freezes_and_the_balance_history) {
    const Response freezes =
        bench_.get("/wallets/usr_alice/freezes?page_size=4&page=2", bench_.admin());
    EXPECT_EQ(freezes.at("/total"), "15");
    EXPECT_EQ(rows(freezes), 4u);
    const std::string cursor = freezes.at("/pagination/next_cursor");
    const Response next = bench_.get("/wallets/usr_alice/freezes?cursor=" + cursor, bench_.admin());
    EXPECT_EQ(next.at("/pagination/page"), "3");
    EXPECT_NE(next.at("/items/0/id"), freezes.at("/items/3/id"));
    const Response history =
        bench_.get("/wallets/usr_alice/balance-history?page_size=100", bench_.admin());
    EXPECT_EQ(history.at("/total"), "30");
    EXPECT_EQ(history.at("/items/0/type"), "withdraw");
    EXPECT_EQ(history.at("/items/29/balance_before"), "0.00");
}

TEST_F(Lists, say_when_there_is_no_wallet) {
    EXPECT_EQ(bench_.get("/wallets/nobody/transactions", bench_.admin()).code(), 61060101u);
    EXPECT_EQ(bench_.get("/wallets/nobody/freezes", bench_.admin()).code(), 61060101u);
    EXPECT_EQ(bench_.get("/wallets/nobody/balance-history", bench_.admin()).code(), 61060101u);
}

}  // namespace
}  // namespace coffer::api::testing
