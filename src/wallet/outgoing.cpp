#include "wallet/outgoing.h"

#include "wallet/drafting.h"
#include "wallet/resolve.h"

namespace coffer::wallet {

std::variant<Payable, Refusal> payable_from(const Setting& setting, const Target& target,
                                            const money::Decimal& decimal, Stopped stopped) {
    const auto& [caller, loaded, context] = setting;
    const WalletChoice choice = wallet_for_write(loaded, user_of(setting, target.user),
                                                 target.currency, *context.settings);
    if (const auto* rejection = std::get_if<Rejection>(&choice)) {
        return Refusal{.rejection = *rejection, .currency = target.currency};
    }
    const Wallet* wallet = std::get<const Wallet*>(choice);
    if (wallet->status == WalletStatus::frozen && stopped == Stopped::may_not_pay) {
        return Refusal{.rejection = Rejection::wallet_is_frozen, .currency = wallet->currency};
    }
    const auto parsed = amount_in(decimal, wallet->currency, context);
    if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
        return Refusal{.rejection = *rejection, .currency = wallet->currency};
    }
    const auto amount = std::get<money::Amount>(parsed);
    if (amount.minor_units() > wallet->available) {
        return Refusal{.rejection = Rejection::exceeds_available_balance,
                       .currency = wallet->currency,
                       .available = wallet->available,
                       .needed = amount.minor_units()};
    }
    return Payable{wallet, amount};
}

}  // namespace coffer::wallet
