#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(OpeningAWallet, moves_no_money_and_is_done_once_a_currency) {
    play(R"(
        open     alice                      => done
        open     alice                      => wallet_already_open
        open     alice CNY                  => wallet_already_open
        open     alice EUR                  => done
        deposit  alice 1.00 JPY             => amount_has_too_many_decimals
        deposit  alice 1 JPY                => posted, wallet opened
        open     alice JPY                  => wallet_already_open
        balance  alice CNY 0.00
        balance  alice EUR 0.00
        rows     alice CNY
        rows     alice JPY  deposit 1
        books    settlement CNY debit 0.00
        trial balance CNY 0.00
    )");
}

TEST(OpeningAWallet, stops_at_the_operators_limit) {
    play(R"(
        settings default EUR, auto_open on, wallets_per_user 2
        open     alice as first             => done
        balance  alice EUR 0.00
        status   first closed               => done
        open     alice                      => done
        open     alice JPY                  => wallets_of_user_at_maximum   # closed ones count
        open     alice EUR                  => wallet_already_open
        deposit  alice 1 JPY                => wallets_of_user_at_maximum
        deposit  alice 1.00                 => posted
        trial balance EUR 1.00
    )");
}

TEST(AFrozenWallet, takes_money_in_and_lets_none_out_until_it_is_active_again) {
    play(R"(
        deposit  alice 10.00 as hers        => posted, wallet opened
        deposit  bob 10.00                  => posted, wallet opened
        status   hers frozen                => done
        status   hers frozen                => done
        deposit  alice 1.00                 => posted
        transfer bob -> alice 1.00          => posted
        withdraw alice 1.00                 => wallet_is_frozen
        transfer alice -> bob 1.00          => wallet_is_frozen
        freeze   alice 2.00 as hold         => posted      # operators may
        unfreeze alice hold                 => posted
        balance  alice 12.00 frozen
        status   hers active                => done
        withdraw alice 12.00                => posted
        rows     alice  withdraw 12.00, unfreeze 2.00, freeze 2.00, transfer_in 1.00
            , deposit 1.00, deposit 10.00
        books    bob available CNY credit 9.00
        trial balance CNY 9.00
    )");
}

TEST(ClosingAWallet, needs_it_empty_and_is_for_ever) {
    play(R"(
        deposit  alice 10.00 as hers        => posted, wallet opened
        status   hers closed                => wallet_not_empty available 10.00
        freeze   alice 10.00 as hold        => posted
        status   hers closed                => wallet_has_open_holds
        unfreeze alice hold                 => posted
        withdraw alice 10.00                => posted
        status   hers frozen                => done
        status   hers closed                => done
        status   hers active                => status_change_not_allowed
        status   hers frozen                => status_change_not_allowed
        status   hers closed                => status_change_not_allowed
        withdraw alice 1.00                 => wallet_is_closed
        transfer alice -> bob 1.00          => wallet_is_closed
        freeze   alice 1.00                 => wallet_is_closed
        unfreeze alice hold                 => hold_already_ended
        balance  alice 0.00 closed
        open     alice as second            => done
        status   second frozen              => done
        status   hers frozen                => status_change_not_allowed
        balance  alice 0.00 frozen
        trial balance CNY 0.00
    )");
}

TEST(AStatus, is_changed_only_within_the_tenant) {
    play(R"(
        status   nobody frozen              => wallet_not_found
        deposit  alice 1.00 as hers         => posted, wallet opened
        status   nobody frozen              => wallet_not_found
        tenant   other
        status   hers frozen                => wallet_not_found
        deposit  bob 1.00                   => posted, wallet opened
        status   hers closed                => wallet_not_found
        tenant   acme
        balance  alice 1.00
        status   hers frozen                => done
        restart
        balance  alice 1.00 frozen
    )");
}

}  // namespace
}  // namespace coffer::tests
