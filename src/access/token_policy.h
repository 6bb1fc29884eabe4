#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace coffer::access {

/// How a token is signed. A key has exactly one: a public key can never serve as a secret.
enum class Algorithm : std::uint8_t {
    hs256,  ///< a shared secret; checked on the caller's thread
    rs256,  ///< an RSA public key; checked by a worker
};

/// Where a key comes from and which tokens it is for.
struct KeyConfig {
    Algorithm algorithm = Algorithm::hs256;
    /// HS256: a text file, mode 0600; the secret is its text, trimmed, at least 32 bytes.
    /// RS256: PEM, `PUBLIC KEY` or `CERTIFICATE`, at least 2,048 bits.
    std::string file;
    /// "": for tokens without `kid`. "*": whatever `kid` they have. Else that `kid` exactly.
    std::string kid;
};

/// Who may say who somebody is, and for which tenants.
struct IssuerConfig {
    std::string issuer;                  ///< `iss`, exactly; "" accepts any, for a lone issuer
    std::vector<std::string> audiences;  ///< `aud` must name one of them; empty: not checked
    std::vector<std::string> tenants;    ///< it may speak for; empty: for all
    bool platform = false;               ///< its platform `super_admin`s may cross tenants
    bool require_at_jwt = false;         ///< only `typ: at+jwt` (RFC 9068)
    std::vector<KeyConfig> keys;
};

struct TokenPolicy {
    std::uint32_t token_bytes_max = 8 * 1024;
    std::int64_t leeway_s = 30;
    std::int64_t lifetime_s_max = 24 * 60 * 60;
};

}  // namespace coffer::access
