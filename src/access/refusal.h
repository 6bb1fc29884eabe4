#pragma once

#include <cstdint>
#include <string_view>

namespace coffer::access {

/// Why a token was refused (401, `error="invalid_token"`). In the order in which it is checked: a
/// token with two faults is always refused for the earlier one.
enum class TokenRefusal : std::uint8_t {
    too_long,                ///< over 8 KiB
    not_three_parts,         ///< not the compact form: three base64url parts
    encoding_invalid,        ///< padding, other characters or stray bits in a part
    header_invalid,          ///< no JSON object, too deep, duplicate names
    algorithm_not_accepted,  ///< `none`, missing, not a string, or none of ours
    extension_not_accepted,  ///< `crit`, `zip`, `enc` or `b64`
    key_name_invalid,        ///< `kid` is no string of 1 to 128 visible characters
    claims_invalid,          ///< no JSON object, too deep, duplicate names
    issuer_not_accepted,     ///< `iss` missing or none of the configured
    type_not_accepted,       ///< the header's `typ`
    key_unknown,             ///< the issuer has no such key for this algorithm
    signature_invalid,       ///< does not fit the token
    not_an_access_token,     ///< an ID, refresh or other token
    time_invalid,            ///< `exp` missing; `exp`, `nbf` or `iat` no sensible whole number
    expired,                 ///< `exp` has passed
    not_valid_yet,           ///< `nbf` or `iat` is in the future
    lifetime_too_long,       ///< valid for longer than the cap
    audience_not_accepted,   ///< `aud` does not name us
    subject_invalid,         ///< `sub` missing, empty, too long, or another `user_id` beside it
    tenant_invalid,          ///< no tenant, or two that differ
    tenant_not_of_issuer,    ///< the issuer may not speak for this tenant
    claim_invalid,           ///< roles, permissions or application of the wrong type
};
inline constexpr std::uint8_t token_refusal_count = 22;

/// One sentence for `error_description`: ASCII, no quote, no backslash, nothing from the token.
[[nodiscard]] std::string_view message(TokenRefusal refusal);

/// A name for metrics and logs.
[[nodiscard]] std::string_view to_text(TokenRefusal refusal);

}  // namespace coffer::access
