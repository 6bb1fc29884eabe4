#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace coffer::app {

/// The signals of the service, taken by a thread that does nothing else. All of them are blocked in
/// every other thread, so this must be made before any of those begins.
class Signals {
public:
    /// SIGHUP: `taken` means "read again"; `left` ends the process, as when a terminal goes.
    enum class Hangup { taken, left };
    explicit Signals(Hangup hangup);
    ~Signals() { unwatch(); }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// What to do, on that thread.
    struct Actions {
        std::function<void()> on_stop;    ///< SIGTERM or SIGINT; asked() is true by then
        std::function<void()> on_reload;  ///< SIGHUP
        std::function<void()> on_day;     ///< when there was no signal for a day
    };
    void watch(Actions actions);
    /// No action is taken any more when it returns.
    void unwatch();

    [[nodiscard]] bool asked() const { return asked_.load(); }

private:
    void run();

    sigset_t set_{};
    Actions actions_;
    std::atomic<bool> asked_{false};
    std::atomic<bool> done_{false};
    std::thread thread_;
};

}  // namespace coffer::app
