#include "access/principal.h"

#include <array>

#include "base/ensure.h"

namespace coffer::access {
namespace {

constexpr std::array<std::string_view, permission_count> permission_texts{
    "wallet:read",   "wallet:deposit", "wallet:withdraw", "wallet:transfer",
    "wallet:freeze", "wallet:refund",  "wallet:admin",
};
static_assert(static_cast<std::size_t>(Permission::wallet_admin) == permission_count - 1);

}  // namespace

std::string_view to_text(Permission permission) {
    return permission_texts[static_cast<std::size_t>(permission)];
}

std::optional<Permission> parse_permission(std::string_view text) {
    for (std::size_t i = 0; i < permission_texts.size(); ++i) {
        if (permission_texts[i] == text) return static_cast<Permission>(i);
    }
    return std::nullopt;
}

std::optional<Role> parse_role(std::string_view text) {
    if (text == "admin") return Role::admin;
    if (text == "super_admin") return Role::super_admin;
    return std::nullopt;
}

}  // namespace coffer::access
