#pragma once

#include <cstdint>
#include <string_view>

#include "base/instant.h"

namespace coffer::engine {

// Days in a time zone. Zones are those of the machine's tz database; a name it does not have counts
// as UTC, so that a book made elsewhere can be read.

/// One day somewhere: its number, counted from 1970-01-01, and when it begins and ends.
struct LocalDay {
    std::int32_t day = 0;
    Instant begin;
    Instant end;  ///< not included
};

[[nodiscard]] bool is_time_zone(std::string_view name);

/// The day that `now` is in.
[[nodiscard]] LocalDay local_day(std::string_view zone, Instant now);

/// The day whose date is that of `midnight_utc`.
[[nodiscard]] LocalDay same_date(std::string_view zone, Instant midnight_utc);

}  // namespace coffer::engine
