#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(ADeposit, debits_settlement_and_credits_the_wallet) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        deposit  alice 0.01                 => posted
        balance  alice 100.01
        rows     alice  deposit 0.01, deposit 100.00
        books    settlement CNY debit 100.01
        books    alice available CNY credit 100.01
        books    alice frozen CNY credit 0.00
        trial balance CNY 100.01
    )");
}

TEST(ADeposit, opens_a_wallet_in_the_currency_it_names) {
    play(R"(
        deposit  alice 100 JPY              => posted, wallet opened
        deposit  alice 5.00 EUR             => posted, wallet opened
        deposit  alice 1.250 KWD            => posted, wallet opened
        deposit  alice 7 POINTS             => posted, wallet opened
        balance  alice JPY 100
        balance  alice EUR 5.00
        balance  alice KWD 1.250
        books    settlement JPY debit 100
        books    settlement EUR debit 5.00
        books    settlement KWD debit 1.250
        books    settlement CNY debit 0.00
        trial balance KWD 1.250
    )");
}

TEST(ADeposit, goes_to_a_frozen_wallet_but_past_a_closed_one) {
    play(R"(
        open     alice CNY as first         => done
        status   first frozen               => done
        deposit  alice 10.00                => posted
        balance  alice 10.00 frozen
        status   first active               => done
        withdraw alice 10.00                => posted
        status   first closed               => done
        balance  alice 0.00 closed
        deposit  alice 7.00                 => posted, wallet opened
        balance  alice 7.00
        trial balance CNY 7.00
    )");
}

TEST(ADeposit, needs_a_wallet_where_the_operator_turned_opening_off) {
    play(R"(
        settings auto_open off
        deposit  alice 1.00                 => wallet_not_found
        open     alice                      => done
        deposit  alice 1.00                 => posted
        deposit  alice 1.00 EUR             => wallet_not_found
        deposit  alice 0                    => amount_not_positive
        withdraw alice 1.00                 => posted
        status   alice closed               => done
        deposit  alice 1.00                 => wallet_is_closed
        trial balance CNY 0.00
    )");
}

// The earlier rule of wallet/rejection.h answers when a command breaks two.
TEST(ADeposit, is_declined_by_the_first_rule_it_breaks) {
    play(R"(
        deposit  alice 5.00 ref d-1         => posted, wallet opened
        deposit  alice 0.001 ref d-1        => reference_reused
        deposit  alice 0.000                => amount_has_too_many_decimals
        deposit  alice 0.00                 => amount_not_positive
        deposit  alice 10000000000000000000000000000.001 => amount_has_too_many_decimals
        deposit  alice 10000000000000000000000000000.01 => amount_over_maximum
        deposit  carol 9999999999999999999999999999.00 => posted, wallet opened
        deposit  carol 2.00
            => balance_over_maximum available 1.00 needed 2.00
        deposit  bob 1 JPY                  => posted, wallet opened
        deposit  bob 1 EUR                  => posted, wallet opened
        deposit  bob 0                      => currency_must_be_named
        deposit  bob 1.00 JPY               => amount_has_too_many_decimals
        balance  alice 5.00
        rows     alice  deposit 5.00
        trial balance CNY 10000000000000000000000000004.00
    )");
}

TEST(ADeposit, of_a_reference_has_one_effect) {
    play(R"(
        deposit  alice 100 ref order-1      => posted, wallet opened
        deposit  alice 100.0 ref order-1    => replayed
        deposit  alice 100.00 ref order-1   => replayed
        deposit  alice 101 ref order-1      => reference_reused
        deposit  bob 100 ref order-1        => posted, wallet opened
        withdraw alice 100 ref order-1      => posted
        deposit  alice 100 ref order-1      => replayed
        tenant   other
        deposit  alice 100 ref order-1      => posted, wallet opened
        tenant   acme
        balance  alice 0.00
        balance  bob 100.00
        books    settlement CNY debit 100.00
        tenant   other
        books    settlement CNY debit 100.00
        trial balance CNY 100.00
    )");
}

}  // namespace
}  // namespace coffer::tests
