#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(AWithdrawal, debits_the_wallet_and_credits_settlement) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        withdraw alice 30.00                => posted
        balance  alice 70.00
        rows     alice  withdraw 30.00, deposit 100.00
        books    settlement CNY debit 70.00
        books    alice available CNY credit 70.00
        trial balance CNY 70.00
    )");
}

TEST(AWithdrawal, never_takes_more_than_is_available) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        withdraw alice 100.01
            => exceeds_available_balance available 100.00 needed 100.01
        freeze   alice 60.00 as rent        => posted
        withdraw alice 40.01
            => exceeds_available_balance available 40.00 needed 40.01
        withdraw alice 40.00                => posted
        withdraw alice 0.01                 => exceeds_available_balance available 0.00 needed 0.01
        unfreeze alice rent                 => posted
        withdraw alice 60.00                => posted
        balance  alice 0.00
        books    settlement CNY debit 0.00
        trial balance CNY 0.00
    )");
}

TEST(AWithdrawal, of_the_last_money_succeeds_once_in_a_batch) {
    play(R"(
        deposit  alice 10.00                => posted, wallet opened
        batch
        withdraw alice 10.00                => posted
        withdraw alice 10.00                => exceeds_available_balance available 0.00 needed 10.00
        deposit  alice 4.00                 => posted
        withdraw alice 10.00                => exceeds_available_balance available 4.00 needed 10.00
        withdraw alice 4.00                 => posted
        end
        balance  alice 0.00
        trial balance CNY 0.00
    )");
}

TEST(AWithdrawal, is_declined_by_the_first_rule_it_breaks) {
    play(R"(
        withdraw alice 0                    => wallet_not_found
        deposit  alice 10 JPY               => posted, wallet opened
        deposit  alice 10 EUR               => posted, wallet opened
        withdraw alice 0.001                => currency_must_be_named
        withdraw alice 1 KWD                => wallet_not_found
        withdraw alice 5 EUR ref w-1        => posted
        withdraw alice 0.001 EUR ref w-1    => reference_reused
        withdraw alice 5 ref w-1            => reference_reused
        deposit  bob 10.00 as bobs          => posted, wallet opened
        status   bobs frozen                => done
        withdraw bob 0.001                  => wallet_is_frozen
        status   bobs active                => done
        withdraw bob 99.999                 => amount_has_too_many_decimals
        withdraw bob 0.00                   => amount_not_positive
        withdraw bob 10000000000000000000000000000.01 => amount_over_maximum
        withdraw bob 10.01
            => exceeds_available_balance available 10.00 needed 10.01
        withdraw bob 10.00                  => posted
        status   bobs closed                => done
        withdraw bob 0.001                  => wallet_is_closed
        trial balance EUR 5.00
        trial balance CNY 0.00
    )");
}

// covers: D13
TEST(AWithdrawal, that_was_declined_may_be_tried_again_under_its_reference) {
    play(R"(
        withdraw alice 5.00 ref w-1         => wallet_not_found
        deposit  alice 1.00                 => posted, wallet opened
        withdraw alice 5.00 ref w-1         => exceeds_available_balance available 1.00 needed 5.00
        withdraw alice 4.00 ref w-1         => exceeds_available_balance available 1.00 needed 4.00
        deposit  alice 9.00                 => posted
        withdraw alice 5.00 ref w-1         => posted
        withdraw alice 5.00 ref w-1         => replayed
        withdraw alice 4.00 ref w-1         => reference_reused
        restart
        withdraw alice 5.00 ref w-1         => replayed
        balance  alice 5.00
    )");
}

}  // namespace
}  // namespace coffer::tests
