#include <gtest/gtest.h>

#include "tests/scenario.h"

// What an operator's policy does to money, in every store that knows policies. The clock begins at
// 08:53 UTC on the ninth of October 2025; every step takes a second.

namespace coffer::tests {
namespace {

TEST(APolicy, bounds_what_a_wallet_holds) {
    play(R"(
        policy   shop max_balance=100            => done
        deposit  alice 60.00                     => posted, wallet opened
        deposit  alice 40.01                     => balance_over_limit available 40.00 needed 40.01
        deposit  alice 40.00                     => posted
        deposit  bob 100.00                      => posted, wallet opened
        transfer bob -> alice 0.01               => balance_over_limit available 0.00 needed 0.01
        withdraw alice 1.00                      => posted
        transfer bob -> alice 1.00               => posted
        policy   shop max_balance=null           => done
        deposit  alice 1.00                      => posted
        trial balance CNY 200.00
    )");
}

TEST(APolicy, holds_for_its_application_and_outlives_a_restart) {
    play(R"(
        policy   shop max_balance=5              => done
        policy   shop transfer_enabled=false     => done
        app kiosk
        deposit  alice 100.00                    => posted, wallet opened
        app shop
        restart
        deposit  alice 1.00                      => balance_over_limit available 0.00 needed 1.00
        transfer alice -> bob 1.00               => transfers_disabled
        no_policy shop                           => done
        restart
        deposit  alice 1.00                      => posted
        no_policy shop                           => policy_not_found
        tenant other
        deposit  alice 9.00                      => posted, wallet opened
        policy   shop max_balance=5              => done
        deposit  alice 1.00                      => balance_over_limit available 0.00 needed 1.00
        tenant acme
        deposit  alice 1.00                      => posted
    )");
}

TEST(ADefaultPolicy, holds_where_an_application_says_nothing) {
    play(R"(
        settings max_balance=10 daily_withdraw_limit=5
        deposit  alice 10.01                     => balance_over_limit available 10.00 needed 10.01
        deposit  alice 10.00                     => posted, wallet opened
        policy   shop max_balance=20             => done
        deposit  alice 10.00                     => posted
        withdraw alice 5.01
            => daily_withdraw_limit_exceeded available 5.00 needed 5.01
        no_policy shop                           => done
        restart
        deposit  alice 1.00                      => balance_over_limit available 0.00 needed 1.00
        withdraw alice 5.00                      => posted
        trial balance CNY 15.00
    )");
}

TEST(WithdrawLimits, count_by_the_day_and_the_month_of_the_zone) {
    play(R"(
        deposit  alice 1000.00                   => posted, wallet opened
        withdraw alice 1.00                      => posted          # counts, too
        policy   shop daily_withdraw_limit=100 monthly_withdraw_limit=150 timezone=Asia/Shanghai
            , min_withdraw_amount=0.5
        withdraw alice 0.49
            => withdrawal_below_minimum available 0.50 needed 0.49
        withdraw alice 59.00                     => posted
        restart
        withdraw alice 40.01
            => daily_withdraw_limit_exceeded available 40.00 needed 40.01
        withdraw alice 40.00                     => posted
        wait 6                                   # 22:53 there
        withdraw alice 1.00
            => daily_withdraw_limit_exceeded available 0.00 needed 1.00
        wait 2                                   # tomorrow there, today in UTC
        restart
        withdraw alice 50.01
            => monthly_withdraw_limit_exceeded available 50.00 needed 50.01
        withdraw alice 50.00                     => posted
        policy   shop timezone=America/New_York  # where it is still the ninth
        withdraw alice 1.00
            => monthly_withdraw_limit_exceeded available 0.00 needed 1.00
        wait 552                                 # November everywhere
        withdraw alice 100.00                    => posted
        withdraw alice 1.00
            => daily_withdraw_limit_exceeded available 0.00 needed 1.00
        trial balance CNY 750.00
    )");
}

TEST(WithdrawLimits, are_numbers_in_every_currency) {
    play(R"(
        policy   shop daily_withdraw_limit=10.5 min_withdraw_amount=1.5
        deposit  alice 100 JPY                   => posted, wallet opened
        deposit  alice 100 ETH                   => posted, wallet opened
        withdraw alice 1 JPY                     => withdrawal_below_minimum available 2 needed 1
        withdraw alice 11 JPY
            => daily_withdraw_limit_exceeded available 10 needed 11
        withdraw alice 10 JPY                    => posted
        withdraw alice 10.500000000000000001 ETH
    => daily_withdraw_limit_exceeded available 10.500000000000000000 needed 10.500000000000000001
        withdraw alice 10.5 ETH                  => posted
    )");
}

TEST(WithdrawLimits, see_the_withdrawals_of_the_same_batch) {
    play(R"(
        policy   shop daily_withdraw_limit=10
        deposit  alice 100.00
        batch
        withdraw alice 6.00                      => posted
        withdraw alice 6.00
            => daily_withdraw_limit_exceeded available 4.00 needed 6.00
        withdraw alice 4.00                      => posted
        end
        trial balance CNY 90.00
    )");
}

TEST(APolicy, names_currencies_for_money_that_comes) {
    play(R"(
        deposit  alice 5.00 EUR                  => posted, wallet opened
        policy   shop supported_currencies=CNY,USD
        deposit  alice 5.00 EUR                  => currency_not_supported
        open     bob JPY                         => currency_not_supported
        open     bob USD                         => done
        open     bob CNY                         => done
        deposit  bob 5.00 CNY                    => posted
        withdraw alice 5.00 EUR                  => posted
        policy   shop supported_currencies=
        deposit  alice 5.00 EUR                  => posted
    )");
}

TEST(APolicy, sends_a_users_own_withdrawals_to_review) {
    play(R"(
        deposit  alice 100.00
        policy   shop withdrawal_require_review=true auto_approve_limit=10
        withdraw alice 10.01 by alice
            => withdrawal_needs_review available 10.00 needed 10.01
        withdraw alice 10.00 by alice            => posted
        withdraw alice 10.01 by teller           => posted
        policy   shop auto_approve_limit=0
        withdraw alice 0.01 by alice
            => withdrawal_needs_review available 0.00 needed 0.01
    )");
}

TEST(APrepaidFloat, covers_deposits_and_is_given_back_by_withdrawals) {
    play(R"(
        policy   shop prefunded=true prefunded_float=100
        deposit  alice 60.00                     => posted, wallet opened
        deposit  bob 40.01                       => float_exceeded available 40.00 needed 40.01
        withdraw alice 10.00                     => posted
        deposit  bob 50.00                       => posted, wallet opened
        deposit  alice 0.01                      => float_exceeded available 0.00 needed 0.01
        transfer bob -> alice 1.00               => posted
        deposit  alice 100.00 USD                => posted, wallet opened
        books    settlement CNY debit 100.00
    )");
}

TEST(APolicy, says_whether_deposits_open_wallets) {
    play(R"(
        policy   shop auto_open_wallets=false
        deposit  alice 1.00                      => wallet_not_found
        app kiosk
        deposit  alice 1.00                      => posted, wallet opened
    )");
    play(R"(
        settings auto_open off
        deposit  alice 1.00                      => wallet_not_found
        policy   shop auto_open_wallets=true
        deposit  alice 1.00                      => posted, wallet opened
    )");
}

}  // namespace
}  // namespace coffer::tests
