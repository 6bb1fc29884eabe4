#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

namespace coffer::app {

/// Ends the process when one sync of the journal takes longer than ten seconds: a disk that hangs
/// is
/// a disk that failed, and clients learn "unknown" from the broken connection.
class Watchdog {
public:
    static constexpr std::int64_t sync_ns_max = 10'000'000'000;

    /// `sync_began` is monotonic nanoseconds, 0 between syncs.
    Watchdog(const std::atomic<std::int64_t>& sync_began, std::function<void()> on_hang);

private:
    std::jthread thread_;
};

}  // namespace coffer::app
