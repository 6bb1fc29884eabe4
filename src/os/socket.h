#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace coffer::os {

/// An IP address and a port. IPv4 is kept as IPv4-mapped IPv6, so one form can be compared.
struct Address {
    std::array<std::uint8_t, 16> ip{};
    std::uint16_t port = 0;

    [[nodiscard]] bool is_loopback() const;
    friend bool operator==(const Address&, const Address&) = default;
};

/// `127.0.0.1:8080`, `[::1]:8080`. Names are not looked up; port 0 lets the kernel choose.
[[nodiscard]] Result<Address, Fault> parse_address(std::string_view text);

/// The IP address without the port.
[[nodiscard]] std::string ip_text(const Address& address);

/// As parse_address() reads it, and as it stands in a URL.
[[nodiscard]] std::string with_port(const Address& address);

/// Something a Poller of the same family can wait for.
class Pollable {
public:
    virtual ~Pollable() = default;
    [[nodiscard]] virtual int descriptor() const = 0;
};

/// What one call moved. `blocked`: nothing now, ask the poller. `finished`: the peer sends no more
/// (reads only). `broken`: the connection is gone.
struct Moved {
    enum class How : std::uint8_t { some, blocked, finished, broken };
    How how = How::some;
    std::size_t bytes = 0;
};

/// One connection. Never blocks, never raises a signal, never continues by itself: one call is at
/// most one system call of a plain connection, and a few of an encrypted one. Destroying it closes
/// it; one thread owns it.
class Stream : public Pollable {
public:
    /// False while the two sides agree on how to talk (TLS): reads are `blocked`, writes `broken`.
    [[nodiscard]] virtual bool established() const { return true; }
    [[nodiscard]] virtual Moved read(std::span<char> into) = 0;
    [[nodiscard]] virtual Moved write(std::string_view bytes) = 0;
    /// Tells the peer that nothing more will come (FIN); reading goes on.
    virtual void finish_writing() = 0;
    /// Makes the poller report it as readable, and reads end with `finished` once what has arrived
    /// is read. The peer is told nothing.
    virtual void stop_reading() = 0;
    /// Makes closing discard what was not sent and tell the peer so (RST).
    virtual void abort() = 0;
};

struct Accepted {
    /// `exhausted`: out of descriptors or memory; stop asking for a while.
    enum class How : std::uint8_t { connection, none, exhausted };
    How how = How::none;
    std::unique_ptr<Stream> stream;
    Address peer;
};

/// A listening socket. Destroying it closes it.
class Listener : public Pollable {
public:
    [[nodiscard]] virtual Accepted accept() = 0;
    [[nodiscard]] virtual Address local() const = 0;
};

/// Listens on TCP; its connections have TCP_NODELAY. The fault names the address and the reason.
[[nodiscard]] Result<std::unique_ptr<Listener>, Fault> listen_tcp(const Address& address);

}  // namespace coffer::os
