#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(AnAdjustment, raises_against_the_expense_and_lowers_against_the_income) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        adjust   alice up 7.50              => posted
        adjust   alice down 2.00            => posted
        balance  alice 105.50
        rows     alice  adjustment 2.00, adjustment 7.50, deposit 100.00
        books    settlement CNY debit 100.00
        books    expense CNY debit 7.50
        books    income CNY credit 2.00
        trial balance CNY 107.50
    )");
}

TEST(AnAdjustment, needs_a_wallet_and_what_is_available) {
    play(R"(
        adjust   alice up 1.00              => wallet_not_found
        deposit  alice 10.00                => posted, wallet opened
        freeze   alice 6.00 as rent         => posted
        adjust   alice down 4.01
            => exceeds_available_balance available 4.00 needed 4.01
        adjust   alice up 0                 => amount_not_positive
        adjust   alice up 0.001             => amount_has_too_many_decimals
        status   alice frozen               => done
        adjust   alice down 4.00            => posted
        adjust   alice up 1.00              => posted
        balance  alice 7.00 held 6.00 frozen
        trial balance CNY 11.00
    )");
}

TEST(AnAdjustment, takes_effect_once_under_its_reference) {
    play(R"(
        deposit  alice 10.00                => posted, wallet opened
        adjust   alice up 5.00 ref fix-1    => posted
        adjust   alice up 5.00 ref fix-1    => replayed
        adjust   alice up 5 ref fix-1       => replayed
        adjust   alice up 5.01 ref fix-1    => reference_reused
        adjust   alice down 5.00 ref fix-1  => reference_reused
        restart
        adjust   alice up 5.00 ref fix-1    => replayed
        balance  alice 15.00
        trial balance CNY 15.00
    )");
}

TEST(ARefund, of_a_deposit_takes_the_money_back) {
    play(R"(
        deposit  alice 100.00 as top-up     => posted, wallet opened
        refund   top-up 30.00               => posted
        balance  alice 70.00
        rows     alice  refund 30.00, deposit 100.00
        books    settlement CNY debit 70.00
        trial balance CNY 70.00
    )");
}

TEST(ARefund, of_a_withdrawal_gives_the_money_back) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        withdraw alice 40.00 as payout      => posted
        refund   payout 15.00 of alice      => posted
        refund   payout all                 => posted
        balance  alice 100.00
        rows     alice  refund 25.00, refund 15.00, withdraw 40.00, deposit 100.00
        books    settlement CNY debit 100.00
        trial balance CNY 100.00
    )");
}

TEST(ARefund, of_a_transfer_mirrors_both_sides) {
    play(R"(
        deposit  alice 50.00                => posted, wallet opened
        open     bob
        transfer alice -> bob 30.00 as gift => posted
        refund   gift 10.00 of alice        => posted
        refund   gift.in 5.00 of bob        => posted
        balance  alice 35.00
        balance  bob 15.00
        rows     bob  refund 5.00, refund 10.00, transfer_in 30.00
        rows     alice  refund 5.00, refund 10.00, transfer_out 30.00, deposit 50.00
        refund   gift.in 15.01 => exceeds_refundable available 15.00 needed 15.01
        trial balance CNY 50.00
    )");
}

TEST(ARefund, is_never_more_than_the_original_in_sum) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        withdraw alice 40.00 as payout      => posted
        refund   payout 40.01 => exceeds_refundable available 40.00 needed 40.01
        refund   payout 39.99               => posted
        refund   payout 0.02 => exceeds_refundable available 0.01 needed 0.02
        restart
        refund   payout 0.02 => exceeds_refundable available 0.01 needed 0.02
        refund   payout all                 => posted
        refund   payout 0.01                => already_refunded
        refund   payout all                 => already_refunded
        cancel   payout                     => already_refunded
        balance  alice 100.00
        trial balance CNY 100.00
    )");
}

TEST(ARefund, races_for_what_is_left_and_somebody_loses) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        withdraw alice 40.00 as payout      => posted
        batch
        refund   payout 30.00               => posted
        refund   payout 30.00 => exceeds_refundable available 10.00 needed 30.00
        refund   payout all                 => posted
        cancel   payout                     => already_refunded
        end
        balance  alice 100.00
        trial balance CNY 100.00
    )");
}

