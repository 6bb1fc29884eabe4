#include "wallet/resolve.h"

namespace coffer::wallet {
namespace {

struct Survey {
    const Wallet* oldest = nullptr;
    const Wallet* only_open = nullptr;
    const Wallet* default_open = nullptr;
    std::uint32_t open = 0;
    std::uint32_t all = 0;
};

// Wallets that fit `currency`; every wallet when none is named.
Survey survey(const Loaded& loaded, const User* user, money::Currency currency,
              money::Currency default_currency) {
    Survey found;
    if (user == nullptr) return found;
    for (const Wallet* wallet = loaded.first_wallet(user->number); wallet != nullptr;
         wallet = loaded.next_wallet(*wallet)) {
        if (currency.named() && wallet->currency != currency) continue;
        ++found.all;
        if (found.oldest == nullptr) found.oldest = wallet;
        if (wallet->status == WalletStatus::closed) continue;
        ++found.open;
        found.only_open = wallet;
        if (wallet->currency == default_currency) found.default_open = wallet;
    }
    return found;
}

}  // namespace

WalletChoice wallet_for_write(const Loaded& loaded, const User* user, money::Currency currency,
                              const Settings& settings) {
    const Survey found = survey(loaded, user, currency, settings.default_currency);
    if (found.open == 1) return found.only_open;
    if (found.open > 1) {
        if (found.default_open != nullptr) return found.default_open;
        return Rejection::currency_must_be_named;
    }
    return found.all > 0 ? Rejection::wallet_is_closed : Rejection::wallet_not_found;
}

const Wallet* wallet_for_read(const Loaded& loaded, const User* user, money::Currency currency,
                              const Settings& settings) {
    const Survey found = survey(loaded, user, currency, settings.default_currency);
    if (found.open == 1) return found.only_open;
    if (found.default_open != nullptr) return found.default_open;
    return found.oldest;
}

std::uint32_t wallets_of(const Loaded& loaded, const User* user) {
    return survey(loaded, user, {}, {}).all;
}

const Wallet* open_wallet(const Loaded& loaded, const User* user, money::Currency currency) {
    return survey(loaded, user, currency, {}).only_open;
}

}  // namespace coffer::wallet
