#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace coffer::access {

/// How a token is signed (RFC 7518 section 3.1, RFC 8037). A key serves one family only: what is
/// public can never serve as a secret.
enum class Algorithm : std::uint8_t {
    hs256,  ///< a shared secret; checked on the caller's thread
    rs256,  ///< an RSA public key, as are the three behind it; all these are checked by a worker
    ps256,
    ps384,
    ps512,
    es256,  ///< P-256
    es384,  ///< P-384
    eddsa,  ///< Ed25519
};
inline constexpr std::uint8_t algorithm_count = 8;

/// Where a key comes from and which tokens it is for.
struct KeyConfig {
    /// Nothing: what the type of the key in the PEM file allows (RSA: RS256 and PS256 to PS512).
    std::optional<Algorithm> algorithm = Algorithm::hs256;
    /// HS256: a text file, mode 0600; the secret is its text, trimmed, at least 32 bytes.
    /// Others: PEM, `PUBLIC KEY` or `CERTIFICATE`: RSA of 2,048 to 8,192 bits, P-256, P-384 or
    /// Ed25519.
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
    std::vector<Algorithm> algorithms;   ///< of those its keys are for; empty: all of them
    std::vector<KeyConfig> keys;
};

struct TokenPolicy {
    std::uint32_t token_bytes_max = 8 * 1024;
    std::int64_t leeway_s = 30;
    std::int64_t lifetime_s_max = 24 * 60 * 60;
};

}  // namespace coffer::access
