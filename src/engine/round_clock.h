#pragma once

#include <cstdint>

#include "base/instant.h"
#include "os/clock.h"

namespace coffer::engine {

/// How far the wall clock may stray before nobody may write by it.
inline constexpr std::int64_t clock_stray_ms_max = 10'000;

/// The one instant of a round, judged before it is used: what it gives never goes back along the
/// journal, and a wall clock that was set wrong stamps nothing.
///
/// The clock is wrong while it is more than 10 s behind the journal, or has moved by more than 10 s
/// against the monotonic clock since it was last found right (at most a minute ago, so that small
/// corrections do not add up over months). It is right again when neither holds, or when accepted.
class RoundClock {
public:
    /// `journal` is the time of the last batch; that of an empty book is 0.
    RoundClock(os::Clock& clock, Instant journal);

    struct Reading {
        Instant now;  ///< while the clock is wrong: the last right instant, good for reads
        bool right;
    };
    /// Once a round, before its first decision.
    [[nodiscard]] Reading read();

    /// The operator's word that the clock is right as it is. Where it is behind the journal, time
    /// stands still until it has caught up.
    void accept();

private:
    void anchor(Instant wall, std::int64_t monotonic_ms);

    os::Clock& clock_;
    Instant last_;
    // Wall and monotonic time as last found right.
    Instant anchor_wall_;
    std::int64_t anchor_monotonic_ms_ = 0;
    std::int64_t behind_ms_max_ = clock_stray_ms_max;
};

}  // namespace coffer::engine
