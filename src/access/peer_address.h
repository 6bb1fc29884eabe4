#pragma once

#include <array>
#include <cstdint>

namespace coffer::access {

/// Where a connection comes from: an IPv6 address, or an IPv4 one as ::ffff:a.b.c.d.
struct PeerAddress {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] static constexpr PeerAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                                                  std::uint8_t d) {
        return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
    }

    /// What limits count by: an IPv4 address, or the /64 that one IPv6 customer has.
    [[nodiscard]] constexpr PeerAddress limited_by() const {
        if (is_v4()) return *this;
        PeerAddress network = *this;
        for (std::size_t i = 8; i < 16; ++i) network.bytes[i] = 0;
        return network;
    }

    friend constexpr bool operator==(const PeerAddress&, const PeerAddress&) = default;
    template <class State>
    friend State AbslHashValue(State state, const PeerAddress& address) {
        return State::combine(std::move(state), address.bytes);
    }

private:
    [[nodiscard]] constexpr bool is_v4() const {
        for (std::size_t i = 0; i < 10; ++i) {
            if (bytes[i] != 0) return false;
        }
        return bytes[10] == 0xff && bytes[11] == 0xff;
    }
};

}  // namespace coffer::access
