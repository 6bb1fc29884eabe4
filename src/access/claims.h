#pragma once

#include <simdjson.h>

#include "access/principal.h"
#include "access/refusal.h"
#include "access/token_policy.h"
#include "base/instant.h"
#include "base/result.h"

namespace coffer::access {

/// `iss` if it is a text; "" if there is none; nothing if it is something else.
[[nodiscard]] std::optional<std::string_view> issuer_claim(simdjson::dom::object claims);

/// Everything about a token's claims except its issuer and its signature. Pure.
///
/// A claim that is read must have its type; one that is not read may be anything.
[[nodiscard]] Result<Principal, TokenRefusal> judge_claims(simdjson::dom::object claims,
                                                           const IssuerConfig& issuer,
                                                           const TokenPolicy& policy, Instant now);

/// From when on a token that ends at `expires_at` is refused.
[[nodiscard]] constexpr Instant refused_from(Instant expires_at, const TokenPolicy& policy) {
    return {expires_at.unix_ms + policy.leeway_s * 1'000};
}

}  // namespace coffer::access
