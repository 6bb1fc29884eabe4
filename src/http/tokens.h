#pragma once

#include <cstdint>

namespace coffer::http {

// What the server's descriptors are called at a poller: bit 63 says that it is ours, bit 62 that it
// is a listener. The rest is free: a listener's place, or a connection's generation and slot.
inline constexpr std::uint64_t own_bit = std::uint64_t{1} << 63;
inline constexpr std::uint64_t listener_bit = std::uint64_t{1} << 62;

}  // namespace coffer::http
