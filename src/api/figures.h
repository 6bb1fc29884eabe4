#pragma once

#include <array>
#include <cstdint>

#include "api/errors.h"
#include "api/routes.h"

namespace coffer::api {

/// Upper bounds of the latency buckets in nanoseconds; what is slower counts in one more bucket.
inline constexpr std::array<std::int64_t, 14> latency_bounds_ns{
    50'000,     100'000,    250'000,    500'000,     1'000'000,   2'500'000,   5'000'000,
    10'000'000, 25'000'000, 50'000'000, 100'000'000, 250'000'000, 500'000'000, 1'000'000'000};

/// Counted since the start, per route. From the round in which the request was read to the round
/// in which its answer was given to the server.
struct RouteFigures {
    std::array<std::uint64_t, 6> by_status_class{};  ///< [2] is 2xx
    std::array<std::uint64_t, latency_bounds_ns.size() + 1> latency{};
    std::uint64_t latency_sum_ns = 0;
};

/// Plain numbers, for whoever renders a metrics page. Read on the engine's thread.
struct Figures {
    std::array<RouteFigures, route_count> routes{};
    std::array<std::uint64_t, error_count> errors{};  ///< answers by row of the error table
    std::uint64_t replayed = 0;
    std::uint64_t in_flight = 0;  ///< now: requests that wait for the store
    std::uint64_t in_flight_most = 0;
    std::uint64_t parked = 0;  ///< now: requests that wait for their token to be checked
    std::uint64_t parked_bytes = 0;
};

}  // namespace coffer::api
