#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace coffer::access {

/// What a token may allow beyond its own user's affairs. On the wire `wallet:read` and so on;
/// a permission that is not listed here is ignored.
enum class Permission : std::uint8_t {
    wallet_read,
    wallet_deposit,
    wallet_withdraw,
    wallet_transfer,
    wallet_freeze,
    wallet_refund,
    wallet_admin,  ///< includes all the others: it may adjust balances, which is no less
};
inline constexpr std::uint8_t permission_count = 7;

[[nodiscard]] std::string_view to_text(Permission permission);
[[nodiscard]] std::optional<Permission> parse_permission(std::string_view text);

/// The two roles that mean something here, matched exactly: `security_admin` is neither.
enum class Role : std::uint8_t { admin, super_admin };

[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

/// A set of a closed enum in one machine word.
template <class Enum>
class EnumSet {
public:
    constexpr EnumSet() = default;
    constexpr EnumSet(std::initializer_list<Enum> members) {
        for (const Enum member : members) add(member);
    }
    constexpr void add(Enum member) { bits_ |= bit(member); }
    [[nodiscard]] constexpr bool has(Enum member) const { return (bits_ & bit(member)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    friend constexpr bool operator==(EnumSet, EnumSet) = default;

private:
    static constexpr std::uint32_t bit(Enum member) {
        return std::uint32_t{1} << static_cast<std::uint32_t>(member);
    }
    std::uint32_t bits_ = 0;
};

/// Who is asking, as an accepted token says it. Never changes once made; any thread may read it.
struct Principal {
    std::string tenant;       ///< 1 to 128 bytes without control characters
    std::string subject;      ///< the user id, 1 to 128 bytes without control characters
    std::string application;  ///< "" when the token names none
    std::string issuer;       ///< the token's `iss`, "" when it has none
    EnumSet<Permission> permissions;
    EnumSet<Role> roles;
    bool is_admin = false;         ///< of its own tenant: role `admin` or `super_admin`
    bool crosses_tenants = false;  ///< `super_admin` of the platform plane; crossing is recorded
    Instant expires_at;            ///< the token's `exp`
    std::uint64_t signed_by = 0;   ///< the number of the key, as long as the process lives

    [[nodiscard]] bool may(Permission permission) const {
        return is_admin || permissions.has(permission) || permissions.has(Permission::wallet_admin);
    }
    [[nodiscard]] bool is_self(std::string_view user_id) const { return subject == user_id; }
    /// Whether requests for `other` may be answered at all. If not, it does not exist (404).
    [[nodiscard]] bool may_act_in(std::string_view other) const {
        return tenant == other || crosses_tenants;
    }
};

/// Shared by the cache and by the requests that wait while the cache moves on.
using PrincipalRef = std::shared_ptr<const Principal>;

}  // namespace coffer::access
