#include "os/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace coffer::os {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_ipv4(const Address& address) {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.ip.begin());
}

Address address_of(const sockaddr_storage& storage) {
    Address address;
    if (storage.ss_family == AF_INET) {
        sockaddr_in ipv4{};
        ::memcpy(&ipv4, &storage, sizeof ipv4);
        std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.ip.begin());
        ::memcpy(address.ip.data() + mapped_prefix.size(), &ipv4.sin_addr, 4);
        address.port = ntohs(ipv4.sin_port);
    } else if (storage.ss_family == AF_INET6) {
        sockaddr_in6 ipv6{};
        ::memcpy(&ipv6, &storage, sizeof ipv6);
        ::memcpy(address.ip.data(), &ipv6.sin6_addr, address.ip.size());
        address.port = ntohs(ipv6.sin6_port);
    }
    return address;
}

socklen_t to_sockaddr(const Address& address, sockaddr_storage& storage) {
    storage = {};
    if (is_ipv4(address)) {
        sockaddr_in ipv4{};
        ipv4.sin_family = AF_INET;
        ipv4.sin_port = htons(address.port);
        ::memcpy(&ipv4.sin_addr, address.ip.data() + mapped_prefix.size(), 4);
        ::memcpy(&storage, &ipv4, sizeof ipv4);
        return sizeof ipv4;
    }
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(address.port);
    ::memcpy(&ipv6.sin6_addr, address.ip.data(), address.ip.size());
    ::memcpy(&storage, &ipv6, sizeof ipv6);
    return sizeof ipv6;
}

Moved moved_or_not(ssize_t count, Moved::How at_zero) {
    if (count > 0) return {Moved::How::some, static_cast<std::size_t>(count)};
    if (count == 0) return {at_zero, 0};
    if (errno == EAGAIN || errno == EINTR) return {Moved::How::blocked, 0};
    return {Moved::How::broken, 0};
}

/// One stream of a non-blocking socket. recv() and send() of the C library are cancellation points,
/// which costs 0.1 µs a request in a process with threads; nobody cancels threads here.
class TcpStream final : public Stream {
public:
    explicit TcpStream(int socket) : socket_{socket} {}
    ~TcpStream() override { ::close(socket_); }

    int descriptor() const override { return socket_; }
    Moved read(std::span<char> into) override {
        return moved_or_not(
            ::syscall(SYS_recvfrom, socket_, into.data(), into.size(), 0, nullptr, nullptr),
            Moved::How::finished);
    }
    Moved write(std::string_view bytes) override {
        return moved_or_not(
            ::syscall(SYS_sendto, socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0),
            Moved::How::blocked);
    }
    void finish_writing() override { ::shutdown(socket_, SHUT_WR); }
    void stop_reading() override { ::shutdown(socket_, SHUT_RD); }
    void abort() override {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }

private:
    int socket_;
};

class TcpListener final : public Listener {
public:
    TcpListener(int socket, Address local) : socket_{socket}, local_{local} {}
    ~TcpListener() override { ::close(socket_); }

    int descriptor() const override { return socket_; }
    Address local() const override { return local_; }

    Accepted accept() override {
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        const int socket = ::accept4(socket_, reinterpret_cast<sockaddr*>(&storage), &size,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket >= 0) {
            return {Accepted::How::connection, std::make_unique<TcpStream>(socket),
                    address_of(storage)};
        }
        switch (errno) {
            case EMFILE:
            case ENFILE:
            case ENOBUFS:
            case ENOMEM: return {.how = Accepted::How::exhausted};
            default: return {.how = Accepted::How::none};  // an open set: errno of the kernel
        }
    }

private:
    int socket_;
    Address local_;
};

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, port);
    if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
    return port;
}

}  // namespace

bool Address::is_loopback() const {
    if (is_ipv4(*this)) return ip[12] == 127;
    return std::all_of(ip.begin(), ip.end() - 1, [](std::uint8_t byte) { return byte == 0; }) &&
           ip[15] == 1;
}

Result<Address, Fault> parse_address(std::string_view text) {
    const Fault fault{
        Fault::Kind::configuration,
        "'" + std::string(text) + "' is not an address: write 127.0.0.1:8080 or [::1]:8080"};
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return fault;
    const auto port = parse_port(text.substr(colon + 1));
    std::string ip{text.substr(0, colon)};
    if (!port) return fault;

    Address address;
    address.port = *port;
    if (ip.size() > 2 && ip.front() == '[' && ip.back() == ']') {
        ip = ip.substr(1, ip.size() - 2);
        if (::inet_pton(AF_INET6, ip.c_str(), address.ip.data()) != 1) return fault;
        return address;
    }
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.ip.begin());
    if (::inet_pton(AF_INET, ip.c_str(), address.ip.data() + mapped_prefix.size()) != 1)
        return fault;
    return address;
}

std::string ip_text(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_ipv4(address)) {
        ::inet_ntop(AF_INET, address.ip.data() + mapped_prefix.size(), text.data(), text.size());
    } else {
        ::inet_ntop(AF_INET6, address.ip.data(), text.data(), text.size());
    }
    return text.data();
}

std::string with_port(const Address& address) {
    const std::string ip = ip_text(address);
    const std::string port = std::to_string(address.port);
    return is_ipv4(address) ? ip + ":" + port : "[" + ip + "]:" + port;
}

Result<std::unique_ptr<Listener>, Fault> listen_tcp(const Address& address) {
    const auto fault = [&address](int reason) {
        return Fault{Fault::Kind::configuration,
                     "cannot listen on " + with_port(address) + ": " + ::strerror(reason)};
    };
    sockaddr_storage storage;
    socklen_t size = to_sockaddr(address, storage);
    const int socket = ::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) return fault(errno);

    // Connections inherit TCP_NODELAY from here, which saves a call for each.
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    auto* const generic = reinterpret_cast<sockaddr*>(&storage);
    if (::bind(socket, generic, size) != 0 || ::listen(socket, SOMAXCONN) != 0 ||
        ::getsockname(socket, generic, &size) != 0) {
        const int reason = errno;
        ::close(socket);
        return fault(reason);
    }
    return std::unique_ptr<Listener>{std::make_unique<TcpListener>(socket, address_of(storage))};
}

}  // namespace coffer::os
