#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace coffer {

/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Instant {
    std::int64_t unix_ms = 0;

    friend constexpr bool operator==(Instant, Instant) = default;
    friend constexpr auto operator<=>(Instant, Instant) = default;
};

/// RFC 3339 in UTC with three decimals and `Z`: always 24 bytes for years 0 to 9999.
inline constexpr std::size_t instant_text_bytes = 24;

/// Appends the RFC 3339 text. The day and the second last printed are remembered per thread, so a
/// busy second costs a few nanoseconds a call.
void append_instant(std::string& out, Instant instant);
[[nodiscard]] std::string to_text(Instant instant);

/// Strict RFC 3339 with `Z` or a numeric offset, at most nine decimals (cut to milliseconds).
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

/// A calendar day `YYYY-MM-DD`: the instant at which it begins in UTC.
[[nodiscard]] std::optional<Instant> parse_day_utc(std::string_view text);

inline constexpr std::int64_t day_ms = 86'400'000;

}  // namespace coffer
