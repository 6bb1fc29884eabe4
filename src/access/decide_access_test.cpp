#include "access/decide_access.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace coffer::access {
namespace {

using enum Action;

Principal plain_alice() { return {.tenant = "t1", .subject = "alice"}; }

Principal alice_with(Permission permission) {
    Principal principal = plain_alice();
    principal.permissions.add(permission);
    return principal;
}

constexpr Action of_oneself[] = {
    read_user,          open_wallet,          withdraw, transfer,     exchange,
    request_withdrawal, take_back_withdrawal, dispute,  redeem_coupon};

bool is_of_oneself(Action action) {
    return std::find(std::begin(of_oneself), std::end(of_oneself), action) != std::end(of_oneself);
}

TEST(decide_access, a_users_own_token_is_for_the_users_own_affairs) {
    for (std::uint8_t i = 0; i < action_count; ++i) {
        const Action action = static_cast<Action>(i);
        const Access own = decide_access(plain_alice(), action, "alice");
        EXPECT_EQ(own, is_of_oneself(action) ? Access::allowed : Access::forbidden) << int{i};
        for (const std::string_view other : {"bob", "", "Alice", "alice "}) {
            EXPECT_EQ(decide_access(plain_alice(), action, other), Access::forbidden) << int{i};
        }
    }
}

TEST(decide_access, an_admin_may_everything_for_everybody) {
    Principal admin = plain_alice();
    admin.is_admin = true;
    for (std::uint8_t i = 0; i < action_count; ++i) {
        EXPECT_EQ(decide_access(admin, static_cast<Action>(i), "bob"), Access::allowed);
    }
}

TEST(decide_access, each_permission_opens_what_it_names) {
    const struct {
        Permission permission;
        std::initializer_list<Action> opens;
    } cases[] = {
        {Permission::wallet_read, {read_user, read_tenant}},
        {Permission::wallet_deposit, {deposit, redeem_coupon}},
        {Permission::wallet_withdraw, {withdraw, request_withdrawal, take_back_withdrawal}},
        {Permission::wallet_transfer, {transfer, exchange}},
        {Permission::wallet_freeze, {freeze, unfreeze}},
        {Permission::wallet_refund, {refund, cancel}},
    };
    for (const auto& [permission, opens] : cases) {
        const Principal principal = alice_with(permission);
        for (std::uint8_t i = 0; i < action_count; ++i) {
            const Action action = static_cast<Action>(i);
            const bool is_open = std::find(opens.begin(), opens.end(), action) != opens.end();
            EXPECT_EQ(decide_access(principal, action, "bob"),
                      is_open ? Access::allowed : Access::forbidden)
                << to_text(permission) << " and action " << int{i};
        }
    }
}

TEST(decide_access, wallet_admin_includes_the_others) {
    const Principal principal = alice_with(Permission::wallet_admin);
    for (std::uint8_t i = 0; i < action_count; ++i) {
        EXPECT_EQ(decide_access(principal, static_cast<Action>(i), "bob"), Access::allowed);
    }
}

TEST(decide_access, names_the_permission_that_is_missing) {
    EXPECT_EQ(to_text(permission_for(deposit)), "wallet:deposit");
    EXPECT_EQ(to_text(permission_for(admin)), "wallet:admin");
}

TEST(a_principal, acts_in_its_own_tenant_unless_it_crosses) {
    Principal principal = plain_alice();
    EXPECT_TRUE(principal.may_act_in("t1"));
    EXPECT_FALSE(principal.may_act_in("t2"));
    principal.crosses_tenants = true;
    EXPECT_TRUE(principal.may_act_in("t2"));
}

TEST(permissions, are_spelled_as_on_the_wire) {
    for (std::uint8_t i = 0; i < permission_count; ++i) {
        const Permission permission = static_cast<Permission>(i);
        EXPECT_EQ(parse_permission(to_text(permission)), permission);
    }
    EXPECT_EQ(parse_permission("wallet:Read"), std::nullopt);
    EXPECT_EQ(parse_permission("wallet"), std::nullopt);
    EXPECT_EQ(parse_role("security_admin"), std::nullopt);
}

}  // namespace
}  // namespace coffer::access
