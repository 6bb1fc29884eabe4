#include "access/decide_access.h"

#include <array>

namespace coffer::access {
namespace {

/// What a user's own token is worth for an action.
enum class OwnToken : bool { is_not_enough, is_enough };

struct Rule {
    Action action;
    OwnToken own_token;
    Permission permission;
};

// The whole of "who may". An admin of the tenant may everything; see Principal::may().
// Crediting is never one's own affair: nobody may pay money to himself out of nothing.
constexpr std::array<Rule, action_count> rules{{
    {Action::read_user, OwnToken::is_enough, Permission::wallet_read},
    {Action::open_wallet, OwnToken::is_enough, Permission::wallet_admin},
    {Action::withdraw, OwnToken::is_enough, Permission::wallet_withdraw},
    {Action::transfer, OwnToken::is_enough, Permission::wallet_transfer},
    {Action::exchange, OwnToken::is_enough, Permission::wallet_transfer},
    {Action::request_withdrawal, OwnToken::is_enough, Permission::wallet_withdraw},
    {Action::take_back_withdrawal, OwnToken::is_enough, Permission::wallet_withdraw},
    {Action::dispute, OwnToken::is_enough, Permission::wallet_admin},
    {Action::redeem_coupon, OwnToken::is_enough, Permission::wallet_deposit},
    {Action::deposit, OwnToken::is_not_enough, Permission::wallet_deposit},
    {Action::refund, OwnToken::is_not_enough, Permission::wallet_refund},
    {Action::cancel, OwnToken::is_not_enough, Permission::wallet_refund},
    {Action::freeze, OwnToken::is_not_enough, Permission::wallet_freeze},
    {Action::unfreeze, OwnToken::is_not_enough, Permission::wallet_freeze},
    {Action::adjust, OwnToken::is_not_enough, Permission::wallet_admin},
    {Action::create_coupon, OwnToken::is_not_enough, Permission::wallet_admin},
    {Action::take_snapshot, OwnToken::is_not_enough, Permission::wallet_admin},
    {Action::decide_withdrawal, OwnToken::is_not_enough, Permission::wallet_admin},
    {Action::read_tenant, OwnToken::is_not_enough, Permission::wallet_read},
    {Action::admin, OwnToken::is_not_enough, Permission::wallet_admin},
}};

consteval bool one_rule_per_action() {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (static_cast<std::size_t>(rules[i].action) != i) return false;
    }
    return static_cast<std::size_t>(Action::admin) == rules.size() - 1;
}
static_assert(one_rule_per_action(), "an action has no rule, or two");

constexpr const Rule& rule_for(Action action) { return rules[static_cast<std::size_t>(action)]; }

}  // namespace

Access decide_access(const Principal& principal, Action action, std::string_view target_user) {
    const Rule& rule = rule_for(action);
    if (rule.own_token == OwnToken::is_enough && principal.is_self(target_user)) {
        return Access::allowed;
    }
    return principal.may(rule.permission) ? Access::allowed : Access::forbidden;
}

Permission permission_for(Action action) { return rule_for(action).permission; }

}  // namespace coffer::access
