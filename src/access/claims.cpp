#include "access/claims.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace coffer::access {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;
using simdjson::dom::object;

using Refused = std::optional<TokenRefusal>;

constexpr std::size_t name_bytes_max = 128;
constexpr std::int64_t unix_s_max = 253'402'300'799;  // the end of the year 9999

std::optional<element> find(object claims, std::string_view name) {
    element value;
    if (claims[name].get(value) != SUCCESS) return std::nullopt;
    return value;
}

/// Neither ends a log line nor hides in one; UTF-8 was checked by the parser.
bool is_name(std::string_view text) {
    if (text.empty() || text.size() > name_bytes_max) return false;
    return std::none_of(text.begin(), text.end(), [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte < 0x20 || byte == 0x7f;
    });
}

bool equals_any(std::string_view text, std::initializer_list<std::string_view> accepted) {
    return std::find(accepted.begin(), accepted.end(), text) != accepted.end();
}

/// True if the claim is missing or is one of these texts.
bool is_absent_or(object claims, std::string_view name,
                  std::initializer_list<std::string_view> accepted) {
    const auto value = find(claims, name);
    if (!value) return true;
    std::string_view text;
    return value->get(text) == SUCCESS && equals_any(text, accepted);
}

/// Identity providers sign other things with the same key: ID, refresh and logout tokens.
Refused judge_kind(object claims) {
    // Members that only those have (OpenID Connect Core 3.1.3.6, RFC 8417).
    for (const std::string_view name : {"nonce", "at_hash", "c_hash", "s_hash", "events"}) {
        if (find(claims, name)) return TokenRefusal::not_an_access_token;
    }
    const bool is_access = is_absent_or(claims, "type", {"access"}) &&
                           is_absent_or(claims, "token_use", {"access"}) &&
                           is_absent_or(claims, "typ", {"Bearer", "access", "at+jwt", "JWT"});
    if (!is_access) return TokenRefusal::not_an_access_token;
    return std::nullopt;
}

/// Whole seconds since 1970; nothing for a text, a fraction, a negative or a number out of reason.
std::optional<std::int64_t> whole_seconds(element value) {
    std::int64_t seconds = 0;
    if (value.get(seconds) != SUCCESS) return std::nullopt;
    if (seconds < 0 || seconds > unix_s_max) return std::nullopt;
    return seconds;
}

struct Times {
    std::int64_t expires_s = 0;
    std::optional<std::int64_t> issued_s;
    std::optional<std::int64_t> not_before_s;
};

Result<Times, TokenRefusal> read_times(object claims) {
    Times times;
    const auto expiry = find(claims, "exp");
    const auto expires_s = expiry ? whole_seconds(*expiry) : std::nullopt;
    if (!expires_s) return TokenRefusal::time_invalid;
    times.expires_s = *expires_s;
    if (const auto issued = find(claims, "iat")) {
        times.issued_s = whole_seconds(*issued);
        if (!times.issued_s) return TokenRefusal::time_invalid;
    }
    if (const auto not_before = find(claims, "nbf")) {
        times.not_before_s = whole_seconds(*not_before);
        if (!times.not_before_s) return TokenRefusal::time_invalid;
    }
    return times;
}

