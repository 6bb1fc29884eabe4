#include "engine/local_time.h"

#include <date/tz.h>

#include <algorithm>
#include <exception>
#include <string>

namespace coffer::engine {
namespace {

using std::chrono::milliseconds;
using Moment = date::sys_time<milliseconds>;

// Its exceptions end here.
const date::time_zone* find_zone(std::string_view name) {
    try {
        return date::locate_zone(std::string{name});
    } catch (const std::exception&) {
        return nullptr;
    }
}

LocalDay utc_day(std::int64_t day) {
    return {static_cast<std::int32_t>(day), {day * day_ms}, {(day + 1) * day_ms}};
}

std::int64_t whole_days(Instant instant) {
    const std::int64_t cut = instant.unix_ms / day_ms;
    return instant.unix_ms % day_ms < 0 ? cut - 1 : cut;
}

Instant midnight(const date::time_zone& zone, date::local_days day) {
    // Where clocks go forward at midnight the day begins when they have.
    const auto moment = zone.to_sys(date::local_time<milliseconds>{day}, date::choose::earliest);
    return {moment.time_since_epoch().count()};
}

LocalDay day_in(const date::time_zone& zone, date::local_days day) {
    return {static_cast<std::int32_t>(day.time_since_epoch().count()), midnight(zone, day),
            midnight(zone, day + date::days{1})};
}

}  // namespace

bool is_time_zone(std::string_view name) {
    const bool written_like_one = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '_' || c == '-' || c == '+';
    });
    return name == "UTC" || (written_like_one && find_zone(name) != nullptr);
}

LocalDay local_day(std::string_view zone, Instant now) {
    const auto* found = zone == "UTC" ? nullptr : find_zone(zone);
    if (found == nullptr) return utc_day(whole_days(now));
    const auto local = found->to_local(Moment{milliseconds{now.unix_ms}});
    return day_in(*found, date::floor<date::days>(local));
}

LocalDay same_date(std::string_view zone, Instant midnight_utc) {
    const std::int64_t day = whole_days(midnight_utc);
    const auto* found = zone == "UTC" ? nullptr : find_zone(zone);
    if (found == nullptr) return utc_day(day);
    return day_in(*found, date::local_days{date::days{day}});
}

}  // namespace coffer::engine
