#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace coffer::access {

/// What a minted token says. Empty texts are left out.
struct TokenRequest {
    std::string tenant;   ///< required
    std::string subject;  ///< required: the user id
    std::vector<std::string> roles;
    std::vector<std::string> permissions;
    std::string application;
    std::string issuer;
    std::string audience;
    std::string entry_plane;  ///< `platform` for crossing tenants
    std::string kid;
    std::int64_t ttl_s = 3'600;  ///< 1 to 86,400
};

/// An HS256 access token of our own making, for development and `coffer token`. `secret` is what
/// read_secret_file() gave. Refuses what the service would refuse, and says what to change.
[[nodiscard]] Result<std::string, Fault> sign_token(const TokenRequest& request,
                                                    std::string_view secret, Instant now);

}  // namespace coffer::access
