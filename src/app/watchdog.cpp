#include "app/watchdog.h"

#include <condition_variable>
#include <mutex>

#include "os/clock.h"

namespace coffer::app {

Watchdog::Watchdog(const std::atomic<std::int64_t>& sync_began, std::function<void()> on_hang)
    : thread_{[&sync_began, on_hang = std::move(on_hang)](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any stopped;
          std::unique_lock hold{mutex};
          while (!stopped.wait_for(hold, stop, std::chrono::seconds{1},
                                   [&stop] { return stop.stop_requested(); })) {
              const std::int64_t began = sync_began.load(std::memory_order_relaxed);
              if (began != 0 && os::system_clock().monotonic_ns() - began > sync_ns_max) on_hang();
          }
      }} {}

}  // namespace coffer::app
