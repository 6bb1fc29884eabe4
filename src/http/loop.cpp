#include "http/loop.h"

#include <algorithm>
#include <utility>

#include "base/ensure.h"

namespace coffer::http {
namespace {

constexpr std::int64_t ns_in_ms = 1'000'000;
constexpr std::int64_t ns_in_s = 1'000'000'000;
constexpr std::size_t accepts_a_round = 64;
// Slots beyond the limit, from which "too many connections" is answered.
constexpr std::uint64_t refusal_slots = 64;

// Tokens: bit 63 says that it is ours, bit 62 that it is a listener. Generation and slot follow, so
// that an event for a connection that is gone cannot reach its successor.
constexpr std::uint64_t own_bit = std::uint64_t{1} << 63;
constexpr std::uint64_t listener_bit = std::uint64_t{1} << 62;
constexpr std::uint32_t generation_mask = (std::uint32_t{1} << 30) - 1;

std::uint64_t token_of(const Connection& connection) {
    return own_bit | (std::uint64_t{connection.generation & generation_mask} << 32) |
           connection.slot;
}

}  // namespace

Server::Loop::Loop(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler)
    : options_{std::move(options)}, clock_{clock}, poller_{poller}, handler_{handler} {
    ENSURE(limits_.headers <= Head::headers_max);
    ENSURE(limits_.pipelined > 0 && limits_.connections > 0);
    now_ = clock_.monotonic_ns();
}

Server::Loop::~Loop() {
    for (auto& listening : listeners_) poller_.remove(listening.listener->descriptor());
    for (auto& connection : connections_) {
        if (connection->stream != nullptr) close(*connection);
    }
}

Result<Ok, Fault> Server::Loop::listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag) {
    const std::uint64_t token = own_bit | listener_bit | listeners_.size();
    auto added = poller_.add(listener->descriptor(), token, os::Interest::read);
    if (added) listeners_.push_back({std::move(listener), tag});
    return added;
}

std::int64_t Server::Loop::wait_ns(std::int64_t timeout_ns) const {
    if (!left_over_.empty()) return 0;
    const std::int64_t next = std::min({deadlines_.earliest(), accept_again_at_, drain_until_});
    if (next == Deadlines::never) return timeout_ns;
    const std::int64_t left = std::max<std::int64_t>(0, next - now_);
    return timeout_ns < 0 ? left : std::min(timeout_ns, left);
}

std::size_t Server::Loop::poll(std::int64_t timeout_ns) {
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
    if (now_ >= accept_again_at_) resume_accepting();
    if (now_ >= drain_until_) {
        drain_until_ = Deadlines::never;
        for (auto& connection : connections_) {
            if (connection->stream != nullptr) cut_off(*connection);
        }
    }
    return static_cast<std::size_t>(counters_.requests - before);
}

void Server::Loop::on_event(const os::Ready& ready) {
    if ((ready.token & own_bit) == 0) return handler_.on_ready(ready);
    const auto low = static_cast<std::uint32_t>(ready.token);
    if ((ready.token & listener_bit) != 0) return accept_from(low);

    Connection& connection = *connections_[low];
    if (connection.stream == nullptr || token_of(connection) != ready.token) return;
    if (ready.broken) {
        if (!connection.lingering) ++counters_.connections_broken;
        return close(connection);
    }
    if (ready.writable) mark_dirty(connection);
    if (ready.readable) on_readable(connection);
}

void Server::Loop::accept_from(std::size_t index) {
    for (std::size_t i = 0; i < accepts_a_round; ++i) {
        if (index >= listeners_.size()) return;  // a drain has begun
        os::Accepted accepted = listeners_[index].listener->accept();
        switch (accepted.how) {
            case os::Accepted::How::none: return;
            case os::Accepted::How::exhausted: return pause_accepting();
            case os::Accepted::How::connection:
                open(std::move(accepted), listeners_[index].tag);
                break;
        }
        if (counters_.connections_open >= limits_.connections + refusal_slots)
            return pause_accepting();
    }
}

