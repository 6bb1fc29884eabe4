#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/keys.h"
#include "base/result.h"

namespace coffer::access {

/// What can be used of a JSON Web Key Set (RFC 7517).
struct JwkSet {
    std::vector<Key> keys;              ///< one for each algorithm that a key is for
    std::vector<std::string> left_out;  ///< a line each, for the log: which key, and why not
};

/// Left out is a key that is for something else (`use`, `key_ops`, `alg`, another type), is weak or
/// malformed, or that should not be there: a secret, or with its private part. A set is refused as
/// a whole when it is no set, has over 64 keys, two different ones for the same tokens, or none
/// that can be used: then the last good one is worth more.
[[nodiscard]] Result<JwkSet, Fault> parse_jwk_set(std::string_view text);

}  // namespace coffer::access
