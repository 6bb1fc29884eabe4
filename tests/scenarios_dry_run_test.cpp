#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(ADryRun, says_what_would_happen_and_changes_nothing) {
    play(R"(
        would deposit alice 100.00                => posted, wallet opened
        withdraw alice 1.00                       => wallet_not_found
        deposit  alice 100.00                     => posted, wallet opened
        would withdraw alice 30.00                => posted
        would withdraw alice 100.01
            => exceeds_available_balance available 100.00 needed 100.01
        would freeze alice 5.00                   => posted
        would transfer alice -> bob 1.00          => counterparty_wallet_not_found
        would adjust alice up 1.00                => posted
        would request alice 10.00                 => posted
        would open bob                            => done
        balance  alice 100.00
        rows     alice  deposit 100.00
        requests
        trial balance CNY 100.00
    )");
}

TEST(ADryRun, uses_no_reference_up_and_knows_the_used_ones) {
    play(R"(
        would deposit alice 5.00 ref d-1          => posted, wallet opened
        deposit  alice 5.00 ref d-1               => posted, wallet opened
        would deposit alice 5.00 ref d-1          => replayed
        would deposit alice 6.00 ref d-1          => reference_reused
        trial balance CNY 5.00
    )");
}

TEST(ADryRun, of_what_comes_back_changes_nothing_either) {
    play(R"(
        settings review on
        deposit  alice 50.00                      => posted, wallet opened
        withdraw alice 20.00 as cash              => posted
        freeze   alice 5.00 as rent               => posted
        request  alice 10.00 as payout by alice   => posted
        batch
        would refund cash all                     => posted
        would unfreeze alice rent                 => posted
        would approve payout by boss              => posted
        would reject payout by boss               => posted
        would take-back payout of alice by alice  => posted
        end
        would cancel cash                         => posted
        would refund cash 20.01 => exceeds_refundable available 20.00 needed 20.01
        would approve payout by alice             => own_request
        balance  alice 30.00 held 15.00
        requests pending 10.00
        trial balance CNY 30.00
    )");
}

}  // namespace
}  // namespace coffer::tests
