#include "http/loop.h"

#include <algorithm>
#include <utility>

#include "base/ensure.h"
#include "http/tokens.h"

namespace coffer::http {
namespace {

constexpr std::int64_t ns_in_ms = 1'000'000;
constexpr std::int64_t ns_in_s = 1'000'000'000;

// Generation and slot, so that an event for a connection that is gone cannot reach its successor.
constexpr std::uint32_t generation_mask = (std::uint32_t{1} << 30) - 1;

std::uint64_t token_of(const Connection& connection) {
    return own_bit | (std::uint64_t{connection.generation & generation_mask} << 32) |
           connection.slot;
}

}  // namespace

Loop::Loop(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler,
           std::shared_ptr<Admission> admission, std::uint64_t first_id)
    : options_{std::move(options)},
      clock_{clock},
      poller_{poller},
      handler_{handler},
      acceptor_{poller, limits_.accept_pause_ms,
                [this](os::Accepted accepted, std::uint8_t tag) {
                    return adopt(std::move(accepted), tag) && !admission_->full();
                }},
      admission_{std::move(admission)},
      last_id_{first_id} {
    ENSURE(limits_.headers <= Head::headers_max);
    ENSURE(limits_.pipelined > 0 && limits_.connections > 0);
    now_ = clock_.monotonic_ns();
}

Loop::~Loop() {
    acceptor_.close();
    for (auto& connection : connections_) {
        if (connection->stream != nullptr) close(*connection);
    }
}

Result<Ok, Fault> Loop::listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag) {
    return acceptor_.listen(std::move(listener), tag);
}

const Counters& Loop::counters() {
    counters_.accept_pauses = acceptor_.pauses();
    return counters_;
}

std::int64_t Loop::wait_ns(std::int64_t timeout_ns) const {
    if (!left_over_.empty()) return 0;
    const std::int64_t next = std::min({deadlines_.earliest(), acceptor_.next_at(), drain_until_});
    if (next == Deadlines::never) return timeout_ns;
    const std::int64_t left = std::max<std::int64_t>(0, next - now_);
    return timeout_ns < 0 ? left : std::min(timeout_ns, left);
}

std::size_t Loop::poll(std::int64_t timeout_ns) {
    now_ = clock_.monotonic_ns();
    const auto ready = poller_.wait(wait_ns(timeout_ns), events_);
    now_ = clock_.monotonic_ns();
    ++counters_.rounds;
    const std::uint64_t before = counters_.requests;

    // What was left over came before what is ready now.
    std::swap(left_over_, resuming_);
    for (const std::uint32_t slot : resuming_) {
        if (connections_[slot]->resuming) resume(*connections_[slot]);
    }
    resuming_.clear();
    for (const os::Ready& event : ready) on_event(event);

    deadlines_.look(now_, [this](std::size_t slot) { return on_due(*connections_[slot]); });
    acceptor_.look(now_);
    if (now_ >= drain_until_) {
        drain_until_ = Deadlines::never;
        for (auto& connection : connections_) {
            if (connection->stream != nullptr) cut_off(*connection);
        }
    }
    return static_cast<std::size_t>(counters_.requests - before);
}

void Loop::on_event(const os::Ready& ready) {
    if ((ready.token & own_bit) == 0) return handler_.on_ready(ready);
    const auto low = static_cast<std::uint32_t>(ready.token);
    if ((ready.token & listener_bit) != 0) return acceptor_.on_event(ready.token, now_);

    Connection& connection = *connections_[low];
    if (connection.stream == nullptr || token_of(connection) != ready.token) return;
    if (ready.broken) {
        if (!connection.lingering) ++counters_.connections_broken;
        return close(connection);
    }
    if (ready.writable) mark_dirty(connection);
    if (ready.readable) on_readable(connection);
}

