#pragma once

#include <cstdint>
#include <vector>

#include "access/peer_address.h"

namespace coffer::access {

/// Counts refused tokens and keys per address: after `failures_per_second` the answer is 429.
///
/// A table of fixed size that never allocates. When more addresses fail in one second than it has
/// places, the address with the fewest failures is forgotten: the loud ones stay. Ask exceeded()
/// only for what is not cached, so that known tokens from a shared address keep working.
class FailedAuthLimiter {
public:
    struct Options {
        std::uint32_t failures_per_second = 100;
        std::uint32_t addresses_max = 16'384;  ///< rounded up to a power of two; 32 bytes each
    };

    explicit FailedAuthLimiter(Options options);

    /// Records a failure. True when over the limit: answer 429 with `Retry-After: 1`, not 401.
    [[nodiscard]] bool failed(const PeerAddress& peer, std::int64_t monotonic_ns);

    /// True while the address is over its limit.
    [[nodiscard]] bool exceeded(const PeerAddress& peer, std::int64_t monotonic_ns) const;

    [[nodiscard]] std::uint64_t refused_count() const { return refused_; }
    [[nodiscard]] std::uint64_t forgotten_count() const { return forgotten_; }

private:
    /// One second of one address, from its first failure on.
    struct Window {
        PeerAddress address;
        std::int64_t began_ns = 0;
        std::uint32_t failures = 0;  // 0: a free place
    };
    static constexpr std::size_t places = 4;

    [[nodiscard]] std::size_t first_place(const PeerAddress& address) const;
    [[nodiscard]] static bool is_current(const Window& window, std::int64_t monotonic_ns);

    std::uint32_t failures_per_second_;
    std::vector<Window> windows_;
    std::uint64_t refused_ = 0;
    std::uint64_t forgotten_ = 0;
};

}  // namespace coffer::access
