#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>

#include "access/principal.h"
#include "wallet/policy.h"

namespace coffer::api {

/// Counts the requests of each caller in the minute and the hour that run now, and says when a
/// policy's limit is reached. A caller is a user of one application, whatever token is sent. What
/// is refused does not count.
///
/// Bounded: rows whose hour is over go when room is needed; while there is none, callers that are
/// not known yet are let through without being counted, because the limits are there for them.
class RateLimiter {
public:
    explicit RateLimiter(std::size_t callers_max) : callers_max_{callers_max} {}

    struct Over {
        std::uint32_t limit = 0;
        std::uint64_t reset_s = 0;  ///< until the window ends, at least 1
    };
    /// Counts one request. Nothing: it may go on.
    [[nodiscard]] std::optional<Over> count(const access::Principal& caller,
                                            const wallet::Policy& policy, std::int64_t now_ns);

    [[nodiscard]] std::size_t callers() const { return rows_.size(); }

private:
    struct Row {
        std::int64_t minute = -1;
        std::int64_t hour = -1;
        std::uint32_t in_minute = 0;
        std::uint32_t in_hour = 0;
    };
    [[nodiscard]] Row* row_of(const access::Principal& caller, std::int64_t minute);

    std::size_t callers_max_;
    absl::flat_hash_map<std::string, Row> rows_;
    std::string name_;
    std::int64_t swept_in_minute_ = -1;
};

}  // namespace coffer::api
