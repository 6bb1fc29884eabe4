#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(AWithdrawalRequest, is_paid_at_once_where_nobody_has_to_decide) {
    play(R"(
        deposit  alice 100.00                   => posted, wallet opened
        request  alice 30.00 as payout by alice => posted
        balance  alice 70.00
        rows     alice  withdraw 30.00, deposit 100.00
        requests auto_approved 30.00
        approve  payout                         => already_decided
        take-back payout of alice               => already_decided
        refund   payout 10.00                   => posted
        books    settlement CNY debit 80.00
        trial balance CNY 80.00
    )");
}

TEST(AWithdrawalRequest, sets_the_money_aside_until_somebody_decides) {
    play(R"(
        settings review on
        deposit  alice 100.00                   => posted, wallet opened
        request  alice 30.00 as payout by alice => posted
        balance  alice 100.00 held 30.00
        withdraw alice 70.01
            => exceeds_available_balance available 70.00 needed 70.01
        requests of alice  pending 30.00
        books    settlement CNY debit 100.00
        restart
        approve  payout by boss                 => posted
        balance  alice 70.00
        rows     alice  withdraw 30.00, withdrawal_hold 30.00, deposit 100.00
        requests of alice only completed  completed 30.00
        requests of alice only pending
        books    settlement CNY debit 70.00
        trial balance CNY 70.00
    )");
}

TEST(AWithdrawalRequest, gives_the_money_back_when_it_is_rejected_or_taken_back) {
    play(R"(
        settings review on
        deposit  alice 100.00                   => posted, wallet opened
        request  alice 30.00 as first by alice  => posted
        request  alice 20.00 as second by alice => posted
        reject   first by boss                  => posted
        take-back second of alice by alice      => posted
        balance  alice 100.00
        requests cancelled 20.00, rejected 30.00
        rows     alice  withdrawal_release 20.00, withdrawal_release 30.00
            , withdrawal_hold 20.00, withdrawal_hold 30.00, deposit 100.00
        trial balance CNY 100.00
    )");
}

TEST(AWithdrawalRequest, is_decided_once_and_by_somebody_else) {
    play(R"(
        settings review on
        deposit  alice 100.00                   => posted, wallet opened
        request  alice 30.00 as payout by alice => posted
        approve  payout by alice                => own_request
        approve  nothing by boss                => approval_not_found
        take-back payout of bob by bob          => approval_not_found
        batch
        approve  payout by boss                 => posted
        reject   payout by boss                 => already_decided
        take-back payout of alice by alice      => already_decided
        approve  payout by boss                 => already_decided
        end
        balance  alice 70.00
        request  alice 10.00 as second by boss  => posted
        approve  second by boss                 => own_request
        reject   second by boss                 => posted
        requests cancelled 10.00, completed 30.00
        tenant   other
        approve  payout by boss                 => approval_not_found
        tenant   acme
        trial balance CNY 70.00
    )");
}

TEST(AWithdrawalRequest, needs_a_wallet_that_may_pay) {
    play(R"(
        settings review on
        request  alice 1.00                     => wallet_not_found
        deposit  alice 10.00                    => posted, wallet opened
        request  alice 10.01
            => exceeds_available_balance available 10.00 needed 10.01
        request  alice 4.00 as payout by alice  => posted
        status   alice frozen                   => done
        request  alice 1.00                     => wallet_is_frozen
        status   alice closed                   => wallet_not_empty available 10.00
        approve  payout by boss                 => posted
        trial balance CNY 6.00
    )");
}

TEST(AWithdrawalRequest, takes_effect_once_under_its_reference) {
    play(R"(
        settings review on
        deposit  alice 100.00                   => posted, wallet opened
        request  alice 30.00 ref w-1            => posted
        request  alice 30.00 ref w-1            => replayed
        request  alice 31.00 ref w-1            => reference_reused
        restart
        request  alice 30.00 ref w-1            => replayed
        balance  alice 100.00 held 30.00
        trial balance CNY 100.00
    )");
}

TEST(AnAdjustment, above_the_limit_waits_for_a_second_operator) {
    play(R"(
        settings adjust_alone 50
        deposit  alice 100.00                   => posted, wallet opened
        adjust   alice up 50.00 by ann          => posted
        adjust   alice up 50.01 as big by ann   => done
        balance  alice 150.00
        approve  big by ann                     => own_request
        restart
        approve  big by boss                    => posted
        approve  big by boss                    => already_decided
        balance  alice 200.01
        adjust   alice down 100.00 as less by ann => done
        reject   less by boss                   => done
        balance  alice 200.01
        rows     alice  adjustment 50.01, adjustment 50.00, deposit 100.00
        books    expense CNY debit 100.01
        trial balance CNY 200.01
    )");
}

TEST(AnAdjustment, that_waits_is_judged_again_when_it_is_approved) {
    play(R"(
        settings adjust_alone 50
        deposit  alice 100.00                   => posted, wallet opened
        adjust   alice down 80.00 as less ref fix-1 by ann => done
        adjust   alice down 80.00 ref fix-1     => replayed
        adjust   alice up 80.00 ref fix-1       => reference_reused
        withdraw alice 30.00                    => posted
        approve  less by boss
            => exceeds_available_balance available 70.00 needed 80.00
        deposit  alice 10.00                    => posted
        approve  less by boss                   => posted
        balance  alice 0.00
        books    income CNY credit 80.00
        trial balance CNY 80.00
    )");
}

}  // namespace
}  // namespace coffer::tests