TEST(ARefund, of_a_deposit_needs_the_money_to_be_there) {
    play(R"(
        deposit  alice 100.00 as top-up     => posted, wallet opened
        withdraw alice 80.00                => posted
        refund   top-up all => exceeds_available_balance available 20.00 needed 100.00
        refund   top-up 20.00               => posted
        balance  alice 0.00
        trial balance CNY 0.00
    )");
}

TEST(ARefund, is_of_somebodys_own_transaction_that_moved_money) {
    play(R"(
        deposit  alice 100.00 as top-up     => posted, wallet opened
        deposit  bob 100.00 as bobs         => posted, wallet opened
        freeze   alice 5.00 as rent         => posted
        adjust   alice up 5.00 as fix       => posted
        refund   bobs 1.00 of alice         => transaction_not_found
        refund   nothing 1.00 of alice      => transaction_not_found
        refund   rent 1.00                  => transaction_not_refundable
        refund   fix 1.00                   => transaction_not_refundable
        refund   top-up 1.00 as back        => posted
        refund   back 1.00                  => transaction_not_refundable
        refund   top-up 0.001               => amount_has_too_many_decimals
        tenant   other
        refund   top-up 1.00                => transaction_not_found
        tenant   acme
        trial balance CNY 204.00
    )");
}

TEST(ARefund, leaves_closed_wallets_alone) {
    play(R"(
        deposit  alice 10.00                => posted, wallet opened
        deposit  bob 1.00                   => posted, wallet opened
        transfer alice -> bob 10.00 as gift => posted
        status   alice closed               => done
        refund   gift 1.00                  => wallet_is_closed
        refund   gift.in 1.00               => counterparty_wallet_is_closed
        status   bob frozen                 => done
        deposit  bob 1.00 as more           => posted
        refund   more all                   => posted
        trial balance CNY 11.00
    )");
}

TEST(ARefund, takes_effect_once_under_its_reference_whoever_says_whose_it_is) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        withdraw alice 40.00 as payout      => posted
        withdraw alice 40.00 as second      => posted
        refund   payout 10.00 of alice ref r-1 => posted
        refund   payout 10.00 of alice ref r-1 => replayed
        refund   payout 10 ref r-1          => replayed
        refund   payout 10.01 ref r-1       => reference_reused
        refund   payout all ref r-1         => reference_reused
        refund   second 10.00 ref r-1       => reference_reused
        refund   second all ref r-2         => posted
        refund   second all ref r-2         => replayed
        refund   second 40.00 ref r-2       => reference_reused
        restart
        refund   payout 10.00 ref r-1       => replayed
        balance  alice 70.00
        trial balance CNY 70.00
    )");
}

TEST(ACancellation, gives_back_what_is_left_and_is_shown) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        withdraw alice 40.00 as payout      => posted
        withdraw alice 5.00                 => posted
        refund   payout 15.00               => posted
        cancel   payout                     => posted
        cancel   payout                     => already_refunded
        refund   payout 1.00                => already_refunded
        balance  alice 95.00
        rows     alice  refund 25.00, refund 15.00, withdraw 5.00, withdraw 40.00!, deposit 100.00
        rows     alice only cancelled  withdraw 40.00!
        rows     alice only completed  refund 25.00, refund 15.00, withdraw 5.00, deposit 100.00
        restart
        rows     alice only cancelled  withdraw 40.00!
        trial balance CNY 95.00
    )");
}

TEST(ACancellation, of_a_transfer_is_shown_on_both_sides) {
    play(R"(
        deposit  alice 50.00                => posted, wallet opened
        open     bob
        transfer alice -> bob 20.00         => posted
        transfer alice -> bob 30.00 as gift => posted
        cancel   gift.in                    => posted
        balance  alice 30.00
        balance  bob 20.00
        rows     bob  refund 30.00, transfer_in 30.00!, transfer_in 20.00
        rows     bob only cancelled  transfer_in 30.00!
        rows     alice only cancelled  transfer_out 30.00!
        trial balance CNY 50.00
    )");
}

}  // namespace
}  // namespace coffer::tests
