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

/// Who may say who somebody is, and for which tenants. Its keys are files, or what it publishes.
struct IssuerConfig {
    std::string issuer;                  ///< `iss`, exactly; "" accepts any, for a lone issuer
    std::vector<std::string> audiences;  ///< `aud` must name one of them; empty: not checked
    std::vector<std::string> tenants;    ///< it may speak for; empty: for all
    bool platform = false;               ///< its platform `super_admin`s may cross tenants
    bool require_at_jwt = false;         ///< only `typ: at+jwt` (RFC 9068)
    std::vector<Algorithm> algorithms;   ///< of those its keys are for; empty: all of them
    std::vector<KeyConfig> keys;

    std::string name;                ///< for logs and metrics; "": `issuer`
    std::string jwks_url;            ///< of its key set (RFC 7517)
    bool discovery = false;          ///< the URL stands in its OpenID Connect description
    bool insecure_loopback = false;  ///< plain HTTP will do where the host is this machine
    std::string ca_file;             ///< who vouches for its server; "": whom the system trusts

    [[nodiscard]] bool publishes_keys() const { return discovery || !jwks_url.empty(); }
    [[nodiscard]] const std::string& shown_name() const { return name.empty() ? issuer : name; }
};

/// When published keys are asked for, and how long they count.
struct KeySetRules {
    /// Where the issuer names no max-age. One that it names counts from 60 s to an hour.
    std::int64_t refresh_s = 300;
    std::int64_t unknown_kid_s = 30;  ///< at most one refresh in this time for unknown `kid`s
    std::int64_t stale_s_max = 24 * 60 * 60;  ///< without a word of the issuer; 0: for ever
    std::int64_t attempt_ms_max = 5'000;      ///< description and keys together
};

struct TokenPolicy {
    std::uint32_t token_bytes_max = 8 * 1024;
    std::int64_t leeway_s = 30;
    std::int64_t lifetime_s_max = 24 * 60 * 60;
};

}  // namespace coffer::access
