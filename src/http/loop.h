#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/connection.h"
#include "http/deadlines.h"
#include "http/head_parser.h"
#include "http/server.h"

namespace coffer::http {

/// The inside of Server. loop.cpp: waiting, accepting, deadlines, draining. loop_read.cpp: from
/// bytes to requests. loop_write.cpp: from answers to bytes.
class Server::Loop {
public:
    Loop(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler);
    ~Loop();

    Result<Ok, Fault> listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag);
    std::size_t poll(std::int64_t timeout_ns);
    void flush();
    [[nodiscard]] bool keep_alive(Exchange exchange);
    [[nodiscard]] std::string& begin_answer(Exchange exchange);
    void end_answer(Exchange exchange);
    void begin_drain();
    [[nodiscard]] bool drained() const { return draining_ && counters_.connections_open == 0; }
    [[nodiscard]] const Counters& counters() const { return counters_; }

private:
    struct Listening {
        std::unique_ptr<os::Listener> listener;
        std::uint8_t tag = 0;
    };
    /// Bytes that are not parsed yet, in the shared buffer or in a connection's own.
    struct Unparsed {
        char* at;
        std::size_t left;
    };
    enum class Took { request, nothing, needs_more };
    enum class Why { idle, header, body, stall, linger };
    struct Deadline {
        std::int64_t when;
        Why why;
    };

    // loop.cpp
    [[nodiscard]] std::int64_t wait_ns(std::int64_t timeout_ns) const;
    void on_event(const os::Ready& ready);
    void accept_from(std::size_t index);
    void open(os::Accepted accepted, std::uint8_t tag);
    [[nodiscard]] bool too_many(const os::Address& peer) const;
    [[nodiscard]] Connection& free_slot();
    void close(Connection& connection);
    void cut_off(Connection& connection);
    void pause_accepting();
    void resume_accepting();
    [[nodiscard]] Deadline deadline_of(const Connection& connection) const;
    [[nodiscard]] std::int64_t on_due(Connection& connection);
    void watch_deadline(Connection& connection);

    // loop_read.cpp
    void on_readable(Connection& connection);
    void on_bytes(Connection& connection, std::size_t count);
    void discard_input(Connection& connection);
    void resume(Connection& connection);
    void take_requests(Connection& connection, Unparsed& bytes);
    [[nodiscard]] Took take_request(Connection& connection, Unparsed& bytes);
    [[nodiscard]] Took take_head(Connection& connection, Unparsed& bytes);
    [[nodiscard]] Took open_body(Connection& connection, Unparsed& bytes);
    [[nodiscard]] Took take_body(Connection& connection, Unparsed& bytes);
    void describe(Connection& connection);
    [[nodiscard]] Exchange push_pending(Connection& connection, bool keep_alive);
    [[nodiscard]] Took refuse(Connection& connection, Refusal refusal);
    [[nodiscard]] bool may_parse(const Connection& connection) const;
    [[nodiscard]] bool wants_bytes(const Connection& connection) const;
    void note_left_over(Connection& connection);

    // loop_write.cpp
    [[nodiscard]] Connection* find(Exchange exchange);
    void mark_dirty(Connection& connection);
    void send(Connection& connection);
    void settle(Connection& connection);
    [[nodiscard]] bool close_if_done(Connection& connection);
    void set_interest(Connection& connection, os::Interest interest);

    static constexpr std::size_t scratch_bytes = 64 << 10;
    static constexpr std::size_t events_max = 512;

    const ServerOptions options_;
    const Limits& limits_ = options_.limits;
    os::Clock& clock_;
    os::Poller& poller_;
    Handler& handler_;
    Counters counters_;

    std::vector<Listening> listeners_;
    std::vector<std::unique_ptr<Connection>> connections_;  // by slot
    std::vector<std::uint32_t> free_slots_;
    std::map<std::array<std::uint8_t, 16>, std::uint32_t> per_address_;  // only with that limit
    std::vector<std::uint32_t> dirty_;
    std::vector<std::uint32_t> left_over_;
    std::vector<std::uint32_t> resuming_;
    Deadlines deadlines_;

    std::int64_t now_ = 0;  // monotonic, of this round
    std::int64_t accept_again_at_ = Deadlines::never;
    std::int64_t drain_until_ = Deadlines::never;
    bool draining_ = false;
    std::uint64_t last_id_ = 0;

    // One of each for all connections: they stay in the cache. The shared read buffer is where most
    // requests are parsed, without ever being copied.
    Head head_;
    std::vector<char> scratch_ = std::vector<char>(scratch_bytes);
    std::array<os::Ready, events_max> events_{};
    std::string dropped_;  // takes answers that nobody waits for any more
};

}  // namespace coffer::http
