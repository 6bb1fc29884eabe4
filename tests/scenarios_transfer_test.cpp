#include <gtest/gtest.h>

#include "tests/scenario.h"

namespace coffer::tests {
namespace {

TEST(ATransfer, is_one_entry_and_two_rows) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        open     bob                        => done
        transfer alice -> bob 30.00         => posted
        balance  alice 70.00
        balance  bob 30.00
        rows     alice  transfer_out 30.00, deposit 100.00
        rows     bob  transfer_in 30.00
        books    settlement CNY debit 100.00
        books    alice available CNY credit 70.00
        books    bob available CNY credit 30.00
        trial balance CNY 100.00
    )");
}

TEST(ATransfer, never_overdraws_the_payer) {
    play(R"(
        deposit  alice 100.00               => posted, wallet opened
        open     bob                        => done
        transfer alice -> bob 100.01
            => exceeds_available_balance available 100.00 needed 100.01
        transfer alice -> bob 100.00        => posted
        transfer alice -> bob 0.01          => exceeds_available_balance available 0.00 needed 0.01
        transfer bob -> alice 100.00        => posted
        balance  alice 100.00
        balance  bob 0.00
        trial balance CNY 100.00
    )");
}

TEST(ATransfer, moves_the_payers_currency) {
    play(R"(
        deposit  alice 100 JPY              => posted, wallet opened
        open     bob CNY                    => done
        transfer alice -> bob 10            => counterparty_wallet_not_found
        open     bob JPY                    => done
        transfer alice -> bob 10            => posted
        deposit  alice 5.00 EUR             => posted, wallet opened
        transfer alice -> bob 5             => currency_must_be_named
        transfer alice -> bob 5 JPY         => posted
        transfer alice -> bob 5 CNY         => wallet_not_found
        balance  bob JPY 15
        trial balance JPY 100
    )");
}

TEST(ATransfer, back_and_forth_in_one_batch) {
    play(R"(
        deposit  alice 10.00                => posted, wallet opened
        open     bob                        => done
        open     carol                      => done
        batch
        transfer alice -> bob 10.00         => posted
        transfer bob -> carol 10.00         => posted
        transfer carol -> alice 10.00       => posted
        transfer carol -> alice 0.01        => exceeds_available_balance available 0.00 needed 0.01
        end
        balance  alice 10.00
        rows     bob  transfer_out 10.00, transfer_in 10.00
        trial balance CNY 10.00
    )");
}

TEST(ATransfer, is_declined_by_the_first_rule_it_breaks) {
    play(R"(
        transfer alice -> alice 0           => payer_is_payee
        transfer alice -> bob 0             => wallet_not_found
        deposit  alice 10.00 as hers        => posted, wallet opened
        transfer alice -> bob 0.001         => counterparty_wallet_not_found
        transfer alice -> bob 11.00         => counterparty_wallet_not_found
        status   hers frozen                => done
        transfer alice -> bob 0.001         => counterparty_wallet_not_found
        open     bob as his                 => done
        transfer alice -> bob 0.001         => wallet_is_frozen
        status   hers active                => done
        transfer alice -> bob 0.001         => amount_has_too_many_decimals
        transfer alice -> bob 0             => amount_not_positive
        transfer alice -> bob 10000000000000000000000000000.01 => amount_over_maximum
        transfer alice -> bob 10.01
            => exceeds_available_balance available 10.00 needed 10.01
        transfer alice -> bob 5.00 ref t-1  => posted
        transfer alice -> alice 5.00 ref t-1 => reference_reused
        transfer alice -> bob 5.00 ref t-1  => replayed
        transfer bob -> alice 5.00 ref t-1  => posted
        status   his closed                 => done
        transfer alice -> bob 5.00          => counterparty_wallet_not_found
        transfer bob -> alice 0.001         => wallet_is_closed
        trial balance CNY 10.00
    )");
}

TEST(ATransfer, reaches_a_frozen_payee_but_no_full_one) {
    play(R"(
        deposit  bob 9999999999999999999999999999.00 as his => posted, wallet opened
        deposit  alice 10.00                => posted, wallet opened
        status   his frozen                 => done
        transfer alice -> bob 0.50          => posted
        transfer alice -> bob 0.51          => balance_over_maximum available 0.50 needed 0.51
        transfer alice -> bob 0.50          => posted
        transfer alice -> bob 0.01          => balance_over_maximum available 0.00 needed 0.01
        balance  alice 9.00
        trial balance CNY 10000000000000000000000000009.00
    )");
}

}  // namespace
}  // namespace coffer::tests
