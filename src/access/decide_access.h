#pragma once

#include <cstdint>
#include <string_view>

#include "access/principal.h"

namespace coffer::access {

/// What a request wants to do, as far as rights are concerned. Every route has exactly one.
enum class Action : std::uint8_t {
    // A user's own token is enough.
    read_user,             ///< anything that belongs to one user: wallets, balance, lists, stats
    open_wallet,           ///< for the target user
    withdraw,              ///< the target user's money leaves
    transfer,              ///< the target user is the payer
    exchange,              ///< between two wallets of the target user
    request_withdrawal,    ///< for the target user
    take_back_withdrawal,  ///< the target user's own request while it is pending
    dispute,               ///< a transaction of the target user
    redeem_coupon,         ///< for the target user
    // A role or a permission is needed, whoever the target is.
    deposit,
    refund,
    cancel,  ///< a completed transaction
    freeze,
    unfreeze,
    adjust,
    create_coupon,
    take_snapshot,
    decide_withdrawal,  ///< approve or reject
    read_tenant,        ///< lists and reports over all users; every GET under /admin
    admin,              ///< every other change under /admin
};
inline constexpr std::uint8_t action_count = 20;

enum class Access : std::uint8_t { allowed, forbidden };

/// Who may. Pure, and decided before anything is looked up, so that a refusal says nothing about
/// whether the target exists. `target_user` is the user whose wallet it is; "" where there is none.
/// Says nothing about tenants: ask Principal::may_act_in() first.
[[nodiscard]] Access decide_access(const Principal& principal, Action action,
                                   std::string_view target_user);

/// The permission that would have allowed it: for the message and `insufficient_scope`.
[[nodiscard]] Permission permission_for(Action action);

}  // namespace coffer::access
