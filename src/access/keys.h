#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/token_policy.h"
#include "base/bytes.h"
#include "base/result.h"

struct evp_pkey_st;

namespace coffer::access {

/// `HS256` and so on, spelled exactly as in the header's `alg`.
[[nodiscard]] std::string_view to_text(Algorithm algorithm);
[[nodiscard]] std::optional<Algorithm> parse_algorithm(std::string_view text);

/// Whether a check is too dear for the engine's thread.
[[nodiscard]] bool is_dear(Algorithm algorithm);

/// Checks the signatures of one key, keeping its OpenSSL context between calls. One thread.
class SignatureCheck {
public:
    virtual ~SignatureCheck() = default;
    [[nodiscard]] virtual bool matches(std::string_view signing_input, Bytes signature) = 0;
};

/// One verification key, bound to one algorithm. Immutable; any thread.
class Key {
public:
    /// Reads and judges the key file.
    [[nodiscard]] static Result<Key, Fault> load(const KeyConfig& config);

    /// `name` is how faults call it: a path or a key set's URL.
    [[nodiscard]] static Result<Key, Fault> from_secret(std::string secret, std::string kid,
                                                        const std::string& name);
    [[nodiscard]] static Result<Key, Fault> from_pem(const std::string& pem, std::string kid,
                                                     const std::string& name);

    [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
    /// Whether it is for tokens with this `kid`, or for those without one.
    [[nodiscard]] bool is_for(Algorithm algorithm,
                              const std::optional<std::string_view>& kid) const;
    [[nodiscard]] std::unique_ptr<SignatureCheck> make_check() const;

private:
    struct FreeKey {
        void operator()(evp_pkey_st* key) const;
    };
    using PublicKey = std::unique_ptr<evp_pkey_st, FreeKey>;

    Key(Algorithm algorithm, std::string kid, std::string secret, PublicKey public_key);
    [[nodiscard]] static Result<PublicKey, Fault> read_pem(const std::string& pem,
                                                           const std::string& name);

    Algorithm algorithm_;
    std::string kid_;
    std::string secret_;    // only for secrets
    PublicKey public_key_;  // only for public keys
};

}  // namespace coffer::access
