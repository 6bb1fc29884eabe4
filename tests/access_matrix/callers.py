"""Every kind of caller, and whether an operation's line allows it."""

from dataclasses import dataclass

import rules
from house import OTHER_TENANT, TENANT, bearer, key


PLATFORM = "a super_admin of the platform"


@dataclass(frozen=True)
class Caller:
    """Of the tenant itself. `headers` are for one owner; `refused_with` when it may not."""
    name: str
    headers: callable
    may: callable
    refused_with: int
    has_key: bool = False


def stranger(**claims):
    return lambda _owner: bearer("usr_stranger", **claims)


def refused_with(caller, rule):
    return 401 if rule.has("key") and not caller.has_key else caller.refused_with


def plain(rule):
    return rule.has("token")


def token_callers():
    """Tokens are worth nothing where a key is asked for: then their owners are unknown."""
    def caller(name, headers, may):
        return Caller(name, headers, lambda rule: rule.has("everybody") or (
            not rule.has("key") and may(rule)), refused_with=403)

    yield caller("the owner", lambda owner: bearer(owner),
                 lambda rule: rule.has("owner") or plain(rule))
    yield caller("another user", stranger(), plain)
    for role in ("security_admin", "Admin", "admin ", "wallet:admin"):
        yield caller(f"another user with the role '{role}'", stranger(roles=[role]), plain)
    yield caller("another user with a permission of another service",
                 stranger(permissions=["wallet:*", "wallet", "admin", "billing:admin"]), plain)
    for permission in rules.PERMISSIONS:
        yield caller(f"another user with {permission}", stranger(permissions=[permission]),
                     lambda rule, permission=permission: plain(rule)
                     or rule.allows_permission(permission))
    for role in ("admin", "super_admin"):
        yield caller(f"the tenant's {role}", lambda _owner, role=role: bearer(
            "usr_operator", roles=[role]), lambda rule: plain(rule) or rule.allows_admin())


def unknown_callers():
    """Nobody who counts: 401 wherever not everybody may."""
    def caller(name, headers):
        return Caller(name, headers, lambda rule: rule.has("everybody"), 401)

    admin = {"roles": ["admin"]}
    yield caller("nobody", lambda _owner: {})
    yield caller("an expired admin", lambda _owner: bearer("usr_operator", seconds=-60, **admin))
    yield caller("a forged admin",
                 lambda _owner: bearer("usr_operator", secret="stranger", **admin))
    yield caller("an admin by an issuer that may not speak for the tenant",
                 lambda _owner: bearer("usr_operator", issuer="bound", **admin))
    yield caller("a refresh token", lambda _owner: bearer(
        "usr_operator", **{**admin, "type": "refresh"}))


def key_callers():
    def caller(name, headers, refused_with=401):
        def may(rule):
            return rule.has("everybody") or (rule.has("key") and refused_with == 0)
        return Caller(name, lambda _owner: headers, may, refused_with or 401, has_key=True)

    yield caller("a service with the tenant's key", key(TENANT), 0)
    yield caller("a service with a wrong key", {**key(TENANT), "X-API-Key": "wrong"})
    yield caller("a service with an empty key", {**key(TENANT), "X-API-Key": ""})
    yield caller("a service without a key", {"X-Tenant-ID": TENANT})


# A service's key of another tenant is known and not enough; where tokens count it is nothing.
def foreign_key_caller(rule):
    return Caller("a service with another tenant's key", lambda _owner: key(TENANT, OTHER_TENANT),
                  lambda rule: rule.has("everybody"), 403 if rule.has("key") else 401,
                  has_key=True)


# From one tenant into the other. Elsewhere such a caller is one of the foreign ones, below.
def crossing_callers(operation):
    if "{tenant_id}" not in operation:
        return
    claims = {"roles": ["super_admin"], "entry_plane": "platform"}
    yield Caller(PLATFORM, lambda _owner: bearer(
        "usr_operator", OTHER_TENANT, issuer="platform", **claims),
        lambda rule: rule.has("platform"), 404)
    for name, less in (("without the plane", {"entry_plane": ""}),
                       ("who is an admin only", {"roles": ["admin"]})):
        yield Caller(f"{PLATFORM} {name}", lambda _owner, less=less: bearer(
            "usr_operator", OTHER_TENANT, issuer="platform", **{**claims, **less}),
            lambda rule: False, 404)


def callers(rule, operation):
    """All of them but those who act in another tenant."""
    return [*unknown_callers(), *token_callers(), *key_callers(), foreign_key_caller(rule),
            *crossing_callers(operation)]


def foreign_callers():
    """Callers of the other tenant, and how each is named there. They may what they may at home."""
    there = {"tenant": OTHER_TENANT}
    yield "another tenant's admin", lambda _user: bearer("usr_operator", roles=["admin"], **there)
    yield "another tenant's super_admin", lambda _user: bearer(
        "usr_operator", roles=["super_admin"], entry_plane="platform", **there)
    yield PLATFORM, lambda _user: bearer(
        "usr_operator", issuer="platform", roles=["super_admin"], entry_plane="platform", **there)
    yield "another tenant's user of the same name", lambda user: bearer(user, **there)
    yield "another tenant's user", lambda _user: bearer("usr_stranger", **there)
    yield "a service of another tenant", lambda _user: key(OTHER_TENANT)