Refused judge_times(const Times& times, const TokenPolicy& policy, Instant now) {
    const Instant expires_at{times.expires_s * 1'000};
    if (now >= refused_from(expires_at, policy)) return TokenRefusal::expired;
    const std::int64_t latest_start_ms = now.unix_ms + policy.leeway_s * 1'000;
    for (const auto& start_s : {times.issued_s, times.not_before_s}) {
        if (start_s && *start_s * 1'000 > latest_start_ms) return TokenRefusal::not_valid_yet;
    }
    // Without `iat` the lifetime that is left must do.
    const std::int64_t began_ms = times.issued_s ? *times.issued_s * 1'000 : latest_start_ms;
    if (expires_at.unix_ms - began_ms > policy.lifetime_s_max * 1'000) {
        return TokenRefusal::lifetime_too_long;
    }
    return std::nullopt;
}

bool is_accepted_audience(const IssuerConfig& issuer, element value) {
    std::string_view text;
    return value.get(text) == SUCCESS && std::find(issuer.audiences.begin(), issuer.audiences.end(),
                                                   text) != issuer.audiences.end();
}

Refused judge_audience(object claims, const IssuerConfig& issuer) {
    if (issuer.audiences.empty()) return std::nullopt;
    const auto value = find(claims, "aud");
    if (!value) return TokenRefusal::audience_not_accepted;
    simdjson::dom::array several;
    if (value->get(several) != SUCCESS) {
        if (is_accepted_audience(issuer, *value)) return std::nullopt;
        return TokenRefusal::audience_not_accepted;
    }
    for (const element one : several) {
        if (is_accepted_audience(issuer, one)) return std::nullopt;
    }
    return TokenRefusal::audience_not_accepted;
}

/// The value of whichever of the two names is there. Both may be, if they agree; nothing otherwise.
std::optional<std::string_view> agreed_name(object claims, std::string_view first,
                                            std::string_view second) {
    std::optional<std::string_view> agreed;
    for (const std::string_view name : {first, second}) {
        const auto value = find(claims, name);
        if (!value) continue;
        std::string_view text;
        if (value->get(text) != SUCCESS || !is_name(text)) return std::nullopt;
        if (agreed && *agreed != text) return std::nullopt;
        agreed = text;
    }
    return agreed;
}

/// AuthMS tokens carry `user_id` beside `sub`. Two that differ name two owners of one purse.
Refused read_identity(object claims, const IssuerConfig& issuer, Principal& principal) {
    if (!find(claims, "sub")) return TokenRefusal::subject_invalid;
    const auto subject = agreed_name(claims, "sub", "user_id");
    if (!subject) return TokenRefusal::subject_invalid;
    const auto tenant = agreed_name(claims, "tenant_id", "tenant");
    if (!tenant) return TokenRefusal::tenant_invalid;
    const bool speaks_for_it =
        issuer.tenants.empty() ||
        std::find(issuer.tenants.begin(), issuer.tenants.end(), *tenant) != issuer.tenants.end();
    if (!speaks_for_it) return TokenRefusal::tenant_not_of_issuer;
    principal.subject = *subject;
    principal.tenant = *tenant;
    return std::nullopt;
}

/// Calls `take` with the text, or with each text of the array. False for any other type.
template <class Take>
bool for_each_text(element value, Take take) {
    std::string_view text;
    if (value.get(text) == SUCCESS) {
        take(text);
        return true;
    }
    simdjson::dom::array several;
    if (value.get(several) != SUCCESS) return false;
    for (const element one : several) {
        if (one.get(text) != SUCCESS) return false;
        take(text);
    }
    return true;
}

/// `scope` is words with single blanks between them (RFC 6749 section 3.3).
void add_permissions(std::string_view words, EnumSet<Permission>& permissions) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (const auto known = parse_permission(words.substr(0, end))) permissions.add(*known);
        words.remove_prefix(std::min(end + 1, words.size()));
    }
}

/// A null says as much as nothing at all.
std::optional<element> find_non_null(object claims, std::string_view name) {
    const auto value = find(claims, name);
    return value && !value->is_null() ? value : std::nullopt;
}

bool read_rights(object claims, Principal& principal) {
    for (const std::string_view name : {"permissions", "scope", "scp"}) {
        const auto value = find_non_null(claims, name);
        const bool readable = !value || for_each_text(*value, [&](std::string_view text) {
            add_permissions(text, principal.permissions);
        });
        if (!readable) return false;
    }
    for (const std::string_view name : {"roles", "role"}) {
        const auto value = find_non_null(claims, name);
        // The whole text is one role: `not admin` is not `admin`.
        const bool readable = !value || for_each_text(*value, [&](std::string_view text) {
            if (const auto known = parse_role(text)) principal.roles.add(*known);
        });
        if (!readable) return false;
    }
    return true;
}

bool read_application(object claims, Principal& principal) {
    for (const std::string_view name : {"application_id", "app_id", "azp", "client_id"}) {
        const auto value = find_non_null(claims, name);
        if (!value) continue;
        std::string_view text;
        if (value->get(text) != SUCCESS) return false;
        if (text.empty()) continue;
        if (!is_name(text)) return false;
        principal.application = text;
        return true;
    }
    return true;
}

bool is_of_platform_plane(object claims) {
    const auto plane = find(claims, "entry_plane");
    std::string_view text;
    return plane && plane->get(text) == SUCCESS && text == "platform";
}

}  // namespace

std::optional<std::string_view> issuer_claim(object claims) {
    const auto value = find(claims, "iss");
    if (!value) return std::string_view{};
    std::string_view text;
    if (value->get(text) != SUCCESS) return std::nullopt;
    return text;
}

Result<Principal, TokenRefusal> judge_claims(object claims, const IssuerConfig& issuer,
                                             const TokenPolicy& policy, Instant now) {
    if (const auto refusal = judge_kind(claims)) return *refusal;
    const auto times = read_times(claims);
    if (!times) return times.error();
    if (const auto refusal = judge_times(*times, policy, now)) return *refusal;
    if (const auto refusal = judge_audience(claims, issuer)) return *refusal;

    Principal principal;
    if (const auto refusal = read_identity(claims, issuer, principal)) return *refusal;
    if (!read_rights(claims, principal)) return TokenRefusal::claim_invalid;
    if (!read_application(claims, principal)) return TokenRefusal::claim_invalid;
    principal.issuer = issuer_claim(claims).value_or("");
    principal.expires_at = {times->expires_s * 1'000};
    const bool is_super_admin = principal.roles.has(Role::super_admin);
    principal.is_admin = is_super_admin || principal.roles.has(Role::admin);
    principal.crosses_tenants = is_super_admin && issuer.platform && is_of_platform_plane(claims);
    return principal;
}

}  // namespace coffer::access
