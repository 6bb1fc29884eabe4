#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "access/refusal.h"
#include "access/token_policy.h"
#include "base/bytes.h"
#include "base/result.h"

// simdjson's own header is heavy and stays in the .cpp files.
#include <simdjson.h>

namespace coffer::access {

/// A token taken apart, still encoded. Points into the token.
struct TokenParts {
    std::string_view header;
    std::string_view claims;
    std::string_view signature;
    std::string_view signing_input;  ///< header and claims with the dot between them
};

/// Exactly three parts, none empty, nothing else.
[[nodiscard]] Result<TokenParts, TokenRefusal> split_token(std::string_view token,
                                                           std::size_t bytes_max);

/// Decodes and parses one part, again and again, into memory of its own. One thread.
class PartReader {
public:
    PartReader();

    enum class Error : std::uint8_t { encoding, no_object };

    /// A JSON object of at most 64 members with unique names, at most 16 levels deep. Lives until
    /// the next call.
    [[nodiscard]] Result<simdjson::dom::object, Error> read(std::string_view encoded);

private:
    simdjson::dom::parser parser_;
    std::vector<std::uint8_t> decoded_;
};

/// What the header says about itself: the token's `typ`, judged when the issuer is known.
enum class HeaderType : std::uint8_t { absent, jwt, at_jwt, other };

struct TokenHeader {
    Algorithm algorithm;
    HeaderType type = HeaderType::absent;
    std::optional<std::string_view> kid;  ///< points into the reader that read it
};

/// `jku`, `x5u`, `jwk` and `x5c` are never looked at: keys come from the configuration alone.
[[nodiscard]] Result<TokenHeader, TokenRefusal> read_header(simdjson::dom::object object);

}  // namespace coffer::access
