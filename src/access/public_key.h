#pragma once

#include <memory>
#include <string>
#include <vector>

#include "access/token_policy.h"
#include "base/bytes.h"
#include "base/result.h"

struct evp_pkey_st;

namespace coffer::access {

/// A public key of OpenSSL that was judged sound; shared, never changed.
using PublicKey = std::shared_ptr<evp_pkey_st>;

/// All of these refuse what is not sound: RSA outside 2,048 to 8,192 bits or with an exponent that
/// is even, below 3 or over 64 bits; points that are not on their curve; other types of keys. The
/// fault's message has no name in front: the caller knows it.
[[nodiscard]] Result<PublicKey, Fault> public_key_of_pem(const std::string& pem);

/// Numbers are big-endian.
[[nodiscard]] Result<PublicKey, Fault> rsa_public_key(Bytes modulus, Bytes exponent);

/// `curve` is ES256's or ES384's; both coordinates have exactly its 32 or 48 bytes.
[[nodiscard]] Result<PublicKey, Fault> ec_public_key(Algorithm curve, Bytes x, Bytes y);

/// Exactly 32 bytes (RFC 8032).
[[nodiscard]] Result<PublicKey, Fault> ed25519_public_key(Bytes bytes);

/// What a key of this type can check.
[[nodiscard]] std::vector<Algorithm> algorithms_of(const PublicKey& key);

[[nodiscard]] bool are_equal(const PublicKey& one, const PublicKey& other);

}  // namespace coffer::access
