#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(AFreeze, moves_money_from_available_to_frozen_and_the_total_stays) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 30.00 as dispute     => posted
        balance  alice 100.00 held 30.00
        rows     alice  freeze 30.00, deposit 100.00
        books    alice available CNY credit 70.00
        books    alice frozen CNY credit 30.00
        books    settlement CNY debit 100.00
        trial balance CNY 100.00
        unfreeze alice dispute              => posted
        balance  alice 100.00
        rows     alice  unfreeze 30.00, freeze 30.00, deposit 100.00
        books    alice available CNY credit 100.00
        books    alice frozen CNY credit 0.00
        trial balance CNY 100.00
    )");
}

TEST(AFreeze, several_holds_add_up_and_end_one_by_one) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 30.00 as one         => posted
        freeze   alice 50.00 as two         => posted
        freeze   alice 20.01
            => exceeds_available_balance available 20.00 needed 20.01
        freeze   alice 20.00 as three       => posted
        balance  alice 100.00 held 100.00
        unfreeze alice two                  => posted
        balance  alice 100.00 held 50.00
        unfreeze alice two                  => hold_already_ended
        unfreeze alice one                  => posted
        unfreeze alice three                => posted
        balance  alice 100.00
        trial balance CNY 100.00
    )");
}

TEST(AFreeze, is_declined_by_the_first_rule_it_breaks) {
    play(R"(
        freeze   alice 0                    => wallet_not_found
        deposit  alice 10 JPY               => posted, wallet opened
        deposit  alice 10 EUR as euros      => posted, wallet opened
        freeze   alice 0                    => currency_must_be_named
        freeze   alice 99.999 EUR           => amount_has_too_many_decimals
        freeze   alice 0.00 EUR             => amount_not_positive
        freeze   alice 10000000000000000000000000000.01 EUR => amount_over_maximum
        freeze   alice 10.01 EUR
            => exceeds_available_balance available 10.00 needed 10.01
        freeze   alice 4.00 EUR ref f-1 as held => posted
        freeze   alice 4.00 EUR ref f-1     => replayed
        freeze   alice 5.00 EUR ref f-1     => reference_reused
        balance  alice EUR 10.00 held 4.00
        unfreeze alice held                 => posted
        freeze   alice 4.00 EUR ref f-1     => replayed
        withdraw alice 10.00 EUR            => posted
        status   euros closed               => done
        freeze   alice 0.001 EUR            => wallet_is_closed
        freeze   alice 4.00 EUR ref f-1     => replayed
        trial balance EUR 0.00
    )");
}

TEST(AnUnfreeze, knows_only_the_users_own_holds) {
    play(R"(
        unfreeze alice nothing              => hold_not_found
        deposit  alice 10.00                => posted, wallet opened
        freeze   alice 4.00 as hers         => posted
        unfreeze bob hers                   => hold_not_found
        deposit  bob 10.00                  => posted, wallet opened
        unfreeze bob hers                   => hold_not_found
        unfreeze alice nothing              => hold_not_found
        tenant   other
        unfreeze alice hers                 => hold_not_found
        deposit  alice 1.00                 => posted, wallet opened
        unfreeze alice hers                 => hold_not_found
        tenant   acme
        balance  alice 10.00 held 4.00
        restart
        unfreeze alice hers                 => posted
        unfreeze alice hers                 => hold_already_ended
        trial balance CNY 20.00
    )");
}

TEST(AFreeze, of_all_takes_what_is_available_at_its_turn) {
    play(R"(
        freeze   alice all                  => wallet_not_found
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 30.00 as some        => posted
        batch
        withdraw alice 0.01                 => posted
        freeze   alice all as rest          => posted
        freeze   alice all
            => exceeds_available_balance available 0.00 needed 0.01
        withdraw alice 0.01
            => exceeds_available_balance available 0.00 needed 0.01
        end
        balance  alice 99.99 held 99.99
        rows     alice  freeze 69.99, withdraw 0.01, freeze 30.00, deposit 100.00
        unfreeze alice rest                 => posted
        balance  alice 99.99 held 30.00
        trial balance CNY 99.99
    )");
}

TEST(AnUnfreeze, of_an_operator_does_not_say_whose_hold_it_is) {
    play(R"(
        deposit  alice 10.00                => posted, wallet opened
        freeze   alice 4.00 as hers         => posted
        freeze   alice 5.00 as other        => posted
        unfreeze anybody nothing            => hold_not_found
        tenant   other
        unfreeze anybody hers               => hold_not_found
        deposit  bob 1.00                   => posted, wallet opened
        unfreeze anybody hers               => hold_not_found
        tenant   acme
        unfreeze anybody hers               => posted
        unfreeze anybody hers               => hold_already_ended
        unfreeze alice hers                 => hold_already_ended
        restart
        unfreeze anybody other              => posted
        balance  alice 10.00
        trial balance CNY 10.00
    )");
}

// covers: D22
TEST(AnUnfreeze, twice_in_a_batch_has_one_effect) {
    play(R"(
        deposit  alice 10.00                => posted, wallet opened
        freeze   alice 4.00 as hold         => posted
        batch
        unfreeze alice hold                 => posted
        unfreeze alice hold                 => hold_already_ended
        withdraw alice 10.00                => posted
        end
        balance  alice 0.00
        trial balance CNY 0.00
    )");
}

}  // namespace
}  // namespace coffer::tests
