#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "os/socket.h"

namespace coffer::os {

/// What a descriptor is waited for. Errors and resets are always reported.
enum class Interest : std::uint8_t { none = 0, read = 1, write = 2, read_write = 3 };

struct Ready {
    std::uint64_t token = 0;
    bool readable = false;  ///< also set on error, so that the next read shows it
    bool writable = false;
    bool broken = false;  ///< reset, or both directions are closed
};

/// Waits for many descriptors at once: level-triggered, so what was not read is reported again.
/// All calls on the owner's thread, but wake(), which any thread may call.
class Poller {
public:
    virtual ~Poller() = default;

    /// `token` comes back in Ready. It belongs to the caller; 2^64 - 1 is kept for wake().
    [[nodiscard]] virtual Result<Ok, Fault> add(int descriptor, std::uint64_t token,
                                                Interest interest) = 0;
    virtual void change(int descriptor, std::uint64_t token, Interest interest) = 0;
    virtual void remove(int descriptor) = 0;

    /// Waits until something is ready, wake() was called or `timeout_ns` has passed (negative: for
    /// ever; rounded up to whole milliseconds). Returns the part of `into` that was filled.
    [[nodiscard]] virtual std::span<Ready> wait(std::int64_t timeout_ns, std::span<Ready> into) = 0;

    /// An eventfd: adding to it is wake(). -1: there is none.
    [[nodiscard]] virtual int wake_descriptor() const = 0;

    /// Ends the present or the next wait(). Calls before that are one.
    virtual void wake() = 0;
};

/// epoll with an eventfd.
[[nodiscard]] Result<std::unique_ptr<Poller>, Fault> make_poller();

}  // namespace coffer::os
