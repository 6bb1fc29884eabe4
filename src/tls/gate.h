#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/clock.h"
#include "os/socket.h"
#include "tls/identity.h"

namespace coffer::tls {

/// Why a connection never became one.
enum class Failure : std::uint8_t {
    plain_http,           ///< somebody wrote http:// for https://
    version,              ///< offers nothing from TLS 1.2 up
    suite,                ///< no cipher suite, group or signature in common
    protocol,             ///< names protocols (ALPN), and not http/1.1
    certificate_refused,  ///< the client does not trust our certificate
    abandoned,            ///< closed before the end, by the peer or by a deadline
    other,                ///< no TLS at all, or broken
};
inline constexpr std::size_t failure_count = 7;
[[nodiscard]] std::string_view to_text(Failure failure);

struct Figures {
    std::uint64_t handshakes_1_2 = 0;
    std::uint64_t handshakes_1_3 = 0;
    std::uint64_t resumed = 0;  ///< of both, those by a ticket
    std::array<std::uint64_t, failure_count> failed{};
    Instant certificate_expires;
};

struct GateOptions {
    /// Sent as it is to whoever speaks plain HTTP to us, so that a person can read what is wrong.
    std::string answer_to_plain_http;
    /// What handshakes may take of a thread's time, so that a crowd of new clients does not hold up
    /// those who have a connection: never longer than this without a break, and three quarters.
    std::int64_t handshake_burst_ns = 2'000'000;
};

/// Makes listeners speak TLS 1.2 and 1.3. use() and figures() on any thread; a connection goes on
/// with the identity that it began with.
class Gate {
public:
    /// The clock must outlive the gate and all of its connections.
    [[nodiscard]] static Result<std::unique_ptr<Gate>, Fault> create(const Identity& identity,
                                                                     os::Clock& clock,
                                                                     GateOptions options = {});
    ~Gate();
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    /// From the next connection on. Also makes new keys for session tickets, so that whoever calls
    /// it daily, with the same identity, keeps what was said yesterday secret from whoever breaks
    /// in tomorrow. After a fault everything is as before.
    [[nodiscard]] Result<Ok, Fault> use(const Identity& identity);

    [[nodiscard]] std::unique_ptr<os::Listener> over(std::unique_ptr<os::Listener> plain);

    [[nodiscard]] Figures figures() const;

    struct State;  // shared with the connections

private:
    explicit Gate(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace coffer::tls
