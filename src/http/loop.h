#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/acceptor.h"
#include "http/admission.h"
#include "http/connection.h"
#include "http/deadlines.h"
#include "http/head_parser.h"
#include "http/side.h"

namespace coffer::http {

/// A server that one thread does all of, or one of several such threads. loop.cpp: waiting,
/// deadlines, draining. loop_read.cpp: from bytes to requests. loop_write.cpp: from answers to
/// bytes.
class Loop final : public Side {
public:
    /// Request::connection counts from `first_id`: siblings do not share a number.
    Loop(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler,
         std::shared_ptr<Admission> admission, std::uint64_t first_id = 0);
    ~Loop() override;

    Result<Ok, Fault> listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag) override;
    std::size_t poll(std::int64_t timeout_ns) override;
    void flush() override;
    [[nodiscard]] bool keep_alive(Exchange exchange) override;
    [[nodiscard]] std::string& begin_answer(Exchange exchange) override;
    void end_answer(Exchange exchange) override;
    void begin_drain() override;
    [[nodiscard]] bool drained() const override {
        return draining_ && counters_.connections_open == 0;
    }
    [[nodiscard]] const Counters& counters() override;

    /// A connection that was accepted here or elsewhere. False: the poller had no room, it is gone.
    [[nodiscard]] bool adopt(os::Accepted accepted, std::uint8_t tag);

private:
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
    [[nodiscard]] Connection& free_slot();
    void close(Connection& connection);
    void cut_off(Connection& connection);
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

    Acceptor acceptor_;
    const std::shared_ptr<Admission> admission_;
    std::vector<std::unique_ptr<Connection>> connections_;  // by slot
    std::vector<std::uint32_t> free_slots_;
    std::vector<std::uint32_t> dirty_;
    std::vector<std::uint32_t> left_over_;
    std::vector<std::uint32_t> resuming_;
    Deadlines deadlines_;

    std::int64_t now_ = 0;  // monotonic, of this round
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
