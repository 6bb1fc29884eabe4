// From answers to bytes: see loop.h.
#include "base/ensure.h"
#include "http/loop.h"

namespace coffer::http {
namespace {

constexpr std::size_t keep_output_bytes = 16 << 10;
constexpr std::size_t sent_bytes_max = 64 << 10;

}  // namespace

Connection* Loop::find(Exchange exchange) {
    ENSURE(exchange.slot < connections_.size());
    Connection& connection = *connections_[exchange.slot];
    if (connection.stream == nullptr || connection.generation != exchange.generation)
        return nullptr;
    // One answer a request: a second one would be taken for the answer to the next request.
    ENSURE(exchange.number >= connection.first_number && exchange.number < connection.next_number);
    return &connection;
}

bool Loop::keep_alive(Exchange exchange) {
    Connection* const connection = find(exchange);
    if (connection == nullptr) return false;
    const bool is_last = exchange.number + 1 == connection->next_number;
    const bool ends =
        connection->no_more_requests || (connection->peer_finished && !connection->left_over);
    return connection->at(exchange.number).keep_alive && !(is_last && ends);
}

std::string& Loop::begin_answer(Exchange exchange) {
    Connection* const connection = find(exchange);
    if (connection == nullptr) {
        ++counters_.answers_dropped;
        dropped_.clear();
        return dropped_;
    }
    if (exchange.number == connection->first_number) return connection->output;
    Pending& pending = connection->at(exchange.number);
    ENSURE(!pending.answered);
    return pending.bytes;
}

void Loop::end_answer(Exchange exchange) {
    Connection* const found = find(exchange);
    if (found == nullptr) return;
    Connection& connection = *found;
    connection.at(exchange.number).answered = true;
    while (connection.in_flight() > 0) {
        Pending& next = connection.at(connection.first_number);
        if (!next.answered) break;
        if (!next.bytes.empty()) {
            connection.output += next.bytes;
            next.bytes.clear();
            if (next.bytes.capacity() > keep_output_bytes) next.bytes.shrink_to_fit();
        }
        ++connection.first_number;
    }
    mark_dirty(connection);
}

void Loop::mark_dirty(Connection& connection) {
    if (connection.dirty) return;
    connection.dirty = true;
    dirty_.push_back(connection.slot);
}

void Loop::flush() {
    for (const std::uint32_t slot : dirty_) {
        Connection& connection = *connections_[slot];
        if (!connection.dirty) continue;  // closed since
        connection.dirty = false;
        send(connection);
    }
    dirty_.clear();
}

void Loop::send(Connection& connection) {
    if (connection.continue_wanted && connection.in_flight() == 0) {
        connection.continue_wanted = false;
        connection.output += "HTTP/1.1 100 Continue\r\n\r\n";
    }
    std::string& output = connection.output;
    if (connection.unsent() > 0) {
        const os::Moved moved =
            connection.stream->write(std::string_view{output}.substr(connection.output_at));
        if (moved.how == os::Moved::How::broken) {
            ++counters_.connections_broken;
            return close(connection);
        }
        counters_.bytes_out += moved.bytes;
        connection.output_at += moved.bytes;
        if (moved.bytes > 0 || !connection.blocked) connection.progress_at = now_;
    }
    connection.blocked = connection.unsent() > 0;
    if (!connection.blocked) {
        output.clear();
        connection.output_at = 0;
        if (output.capacity() > keep_output_bytes) output.shrink_to_fit();
    } else if (connection.output_at > sent_bytes_max) {
        output.erase(0, connection.output_at);
        connection.output_at = 0;
    }
    settle(connection);
}

void Loop::settle(Connection& connection) {
    if (close_if_done(connection)) return;
    if (connection.in_flight() == 0 && connection.unsent() == 0) connection.idle_since = now_;
    note_left_over(connection);

    const bool reads = connection.interest == os::Interest::read ||
                       connection.interest == os::Interest::read_write || wants_bytes(connection);
    const int bits = (reads ? 1 : 0) + (connection.blocked ? 2 : 0);
    set_interest(connection, static_cast<os::Interest>(bits));
    watch_deadline(connection);
}

bool Loop::close_if_done(Connection& connection) {
    if (connection.lingering) return true;
    const bool ends =
        connection.no_more_requests || (connection.peer_finished && !connection.left_over);
    if (!ends || connection.in_flight() > 0 || connection.unsent() > 0) return false;
    if (!connection.refused || connection.peer_finished) {
        close(connection);
        return true;
    }
    // Closing with unread bytes would reset the connection and could destroy the answer before the
    // peer has read it. So: no more from us, and a while of listening without looking.
    connection.stream->finish_writing();
    connection.lingering = true;
    connection.linger_since = now_;
    connection.drop_input();
    set_interest(connection, os::Interest::read);
    watch_deadline(connection);
    return true;
}

}  // namespace coffer::http
