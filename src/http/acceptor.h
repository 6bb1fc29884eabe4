#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "base/result.h"
#include "os/poller.h"
#include "os/socket.h"

namespace coffer::http {

/// The listening sockets of one poller. Pauses when the process is out of descriptors: the poller
/// is level-triggered, so a listener that cannot be served would end every wait at once.
class Acceptor {
public:
    /// Takes one connection; false: no more for now.
    using Take = std::function<bool(os::Accepted accepted, std::uint8_t tag)>;

    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    Acceptor(os::Poller& poller, std::uint32_t pause_ms, Take take)
        : poller_{poller}, pause_ms_{pause_ms}, take_{std::move(take)} {}
    ~Acceptor() { close(); }
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;

    [[nodiscard]] Result<Ok, Fault> listen(std::unique_ptr<os::Listener> listener,
                                           std::uint8_t tag);
    void close();

    /// An event with `listener_bit` in its token.
    void on_event(std::uint64_t token, std::int64_t now);
    /// To be called about when `next_at` has come; cheap before.
    void look(std::int64_t now);
    /// Monotonic nanoseconds; the largest number when there is nothing to wait for.
    [[nodiscard]] std::int64_t next_at() const { return again_at_; }
    [[nodiscard]] std::uint64_t pauses() const { return pauses_; }

private:
    struct Listening {
        std::unique_ptr<os::Listener> listener;
        std::uint8_t tag = 0;
    };
    void pause(std::int64_t now);
    void set_interest(os::Interest interest);

    os::Poller& poller_;
    const std::uint32_t pause_ms_;
    const Take take_;
    std::vector<Listening> listeners_;
    std::int64_t again_at_ = never;
    std::uint64_t pauses_ = 0;
};

}  // namespace coffer::http
