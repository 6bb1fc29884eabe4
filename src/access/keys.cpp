#include "access/keys.h"

#include <algorithm>
#include <atomic>

#include "access/key_file.h"
#include "access/secret_rules.h"
#include "access/signature_checks.h"

namespace coffer::access {
namespace {

Fault fault(const std::string& name, const std::string& what) {
    return {Fault::Kind::configuration, "key " + name + ": " + what};
}

KeyNumber next_number() {
    static std::atomic<KeyNumber> last{0};
    return ++last;
}

}  // namespace

std::string_view to_text(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::hs256: return "HS256";
        case Algorithm::rs256: return "RS256";
        case Algorithm::ps256: return "PS256";
        case Algorithm::ps384: return "PS384";
        case Algorithm::ps512: return "PS512";
        case Algorithm::es256: return "ES256";
        case Algorithm::es384: return "ES384";
        case Algorithm::eddsa: return "EdDSA";
    }
    unreachable_value();
}

std::optional<Algorithm> parse_algorithm(std::string_view text) {
    for (std::uint8_t i = 0; i < algorithm_count; ++i) {
        const auto algorithm = static_cast<Algorithm>(i);
        if (to_text(algorithm) == text) return algorithm;
    }
    if (text == "Ed25519") return Algorithm::eddsa;
    return std::nullopt;
}

bool is_dear(Algorithm algorithm) { return algorithm != Algorithm::hs256; }

Key::Key(Algorithm algorithm, std::string kid, PublicKey public_key)
    : algorithm_{algorithm},
      kid_{std::move(kid)},
      public_key_{std::move(public_key)},
      number_{next_number()} {
    ENSURE(public_key_ && algorithm != Algorithm::hs256);
}

Key::Key(std::string secret, std::string kid)
    : algorithm_{Algorithm::hs256},
      kid_{std::move(kid)},
      secret_{std::move(secret)},
      number_{next_number()} {}

Result<std::vector<Key>, Fault> Key::load(const KeyConfig& config) {
    if (config.algorithm == Algorithm::hs256) {
        auto secret = read_secret_file(config.file);
        if (!secret) return secret.error();
        auto key = from_secret(std::move(*secret), config.kid, config.file);
        if (!key) return key.error();
        return std::vector<Key>{std::move(*key)};
    }
    const auto pem = read_public_file(config.file);
    if (!pem) return pem.error();
    auto public_key = public_key_of_pem(*pem);
    if (!public_key) return fault(config.file, public_key.error().message);
    std::vector<Algorithm> algorithms = algorithms_of(*public_key);
    if (config.algorithm) {
        if (std::ranges::find(algorithms, *config.algorithm) == algorithms.end()) {
            return fault(config.file,
                         "it is of another type than " + std::string{to_text(*config.algorithm)} +
                             " needs; RS256 and PS256 need an RSA key, ES256 P-256, ES384 P-384, "
                             "EdDSA Ed25519");
        }
        algorithms = {*config.algorithm};
    }
    std::vector<Key> keys;
    for (const Algorithm algorithm : algorithms) {
        keys.emplace_back(algorithm, config.kid, *public_key);
    }
    return keys;
}

Result<Key, Fault> Key::from_secret(std::string secret, std::string kid, const std::string& name) {
    if (const auto reason = reason_to_refuse_secret(secret)) return fault(name, *reason);
    return Key{std::move(secret), std::move(kid)};
}

bool Key::is_for(Algorithm algorithm, const std::optional<std::string_view>& kid) const {
    if (algorithm != algorithm_) return false;
    if (kid_ == "*") return true;
    if (!kid) return kid_.empty() || serves_without_kid_;
    return !kid_.empty() && *kid == kid_;
}

bool Key::is_twin_of(const Key& other) const {
    ENSURE(public_key_ && other.public_key_);  // nobody publishes a secret
    return algorithm_ == other.algorithm_ && kid_ == other.kid_ &&
           are_equal(public_key_, other.public_key_);
}

std::unique_ptr<SignatureCheck> Key::make_check() const {
    if (algorithm_ == Algorithm::hs256) return make_hmac_sha256_check(secret_);
    return make_public_check(algorithm_, public_key_);
}

}  // namespace coffer::access
