#include "engine/round_clock.h"

#include <algorithm>

namespace coffer::engine {
namespace {

inline constexpr std::int64_t anchor_age_ms_max = 60'000;

}  // namespace

RoundClock::RoundClock(os::Clock& clock, Instant journal) : clock_{clock}, last_{journal} {
    anchor(clock_.now(), clock_.monotonic_ns() / 1'000'000);
}

void RoundClock::anchor(Instant wall, std::int64_t monotonic_ms) {
    anchor_wall_ = wall;
    anchor_monotonic_ms_ = monotonic_ms;
}

RoundClock::Reading RoundClock::read() {
    const Instant wall = clock_.now();
    const std::int64_t monotonic_ms = clock_.monotonic_ns() / 1'000'000;
    const std::int64_t elapsed_ms = monotonic_ms - anchor_monotonic_ms_;
    const std::int64_t strayed_ms = wall.unix_ms - anchor_wall_.unix_ms - elapsed_ms;
    const bool jumped = strayed_ms > clock_stray_ms_max || strayed_ms < -clock_stray_ms_max;
    if (jumped || last_.unix_ms - wall.unix_ms > behind_ms_max_) return {last_, false};

    if (elapsed_ms >= anchor_age_ms_max) anchor(wall, monotonic_ms);
    if (wall >= last_) behind_ms_max_ = clock_stray_ms_max;
    last_ = std::max(last_, wall);
    return {last_, true};
}

void RoundClock::accept() {
    const Instant wall = clock_.now();
    anchor(wall, clock_.monotonic_ns() / 1'000'000);
    behind_ms_max_ = std::max<std::int64_t>(last_.unix_ms - wall.unix_ms, 0) + clock_stray_ms_max;
}

}  // namespace coffer::engine
