#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/public_key.h"
#include "access/token_policy.h"
#include "base/bytes.h"
#include "base/result.h"

namespace coffer::access {

/// `HS256` and so on, spelled exactly as in the header's `alg`.
[[nodiscard]] std::string_view to_text(Algorithm algorithm);
/// `Ed25519` (RFC 9864) is another name of `EdDSA`.
[[nodiscard]] std::optional<Algorithm> parse_algorithm(std::string_view text);

/// Whether a check is too dear for the engine's thread.
[[nodiscard]] bool is_dear(Algorithm algorithm);

/// Checks the signatures of one key, keeping its OpenSSL context between calls. One thread.
class SignatureCheck {
public:
    virtual ~SignatureCheck() = default;
    [[nodiscard]] virtual bool matches(std::string_view signing_input, Bytes signature) = 0;
};

/// Tells keys apart for as long as the process lives. A copy of a key is the same key.
using KeyNumber = std::uint64_t;

/// One verification key, bound to one algorithm. Immutable; any thread. Copies share the key.
class Key {
public:
    /// Reads and judges the key file: one key for each algorithm that it is for.
    [[nodiscard]] static Result<std::vector<Key>, Fault> load(const KeyConfig& config);

    /// `name` is how faults call it: a path or a key set's URL.
    [[nodiscard]] static Result<Key, Fault> from_secret(std::string secret, std::string kid,
                                                        const std::string& name);

    /// The public key must have the algorithm's type: see algorithms_of().
    Key(Algorithm algorithm, std::string kid, PublicKey public_key);

    [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
    [[nodiscard]] const std::string& kid() const { return kid_; }
    [[nodiscard]] KeyNumber number() const { return number_; }
    /// Whether it is for tokens with this `kid`, or for those without one.
    [[nodiscard]] bool is_for(Algorithm algorithm,
                              const std::optional<std::string_view>& kid) const;
    /// The same public key under the same name.
    [[nodiscard]] bool is_twin_of(const Key& other) const;
    /// From now on it is the same key as that twin: what that one signed stays good.
    void continue_as(const Key& twin) { number_ = twin.number_; }
    /// From now on it is for tokens without `kid`, too. For the only key of a set.
    void serve_without_kid() { serves_without_kid_ = true; }
    [[nodiscard]] std::unique_ptr<SignatureCheck> make_check() const;

private:
    Key(std::string secret, std::string kid);

    Algorithm algorithm_;
    std::string kid_;
    std::string secret_;    // only for secrets
    PublicKey public_key_;  // only for public keys
    KeyNumber number_;
    bool serves_without_kid_ = false;
};

}  // namespace coffer::access
