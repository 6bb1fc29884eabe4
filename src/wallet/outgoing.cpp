#include "wallet/outgoing.h"

#include "wallet/drafting.h"
#include "wallet/resolve.h"

namespace coffer::wallet {

Refusal exceeds_available(const Wallet& wallet, Int128 needed) {
    return {.rejection = Rejection::exceeds_available_balance,
            .currency = wallet.currency,
            .available = wallet.available,
            .needed = needed};
}

std::optional<Refusal> overfilled(money::Amount amount, Int128 posted) {
    const Int128 room = money::amount_minor_units_max - posted;
    if (amount.minor_units() <= room) return std::nullopt;
    return Refusal{.rejection = Rejection::balance_over_maximum,
                   .currency = amount.currency(),
                   .available = room,
                   .needed = amount.minor_units()};
}

std::variant<Payable, Refusal> payable_from(const Setting& setting, const Target& target,
                                            const Wanted& wanted, Stopped stopped) {
    const auto& [caller, loaded, context] = setting;
    const WalletChoice choice =
        wallet_for_write(loaded, user_of(setting, target.user), target.currency, *context.settings);
    if (const auto* rejection = std::get_if<Rejection>(&choice)) {
        return Refusal{.rejection = *rejection, .currency = target.currency};
    }
    const Wallet* wallet = std::get<const Wallet*>(choice);
    if (wallet->status == WalletStatus::frozen && stopped == Stopped::may_not_pay) {
        return Refusal{.rejection = Rejection::wallet_is_frozen, .currency = wallet->currency};
    }
    if (wanted.everything) {
        if (wallet->available == 0) return exceeds_available(*wallet, 1);
        return Payable{wallet, {wallet->currency, wallet->available}};
    }
    const auto parsed = amount_in(wanted.amount, wallet->currency, context);
    if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
        return Refusal{.rejection = *rejection, .currency = wallet->currency};
    }
    const auto amount = std::get<money::Amount>(parsed);
    if (amount.minor_units() > wallet->available) {
        return exceeds_available(*wallet, amount.minor_units());
    }
    return Payable{wallet, amount};
}

}  // namespace coffer::wallet
