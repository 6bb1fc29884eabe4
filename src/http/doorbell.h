#pragma once

#include <atomic>

#include "os/poller.h"

namespace coffer::http {

/// Wakes the thread of a poller, but only when it sleeps: a wake-up is a system call for the one
/// who wakes and a schedule for the one who sleeps, and a busy thread looks into its mail anyway.
///
///     owner:  poll(bell.may_sleep() ? timeout : 0); bell.awake(); take the mail
///     others: leave mail; bell.ring()
class Doorbell {
public:
    explicit Doorbell(os::Poller& poller) : poller_{poller} {}

    /// The owner, right before it waits. False: something was left meanwhile, do not wait.
    [[nodiscard]] bool may_sleep() {
        asleep_ = true;
        return !rung_;
    }
    /// The owner, after waiting and before it looks for mail.
    void awake() {
        asleep_ = false;
        rung_ = false;
    }
    /// Anybody, after leaving something where the owner looks.
    void ring() {
        rung_ = true;
        if (asleep_.exchange(false)) poller_.wake();
    }

private:
    os::Poller& poller_;
    // Sequentially consistent: each side writes its own flag before it reads the other's.
    std::atomic<bool> asleep_{false};
    std::atomic<bool> rung_{false};
};

}  // namespace coffer::http