Connection& Loop::free_slot() {
    if (free_slots_.empty()) {
        auto& made = connections_.emplace_back(std::make_unique<Connection>());
        made->slot = static_cast<std::uint32_t>(connections_.size() - 1);
        made->pending.resize(limits_.pipelined);
        deadlines_.grow(connections_.size());
        return *made;
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return *connections_[slot];
}

bool Loop::adopt(os::Accepted accepted, std::uint8_t tag) {
    Connection& connection = free_slot();
    const int descriptor = accepted.stream->descriptor();
    if (!poller_.add(descriptor, token_of(connection), os::Interest::read)) {
        free_slots_.push_back(connection.slot);
        return false;
    }
    connection.stream = std::move(accepted.stream);
    connection.id = ++last_id_;
    connection.peer = accepted.peer;
    connection.peer_is_loopback = accepted.peer.is_loopback();
    connection.listener = tag;
    connection.idle_since = now_;
    ++counters_.connections_accepted;
    ++counters_.connections_open;
    if (!admission_->enter(accepted.peer))
        static_cast<void>(refuse(connection, Refusal::too_many_connections));
    watch_deadline(connection);
    return true;
}

void Loop::close(Connection& connection) {
    poller_.remove(connection.stream->descriptor());
    admission_->leave(connection.peer);
    deadlines_.clear(connection.slot);
    // The slot keeps the buffers of its strings unless they have become large.
    constexpr std::size_t keep_bytes = 4 << 10;
    Connection next;
    next.slot = connection.slot;
    next.generation = connection.generation + 1;
    next.pending = std::move(connection.pending);
    for (Pending& pending : next.pending) {
        pending.answered = false;
        pending.bytes.clear();
        if (pending.bytes.capacity() > keep_bytes) pending.bytes.shrink_to_fit();
    }
    if (connection.output.capacity() <= keep_bytes) {
        next.output = std::move(connection.output);
        next.output.clear();
    }
    connection = std::move(next);
    free_slots_.push_back(connection.slot);
    --counters_.connections_open;
}

void Loop::cut_off(Connection& connection) {
    connection.stream->abort();
    close(connection);
}

Loop::Deadline Loop::deadline_of(const Connection& c) const {
    const auto after = [](std::int64_t since, std::uint32_t ms) { return since + ms * ns_in_ms; };
    if (c.lingering) return {after(c.linger_since, limits_.linger_ms), Why::linger};
    if (c.blocked) return {after(c.progress_at, limits_.write_stall_ms), Why::stall};
    if (!wants_bytes(c)) return {Deadlines::never, Why::idle};
    if (c.reading != Connection::Reading::head) {
        // The instant from which the average is under the minimum, if nothing more comes.
        const auto body_bytes = static_cast<std::int64_t>(c.unparsed() - c.head_bytes);
        const std::int64_t too_slow_at =
            c.body_since +
            std::max(limits_.body_grace_ms * ns_in_ms,
                     body_bytes * ns_in_s / std::max(1u, limits_.body_bytes_per_second));
        return {std::min(after(c.body_since, limits_.body_read_ms), too_slow_at), Why::body};
    }
    if (!c.stream->established()) return {after(c.idle_since, limits_.header_read_ms), Why::header};
    if (c.request_since != 0) return {after(c.request_since, limits_.header_read_ms), Why::header};
    if (c.in_flight() > 0 || c.unsent() > 0) return {Deadlines::never, Why::idle};
    return {after(c.idle_since, limits_.idle_ms), Why::idle};
}

void Loop::watch_deadline(Connection& connection) {
    const Deadline deadline = deadline_of(connection);
    if (deadline.when != Deadlines::never) deadlines_.lower(connection.slot, deadline.when);
}

std::int64_t Loop::on_due(Connection& connection) {
    if (connection.stream == nullptr) return Deadlines::never;
    const Deadline deadline = deadline_of(connection);
    if (deadline.when > now_) return deadline.when;
    switch (deadline.why) {
        case Why::idle:
            ++counters_.connections_idle_closed;
            close(connection);
            break;
        case Why::linger: close(connection); break;
        case Why::stall:
            ++counters_.write_stalls;
            cut_off(connection);
            break;
        case Why::header:
            connection.drop_input();
            static_cast<void>(refuse(connection, Refusal::header_timeout));
            break;
        case Why::body:
            connection.drop_input();
            static_cast<void>(refuse(connection, Refusal::body_timeout));
            break;
    }
    return Deadlines::never;
}

void Loop::set_interest(Connection& connection, os::Interest interest) {
    if (connection.interest == interest) return;
    connection.interest = interest;
    poller_.change(connection.stream->descriptor(), token_of(connection), interest);
}

void Loop::begin_drain() {
    if (draining_) return;
    draining_ = true;
    drain_until_ = now_ + limits_.graceful_stop_ms * ns_in_ms;
    acceptor_.close();
    for (auto& connection : connections_) {
        if (connection->stream == nullptr) continue;
        // A request that has begun to arrive may still be finished, if it is the only one.
        if (connection->in_flight() > 0 || !connection->inside_request())
            connection->no_more_requests = true;
        static_cast<void>(close_if_done(*connection));
    }
}

}  // namespace coffer::http
