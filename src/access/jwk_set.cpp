#include "access/jwk_set.h"

#include <algorithm>
#include <optional>

#include "access/base64url.h"
#include "access/key_name.h"
#include "access/unique_names.h"

namespace coffer::access {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t keys_max = 64;
constexpr std::size_t depth_max = 16;

using Reason = std::string;
template <class Value>
using OrReason = Result<Value, Reason>;

Fault fault(const std::string& what) { return {Fault::Kind::configuration, what}; }

std::optional<std::string_view> text_at(object jwk, std::string_view name) {
    std::string_view text;
    if (jwk[name].get(text) != SUCCESS) return std::nullopt;
    return text;
}

bool has(object jwk, std::string_view name) { return jwk[name].error() == SUCCESS; }

/// The bytes of a base64url member; nothing when it is missing or something else.
std::optional<std::vector<std::uint8_t>> bytes_at(object jwk, std::string_view name) {
    const auto text = text_at(jwk, name);
    if (!text || text->empty()) return std::nullopt;
    std::vector<std::uint8_t> bytes(base64url_bytes_max(text->size()));
    const auto length = decode_base64url(*text, bytes);
    if (!length) return std::nullopt;
    bytes.resize(*length);
    return bytes;
}

bool lists_verify(object jwk) {
    simdjson::dom::array operations;
    if (jwk["key_ops"].get(operations) != SUCCESS) return false;
    return std::any_of(operations.begin(), operations.end(), [](element operation) {
        std::string_view text;
        return operation.get(text) == SUCCESS && text == "verify";
    });
}

/// What it says it is for (RFC 7517 sections 4.2 and 4.3), and what it must not tell.
std::optional<Reason> reason_to_leave_out(object jwk) {
    if (!has_unique_names(jwk)) return "a member stands twice, or there are too many";
    const auto type = text_at(jwk, "kty");
    if (!type) return "it has no kty";
    if (*type == "oct" || has(jwk, "k")) return "it is a secret, which must not be published";
    for (const std::string_view name : {"d", "p", "q", "dp", "dq", "qi", "oth"}) {
        if (has(jwk, name)) return "it has its private part, so it is a secret no more";
    }
    if (has(jwk, "use") && text_at(jwk, "use") != "sig") return "it is not for signatures (use)";
    if (has(jwk, "key_ops") && !lists_verify(jwk)) return "it is not for verifying (key_ops)";
    return std::nullopt;
}

OrReason<PublicKey> as_reason(Result<PublicKey, Fault> key) {
    if (!key) return key.error().message;
    return std::move(*key);
}

OrReason<PublicKey> ec_key(object jwk) {
    const auto curve = text_at(jwk, "crv");
    const bool is_256 = curve == "P-256";
    if (!is_256 && curve != "P-384") return Reason{"its curve is neither P-256 nor P-384"};
    const auto x = bytes_at(jwk, "x");
    const auto y = bytes_at(jwk, "y");
    if (!x || !y) return Reason{"x or y is missing or no base64url"};
    return as_reason(ec_public_key(is_256 ? Algorithm::es256 : Algorithm::es384, *x, *y));
}

OrReason<PublicKey> public_key_of(object jwk) {
    const std::string_view type = text_at(jwk, "kty").value_or("");
    if (type == "RSA") {
        const auto modulus = bytes_at(jwk, "n");
        const auto exponent = bytes_at(jwk, "e");
        if (!modulus || !exponent) return Reason{"n or e is missing or no base64url"};
        return as_reason(rsa_public_key(*modulus, *exponent));
    }
    if (type == "EC") return ec_key(jwk);
    if (type == "OKP" && text_at(jwk, "crv") == "Ed25519") {
        const auto x = bytes_at(jwk, "x");
        if (!x) return Reason{"x is missing or no base64url"};
        return as_reason(ed25519_public_key(*x));
    }
    return Reason{"its type (kty, crv) is none of ours"};
}

/// `alg` fixes the algorithm; without it the type of the key does.
OrReason<std::vector<Algorithm>> algorithms_for(object jwk, const PublicKey& key) {
    std::vector<Algorithm> algorithms = algorithms_of(key);
    if (!has(jwk, "alg")) return algorithms;
    const auto named = parse_algorithm(text_at(jwk, "alg").value_or(""));
    if (!named) return Reason{"its algorithm (alg) is none of ours"};
    if (std::ranges::find(algorithms, *named) == algorithms.end()) {
        return Reason{"its algorithm (alg) is for another type of key"};
    }
    return std::vector<Algorithm>{*named};
}

OrReason<std::vector<Key>> keys_of(object jwk) {
    if (const auto reason = reason_to_leave_out(jwk)) return *reason;
    std::string kid;
    if (has(jwk, "kid")) {
        kid = text_at(jwk, "kid").value_or("");
        // A star of ours means any name; a set must not say that.
        if (!is_key_name(kid) || kid == "*") return Reason{"its kid is no short visible text"};
    }
    const auto public_key = public_key_of(jwk);
    if (!public_key) return public_key.error();
    const auto algorithms = algorithms_for(jwk, *public_key);
    if (!algorithms) return algorithms.error();
    std::vector<Key> keys;
    for (const Algorithm algorithm : *algorithms) keys.emplace_back(algorithm, kid, *public_key);
    return keys;
}

std::string name_of(object jwk, std::size_t place) {
    const auto kid = text_at(jwk, "kid");
    if (kid && is_key_name(*kid)) return "key " + std::string{*kid};
    return "key number " + std::to_string(place + 1);
}

bool are_for_the_same_tokens(const Key& one, const Key& other) {
    return one.algorithm() == other.algorithm() && one.kid() == other.kid();
}

/// False when the set already has another key for the same tokens: which one counts would be a
/// matter of luck.
bool add(std::vector<Key>& keys, Key key) {
    for (const Key& present : keys) {
        if (are_for_the_same_tokens(present, key)) return present.is_twin_of(key);
    }
    keys.push_back(std::move(key));
    return true;
}

Result<JwkSet, Fault> read(simdjson::dom::array list) {
    JwkSet set;
    std::size_t place = 0;
    std::size_t used = 0;
    for (const element entry : list) {
        if (place == keys_max) return fault("the key set has over 64 keys");
        object jwk;
        if (entry.get(jwk) != SUCCESS) return fault("the key set has an entry that is no object");
        auto keys = keys_of(jwk);
        if (!keys) set.left_out.push_back(name_of(jwk, place) + ": " + keys.error());
        if (keys) {
            ++used;
            for (Key& key : *keys) {
                if (!add(set.keys, std::move(key))) {
                    return fault("the key set has two different keys for the same tokens: " +
                                 name_of(jwk, place));
                }
            }
        }
        ++place;
    }
    if (used == 0) {
        std::string what = "the key set has no key that can be used";
        for (const std::string& reason : set.left_out) what += "; " + reason;
        return fault(what);
    }
    // RFC 7515 section 4.1.4 leaves `kid` out where there is nothing to choose.
    if (used == 1) {
        for (Key& key : set.keys) key.serve_without_kid();
    }
    return set;
}

}  // namespace

Result<JwkSet, Fault> parse_jwk_set(std::string_view text) {
    simdjson::dom::parser parser;
    if (parser.allocate(std::max<std::size_t>(text.size(), 64), depth_max) != SUCCESS) {
        return fault("there is no memory for the key set");
    }
    object members;
    simdjson::dom::array list;
    if (parser.parse(text.data(), text.size(), true).get(members) != SUCCESS ||
        !has_unique_names(members) || members["keys"].get(list) != SUCCESS) {
        return fault("it is no JSON object with a list `keys`");
    }
    return read(list);
}

}  // namespace coffer::access
