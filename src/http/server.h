#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/limits.h"
#include "http/refusal.h"
#include "http/request.h"
#include "os/clock.h"
#include "os/poller.h"
#include "os/socket.h"

namespace coffer::http {

/// The place where one answer belongs. A small value: keep it, copy it, hand it back later. An
/// answer to a connection that is gone is dropped.
struct Exchange {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
    std::uint64_t number = 0;  ///< of the request on its connection
    std::uint16_t thread = 0;  ///< that holds the connection, where there are I/O threads
    bool keep_alive = true;    ///< as that thread saw it; ask Server::keep_alive()
};

/// The user of a Server. All calls come from inside Server::poll(), on its thread.
class Handler {
public:
    virtual ~Handler() = default;

    /// One complete request, in order of arrival. To be answered once, now or in a later round.
    virtual void on_request(const Request& request, Exchange exchange) = 0;

    /// The header of a request whose client waits for `100 Continue`; its body is not there yet.
    /// True: go on. False: the handler has answered `exchange` or will; the body is never read.
    /// Not asked with I/O threads, which always go on.
    [[nodiscard]] virtual bool may_continue(const Request& head, Exchange exchange);

    /// Asked only where a body is longer than Limits::body_bytes or comes in chunks. With I/O
    /// threads on one of them: what it reads must not change.
    [[nodiscard]] virtual std::size_t body_bytes_max(const Request& head, std::size_t usual);

    /// A descriptor that somebody else added to the same poller (tokens below 2^63).
    virtual void on_ready(const os::Ready& ready);
};

struct Counters {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_open = 0;
    std::uint64_t connections_idle_closed = 0;
    std::uint64_t connections_broken = 0;  ///< reset by the peer, or ended inside a request
    std::uint64_t accept_pauses = 0;       ///< out of descriptors
    std::uint64_t write_stalls = 0;
    std::uint64_t requests = 0;         ///< that reached the handler
    std::uint64_t answers_dropped = 0;  ///< the connection was gone
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t rounds = 0;
    std::array<std::uint64_t, refusal_count> refused{};  ///< by Refusal

    Counters& operator+=(const Counters& other);
};

struct ServerOptions {
    Limits limits;
    /// The body of an answer that the server gives by itself (400, 408, 413 …), in the words of the
    /// layer above. Without one such answers have no body.
    std::function<std::string(int status, std::string_view reason)> error_body;
    std::string error_content_type = "application/json";
    /// Threads that read, parse and send. 0: the owner's does it all, which is the fastest on two
    /// processors. `error_body` is called on them, too.
    std::uint32_t io_threads = 0;
};

class Side;

/// An HTTP/1.1 server as one half of an event loop that somebody else owns. All calls on its
/// thread, which is the only one unless ServerOptions::io_threads asks for more:
///
///     while (running) {
///         server.poll(timeout_ns);    // one wait; one read a ready socket; handler.on_request()
///         engine.commit();            // whatever makes answers true
///         ... server.begin_answer(exchange) / end_answer(exchange) ...
///         server.flush();             // one write a connection that has something to send
///     }
///
/// Nothing is written to a socket outside flush(), so no answer can leave before its commit.
/// Bytes behind a framing error are never looked at. Memory a connection: what it has unparsed and
/// unsent, both bounded by Limits. Steady state: no allocation and no epoll_ctl a request.
class Server {
public:
    /// Clock, poller and handler must outlive the server.
    Server(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Starts accepting, and the I/O threads. `tag` comes back as Request::listener.
    [[nodiscard]] Result<Ok, Fault> listen(std::unique_ptr<os::Listener> listener,
                                           std::uint8_t tag = 0);

    /// One half round: waits at most `timeout_ns` (negative: for ever; less when a deadline is
    /// nearer or work is left over), reads, parses, calls the handler. Returns how many requests.
    std::size_t poll(std::int64_t timeout_ns);

    /// The other half: writes what was answered, closes what is finished.
    void flush();

    /// Whether the answer may leave the connection open; false asks for `Connection: close`.
    [[nodiscard]] bool keep_alive(Exchange exchange) const;

    /// A whole response. Answers may come in any order; they are sent in the order of the requests.
    void answer(Exchange exchange, std::string_view response);

    /// The same without a copy: append one whole response to the buffer, then call end_answer().
    /// One answer at a time; what stands in the buffer already must not be touched.
    [[nodiscard]] std::string& begin_answer(Exchange exchange);
    void end_answer(Exchange exchange);

    /// A whole response that stands somewhere else, as large ones do: taken as it is, unless others
    /// wait before it.
    void take_answer(Exchange exchange, std::string response);

    /// Stops accepting, closes idle connections, answers what is under way and closes then.
    /// After Limits::graceful_stop_ms whatever is left is cut off by poll().
    void begin_drain();
    [[nodiscard]] bool drained() const;

    [[nodiscard]] const Counters& counters() const;

private:
    std::unique_ptr<Side> side_;
};

}  // namespace coffer::http
