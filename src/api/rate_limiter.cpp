#include "api/rate_limiter.h"

namespace coffer::api {
namespace {

constexpr std::int64_t minute_ns = 60'000'000'000;
constexpr std::int64_t hour_ns = 60 * minute_ns;

std::uint64_t seconds_to_end(std::int64_t now_ns, std::int64_t window_ns) {
    return static_cast<std::uint64_t>((window_ns - now_ns % window_ns + 999'999'999) /
                                      1'000'000'000);
}

}  // namespace

RateLimiter::Row* RateLimiter::row_of(const access::Principal& caller, std::int64_t minute) {
    // None of the three has a control character in it.
    name_.assign(caller.tenant).append(1, '\n').append(caller.application).append(1, '\n');
    name_.append(caller.subject);
    if (const auto found = rows_.find(name_); found != rows_.end()) return &found->second;
    if (rows_.size() >= callers_max_ && swept_in_minute_ != minute) {
        swept_in_minute_ = minute;
        absl::erase_if(rows_, [&](const auto& row) { return row.second.hour < minute / 60; });
    }
    return rows_.size() >= callers_max_ ? nullptr : &rows_[name_];
}

std::optional<RateLimiter::Over> RateLimiter::count(const access::Principal& caller,
                                                    const wallet::Policy& policy,
                                                    std::int64_t now_ns) {
    const std::uint32_t per_min = policy.number(wallet::PolicyField::rate_limit_per_min);
    const std::uint32_t per_hour = policy.number(wallet::PolicyField::rate_limit_per_hour);
    if (per_min == 0 && per_hour == 0) return std::nullopt;
    Row* const row = row_of(caller, now_ns / minute_ns);
    if (row == nullptr) return std::nullopt;
    if (row->minute != now_ns / minute_ns) {
        row->minute = now_ns / minute_ns;
        row->in_minute = 0;
    }
    if (row->hour != now_ns / hour_ns) {
        row->hour = now_ns / hour_ns;
        row->in_hour = 0;
    }
    // The longer wait first: who waits for less is refused again.
    if (per_hour != 0 && row->in_hour >= per_hour) {
        return Over{per_hour, seconds_to_end(now_ns, hour_ns)};
    }
    if (per_min != 0 && row->in_minute >= per_min) {
        return Over{per_min, seconds_to_end(now_ns, minute_ns)};
    }
    ++row->in_hour;
    ++row->in_minute;
    return std::nullopt;
}

}  // namespace coffer::api
