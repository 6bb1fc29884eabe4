#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>

#include "http/limits.h"
#include "os/socket.h"

namespace coffer::http {

/// How many connections there are, in all and from one address: one count for all threads of a
/// server, each of which has its own connections. Any thread may call; a lock is taken only where
/// addresses are limited, and only as connections come and go.
class Admission {
public:
    explicit Admission(const Limits& limits) : limits_{limits} {}

    /// Counts one more. False: it is over a limit, and is there only to be told so.
    [[nodiscard]] bool enter(const os::Address& peer);
    void leave(const os::Address& peer);

    /// Not even room for telling: leave them in the kernel's queue.
    [[nodiscard]] bool full() const { return open_ >= limits_.connections + refusal_slots; }

private:
    static constexpr std::uint64_t refusal_slots = 64;

    const Limits limits_;
    std::atomic<std::uint64_t> open_{0};
    std::mutex mutex_;
    std::map<std::array<std::uint8_t, 16>, std::uint32_t> per_address_;  // only with that limit
};

}  // namespace coffer::http
