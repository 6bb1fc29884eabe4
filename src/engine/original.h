#pragma once

#include <optional>
#include <string_view>

#include "engine/store.h"
#include "wallet/command.h"

namespace coffer::engine {

/// The transaction that a command is about, if it needs the record that made it. That record never
/// changes; what was refunded of it since is among what the store knows.
[[nodiscard]] std::optional<wallet::PublicId> original_of(const wallet::Command& command);

/// The user whose row the transaction is; "" when `original` has none of it, or is another
/// tenant's.
[[nodiscard]] std::string_view user_of_original(const wallet::Record& original,
                                                wallet::PublicId transaction,
                                                const wallet::Tenant* caller, const Names& names);

/// An operator need not say whose transaction it is. From here on the command does, so that its
/// reference guards the effect by whichever route it comes. `user` must outlive the command.
void say_whose(wallet::Command& command, std::string_view user);

}  // namespace coffer::engine