bool Server::Loop::too_many(const os::Address& peer) const {
    if (counters_.connections_open >= limits_.connections) return true;
    if (limits_.connections_per_address == 0) return false;
    const auto found = per_address_.find(peer.ip);
    return found != per_address_.end() && found->second >= limits_.connections_per_address;
}

Connection& Server::Loop::free_slot() {
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

void Server::Loop::open(os::Accepted accepted, std::uint8_t tag) {
    const bool refused = too_many(accepted.peer);
    Connection& connection = free_slot();
    const int descriptor = accepted.stream->descriptor();
    if (!poller_.add(descriptor, token_of(connection), os::Interest::read)) {
        free_slots_.push_back(connection.slot);
        return pause_accepting();
    }
    connection.stream = std::move(accepted.stream);
    connection.id = ++last_id_;
    connection.peer = accepted.peer;
    connection.peer_is_loopback = accepted.peer.is_loopback();
    connection.listener = tag;
    connection.idle_since = now_;
    ++counters_.connections_accepted;
    ++counters_.connections_open;
    if (limits_.connections_per_address > 0) ++per_address_[accepted.peer.ip];
    if (refused) static_cast<void>(refuse(connection, Refusal::too_many_connections));
    watch_deadline(connection);
}

void Server::Loop::close(Connection& connection) {
    poller_.remove(connection.stream->descriptor());
    if (limits_.connections_per_address > 0) {
        const auto found = per_address_.find(connection.peer.ip);
        if (--found->second == 0) per_address_.erase(found);
    }
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

void Server::Loop::cut_off(Connection& connection) {
    connection.stream->abort();
    close(connection);
}

void Server::Loop::pause_accepting() {
    // Level-triggered: a listener that cannot be served would end every wait at once.
    if (accept_again_at_ == Deadlines::never) {
        ++counters_.accept_pauses;
        for (std::size_t i = 0; i < listeners_.size(); ++i) {
            poller_.change(listeners_[i].listener->descriptor(), own_bit | listener_bit | i,
                           os::Interest::none);
        }
    }
    accept_again_at_ = now_ + limits_.accept_pause_ms * ns_in_ms;
}

void Server::Loop::resume_accepting() {
    accept_again_at_ = Deadlines::never;
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        poller_.change(listeners_[i].listener->descriptor(), own_bit | listener_bit | i,
                       os::Interest::read);
    }
}

Server::Loop::Deadline Server::Loop::deadline_of(const Connection& c) const {
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
    if (c.request_since != 0) return {after(c.request_since, limits_.header_read_ms), Why::header};
    if (c.in_flight() > 0 || c.unsent() > 0) return {Deadlines::never, Why::idle};
    return {after(c.idle_since, limits_.idle_ms), Why::idle};
}

void Server::Loop::watch_deadline(Connection& connection) {
    const Deadline deadline = deadline_of(connection);
    if (deadline.when != Deadlines::never) deadlines_.lower(connection.slot, deadline.when);
}

std::int64_t Server::Loop::on_due(Connection& connection) {
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

void Server::Loop::set_interest(Connection& connection, os::Interest interest) {
    if (connection.interest == interest) return;
    connection.interest = interest;
    poller_.change(connection.stream->descriptor(), token_of(connection), interest);
}

void Server::Loop::begin_drain() {
    if (draining_) return;
    draining_ = true;
    drain_until_ = now_ + limits_.graceful_stop_ms * ns_in_ms;
    accept_again_at_ = Deadlines::never;
    for (auto& listening : listeners_) poller_.remove(listening.listener->descriptor());
    listeners_.clear();
    for (auto& connection : connections_) {
        if (connection->stream == nullptr) continue;
        // A request that has begun to arrive may still be finished, if it is the only one.
        if (connection->in_flight() > 0 || !connection->inside_request())
            connection->no_more_requests = true;
        static_cast<void>(close_if_done(*connection));
    }
}

}  // namespace coffer::http
