#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(ACapture, pays_out_of_a_hold_in_parts_until_nothing_is_left) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 60.00 as order       => posted
        capture  alice order 20.00          => posted
        balance  alice 80.00 held 40.00
        rows     alice  payment 20.00, freeze 60.00, deposit 100.00
        books    settlement CNY debit 80.00
        books    alice frozen CNY credit 40.00
        capture  alice order 40.01 => exceeds_hold available 40.00 needed 40.01
        capture  alice order 15.00          => posted
        restart
        capture  alice order 25.01 => exceeds_hold available 25.00 needed 25.01
        capture  alice order all            => posted
        balance  alice 40.00
        capture  alice order 0.01           => hold_already_ended
        unfreeze alice order                => hold_already_ended
        books    settlement CNY debit 40.00
        trial balance CNY 40.00
    )");
}

TEST(ACapture, leaves_the_rest_to_be_released) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 60.00 as order       => posted
        capture  alice order 35.00          => posted
        unfreeze alice order                => posted
        balance  alice 65.00
        rows     alice  unfreeze 25.00, payment 35.00, freeze 60.00, deposit 100.00
        capture  alice order 1.00           => hold_already_ended
        trial balance CNY 65.00
    )");
}

TEST(ACapture, may_pay_another_user) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        deposit  alice 10 JPY as yen        => posted, wallet opened
        freeze   alice 60.00 CNY as order   => posted
        freeze   alice 6 JPY as yen_order   => posted
        capture  alice order 20.00 -> shop  => counterparty_wallet_not_found
        open     shop
        capture  alice order 20.00 -> alice => payer_is_payee
        capture  alice yen_order 2 -> shop  => counterparty_wallet_not_found
        capture  alice order 20.00 -> shop  => posted
        balance  alice CNY 80.00 held 40.00
        balance  shop 20.00
        rows     shop  transfer_in 20.00
        books    settlement CNY debit 100.00
        trial balance CNY 100.00
    )");
}

TEST(ACapture, takes_effect_once_under_a_reference) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        open     shop
        freeze   alice 60.00 as order       => posted
        freeze   alice 10.00 as another     => posted
        capture  alice order 20.00 ref c-1  => posted
        capture  alice order 20.00 ref c-1  => replayed
        capture  alice order 20.01 ref c-1  => reference_reused
        capture  alice another 20.00 ref c-1 => reference_reused
        capture  alice order 20.00 -> shop ref c-1 => reference_reused
        capture  alice order all ref c-1    => reference_reused
        capture  alice order all ref c-2    => posted
        capture  alice order all ref c-2    => replayed
        balance  alice 40.00 held 10.00
        trial balance CNY 40.00
    )");
}

TEST(ACapture, knows_only_the_users_own_holds_and_what_is_available_is_no_matter) {
    play(R"(
        capture  alice nothing 1.00         => hold_not_found
        deposit  alice 100.00 as hers       => posted, wallet opened
        deposit  bob 100.00                 => posted, wallet opened
        freeze   alice 60.00 as order       => posted
        capture  bob order 1.00             => hold_not_found
        withdraw alice 40.00                => posted
        status   hers frozen                => done
        capture  alice order 10.00          => posted   # an operator's
        capture  alice order 0.001          => amount_has_too_many_decimals
        capture  alice order 0              => amount_not_positive
        tenant   other
        capture  alice order 1.00           => hold_not_found
        tenant   acme
        balance  alice 50.00 held 50.00 frozen
        trial balance CNY 150.00
    )");
}

// covers: D22
TEST(ACapture, races_for_what_is_left_and_somebody_loses) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 60.00 as order       => posted
        batch
        capture  alice order 40.00          => posted
        capture  alice order 40.00 => exceeds_hold available 20.00 needed 40.00
        unfreeze alice order                => posted
        capture  alice order 1.00           => hold_already_ended
        unfreeze alice order                => hold_already_ended
        end
        balance  alice 60.00
        trial balance CNY 60.00
    )");
}

TEST(ACapture, can_be_refunded) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        open     shop
        freeze   alice 60.00 as order       => posted
        capture  alice order 20.00 as paid  => posted
        capture  alice order 30.00 -> shop as sold => posted
        refund   paid 5.00 of alice         => posted
        refund   sold.in 10.00 of shop      => posted
        cancel   sold                       => posted
        cancel   order                      => transaction_not_refundable
        balance  alice 85.00 held 10.00
        balance  shop 0.00
        rows     alice  refund 20.00, refund 10.00, refund 5.00, payment 30.00!, payment 20.00,
            , freeze 60.00, deposit 100.00
        trial balance CNY 85.00
    )");
}

TEST(ACapture, may_be_tried_out) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 60.00 as order       => posted
        would capture alice order 60.00     => posted
        would capture alice order 60.01 => exceeds_hold available 60.00 needed 60.01
        balance  alice 100.00 held 60.00
    )");
}

TEST(AnExpiry, gives_back_what_is_left_when_the_time_has_come) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 60.00 for 2 as order => posted
        freeze   alice 5.00 for 1 as small  => posted
        freeze   alice 1.00 as forever      => posted
        freeze   alice 1.00 for 0           => expires_in_past
        due
        expire   order                      => hold_not_found
        capture  alice order 10.00          => posted
        wait     1
        due      small
        restart
        due      small
        wait     1
        due      small order
        capture  alice order 10.00          => hold_already_ended
        expire   forever                    => hold_not_found
        expire   order                      => posted
        due      small
        expire   small                      => posted
        expire   small                      => hold_already_ended
        due
        restart
        due
        balance  alice 90.00 held 1.00
        rows     alice  unfreeze 5.00, unfreeze 50.00, payment 10.00, freeze 1.00, freeze 5.00
            , freeze 60.00, deposit 100.00
        trial balance CNY 90.00
    )");
}

// covers: D22
TEST(AnExpiry, races_with_a_release_and_the_hold_ends_once) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 60.00 for 1 as one   => posted
        freeze   alice 10.00 for 1 as two   => posted
        wait     2
        batch
        unfreeze alice one                  => posted
        expire   one                        => hold_already_ended
        expire   two                        => posted
        unfreeze alice two                  => hold_already_ended
        end
        due
        balance  alice 100.00
        trial balance CNY 100.00
    )");
}

TEST(AnExpiry, is_part_of_what_a_reference_stands_for) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        freeze   alice 10.00 ref f-1        => posted
        freeze   alice 10.00 for 5 ref f-1  => reference_reused
        freeze   alice 10.00 ref f-1        => replayed
        balance  alice 100.00 held 10.00
    )");
}

}  // namespace
}  // namespace coffer::tests
