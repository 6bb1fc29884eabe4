#include "access/failed_auth_limiter.h"

#include <algorithm>
#include <bit>

#include <absl/hash/hash.h>

namespace coffer::access {
namespace {

constexpr std::int64_t window_ns = 1'000'000'000;

}  // namespace

FailedAuthLimiter::FailedAuthLimiter(Options options)
    : failures_per_second_{options.failures_per_second},
      windows_(std::bit_ceil(std::max<std::size_t>(options.addresses_max, places))) {}

bool FailedAuthLimiter::is_current(const Window& window, std::int64_t monotonic_ns) {
    return window.failures > 0 && monotonic_ns - window.began_ns < window_ns;
}

/// Each address has a choice of four neighbouring places: one cache line or two, never a search.
std::size_t FailedAuthLimiter::first_place(const PeerAddress& address) const {
    return absl::Hash<PeerAddress>{}(address) & (windows_.size() - 1) & ~(places - 1);
}

bool FailedAuthLimiter::failed(const PeerAddress& peer, std::int64_t monotonic_ns) {
    const PeerAddress address = peer.limited_by();
    const std::size_t first = first_place(address);
    Window* quietest = nullptr;
    for (std::size_t i = first; i < first + places; ++i) {
        Window& window = windows_[i];
        if (!is_current(window, monotonic_ns)) window.failures = 0;
        if (window.failures > 0 && window.address == address) {
            if (window.failures < failures_per_second_) {
                ++window.failures;
                return false;
            }
            ++refused_;
            return true;
        }
        if (quietest == nullptr || window.failures < quietest->failures) quietest = &window;
    }
    if (quietest->failures > 0) ++forgotten_;
    *quietest = {.address = address, .began_ns = monotonic_ns, .failures = 1};
    return failures_per_second_ == 0;
}

bool FailedAuthLimiter::exceeded(const PeerAddress& peer, std::int64_t monotonic_ns) const {
    const PeerAddress address = peer.limited_by();
    const std::size_t first = first_place(address);
    for (std::size_t i = first; i < first + places; ++i) {
        const Window& window = windows_[i];
        if (is_current(window, monotonic_ns) && window.address == address) {
            return window.failures >= failures_per_second_;
        }
    }
    return false;
}

}  // namespace coffer::access
