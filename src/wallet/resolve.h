#pragma once

#include <variant>

#include "wallet/command.h"
#include "wallet/context.h"
#include "wallet/loaded.h"
#include "wallet/rejection.h"

namespace coffer::wallet {

using WalletChoice = std::variant<const Wallet*, Rejection>;

/// The wallet a write goes to: the open one in the named currency; without one the only open
/// wallet, else the one in the default currency, else the caller must name it.
/// A user whose fitting wallets are all closed gets `wallet_is_closed`.
[[nodiscard]] WalletChoice wallet_for_write(const Loaded& loaded, const User* user,
                                            money::Currency currency, const Settings& settings);

/// The same for a read, which falls back to the oldest wallet, open or closed.
[[nodiscard]] const Wallet* wallet_for_read(const Loaded& loaded, const User* user,
                                            money::Currency currency, const Settings& settings);

[[nodiscard]] std::uint32_t wallets_of(const Loaded& loaded, const User* user);
[[nodiscard]] const Wallet* open_wallet(const Loaded& loaded, const User* user,
                                        money::Currency currency);

}  // namespace coffer::wallet
