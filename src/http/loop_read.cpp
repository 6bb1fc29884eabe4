// From bytes to requests: see loop.h.
#include <algorithm>
#include <cstring>

#include "base/ensure.h"
#include "http/loop.h"
#include "http/response.h"

namespace coffer::http {

bool Loop::may_parse(const Connection& connection) const {
    return !connection.no_more_requests && connection.in_flight() < limits_.pipelined &&
           connection.unsent() < limits_.unsent_bytes;
}

bool Loop::wants_bytes(const Connection& connection) const {
    return may_parse(connection) && !connection.left_over && !connection.peer_finished;
}

void Loop::on_readable(Connection& connection) {
    if (connection.lingering) return discard_input(connection);
    if (!wants_bytes(connection)) {
        // Only now, when the poller insists, is it told to leave this one alone: most pauses are
        // over before more bytes come, and cost nothing. settle() asks for them again.
        const bool write = connection.blocked;
        return set_interest(connection, write ? os::Interest::write : os::Interest::none);
    }
    const os::Moved moved = connection.stream->read(scratch_);
    switch (moved.how) {
        case os::Moved::How::blocked: return;
        case os::Moved::How::some: return on_bytes(connection, moved.bytes);
        case os::Moved::How::finished:
            // A half request has no effect. What was asked before is still answered.
            connection.peer_finished = true;
            if (connection.inside_request()) ++counters_.connections_broken;
            static_cast<void>(close_if_done(connection));
            return;
        case os::Moved::How::broken: ++counters_.connections_broken; return close(connection);
    }
}

void Loop::on_bytes(Connection& connection, std::size_t count) {
    counters_.bytes_in += count;
    if (connection.unparsed() > 0) {
        connection.input.erase(0, connection.input_at);
        connection.input_at = 0;
        connection.input.append(scratch_.data(), count);
        return resume(connection);
    }
    Unparsed bytes{scratch_.data(), count};
    take_requests(connection, bytes);
    if (bytes.left > 0) connection.input.assign(bytes.at, bytes.left);
    connection.input_at = 0;
    note_left_over(connection);
    if (connection.inside_request()) watch_deadline(connection);
}

void Loop::resume(Connection& connection) {
    connection.resuming = false;
    Unparsed bytes{connection.input.data() + connection.input_at, connection.unparsed()};
    take_requests(connection, bytes);
    connection.input_at = static_cast<std::size_t>(bytes.at - connection.input.data());
    connection.input.resize(connection.input_at + bytes.left);
    if (bytes.left == 0) {
        // Most requests come in one piece, so the memory is better given back.
        connection.input = std::string{};
        connection.input_at = 0;
    }
    note_left_over(connection);
    if (connection.dirty) return;  // flush() settles it
    settle(connection);
}

void Loop::discard_input(Connection& connection) {
    const os::Moved moved = connection.stream->read(scratch_);
    if (moved.how == os::Moved::How::finished || moved.how == os::Moved::How::broken)
        close(connection);
}

void Loop::note_left_over(Connection& connection) {
    if (!connection.left_over || connection.resuming || !may_parse(connection)) return;
    connection.resuming = true;
    left_over_.push_back(connection.slot);
}

void Loop::take_requests(Connection& connection, Unparsed& bytes) {
    connection.left_over = false;
    // A client that sends without end gets its share of a round, not all of it.
    for (std::uint32_t taken = 0; bytes.left > 0; ++taken) {
        if (!may_parse(connection) || taken == limits_.pipelined) {
            connection.left_over = !connection.no_more_requests;
            break;
        }
        if (take_request(connection, bytes) == Took::needs_more) {
            if (connection.request_since == 0) connection.request_since = now_;
            break;
        }
    }
    // Behind a refusal, or the last request of a connection, nothing is looked at.
    if (connection.no_more_requests) bytes.left = 0;
}

Loop::Took Loop::take_request(Connection& connection, Unparsed& bytes) {
    if (connection.reading != Connection::Reading::head) {
        const Took took = take_body(connection, bytes);
        if (took != Took::request) return took;
        // The views of the first look are gone with the buffer they pointed into.
        ENSURE(!parse_head({bytes.at, connection.head_bytes}, head_) && !judge_head(head_));
        describe(connection);
    } else {
        Took took = take_head(connection, bytes);
        if (took != Took::request) return took;
        took = take_body(connection, bytes);
        if (took != Took::request) return took;
    }
    const bool chunked = connection.reading == Connection::Reading::chunked_body;
    const std::size_t body_bytes = chunked ? connection.chunks.body_bytes()
                                           : static_cast<std::size_t>(connection.content_length);
    const std::size_t raw_bytes = chunked ? connection.chunks.raw_at() : body_bytes;
    head_.request.body = {bytes.at + connection.head_bytes, body_bytes};
    head_.request.bytes = {bytes.at, connection.head_bytes + body_bytes};
    bytes.at += connection.head_bytes + raw_bytes;
    bytes.left -= connection.head_bytes + raw_bytes;
    connection.begin_request();

    ++counters_.requests;
    const Exchange exchange = push_pending(connection, head_.request.keep_alive);
    handler_.on_request(head_.request, exchange);
    return Took::request;
}

Loop::Took Loop::take_head(Connection& connection, Unparsed& bytes) {
    // RFC 9112 2.2: an empty line before a request is a habit of old clients. One is forgiven.
    if (!connection.blank_line_skipped && *bytes.at == '\r') {
        if (bytes.left == 1) return Took::needs_more;
        if (bytes.at[1] == '\n') {
            bytes.at += 2;
            bytes.left -= 2;
            connection.blank_line_skipped = true;
            if (bytes.left == 0) return Took::nothing;
        }
    }
    const HeadScan::Found found = connection.scan.scan({bytes.at, bytes.left}, limits_);
    if (found.refusal) return refuse(connection, *found.refusal);
    if (found.head_bytes == 0) return Took::needs_more;
    connection.head_bytes = found.head_bytes;
    return open_body(connection, bytes);
}

Loop::Took Loop::open_body(Connection& connection, Unparsed& bytes) {
    if (auto refusal = parse_head({bytes.at, connection.head_bytes}, head_))
        return refuse(connection, *refusal);
    if (auto refusal = judge_head(head_)) return refuse(connection, *refusal);
    describe(connection);

    std::size_t body_bytes_max = limits_.body_bytes;
    if (head_.chunked || head_.content_length > body_bytes_max)
        body_bytes_max = handler_.body_bytes_max(head_.request, body_bytes_max);
    if (head_.content_length > body_bytes_max) return refuse(connection, Refusal::body_too_large);

    if (head_.wants_continue) {
        const Exchange exchange = push_pending(connection, false);
        if (!handler_.may_continue(head_.request, exchange)) {
            connection.refused = true;
            return Took::nothing;
        }
        // It takes its number again when it is complete.
        ENSURE(!connection.at(exchange.number).answered);
        --connection.next_number;
        connection.no_more_requests = false;
        connection.continue_wanted = bytes.left == connection.head_bytes;
        if (connection.continue_wanted) mark_dirty(connection);
    }
    connection.reading =
        head_.chunked ? Connection::Reading::chunked_body : Connection::Reading::sized_body;
    connection.content_length = head_.content_length;
    connection.body_bytes_max = body_bytes_max;
    connection.chunks = ChunkJoiner{};
    connection.body_since = now_;
    return Took::request;
}

Loop::Took Loop::take_body(Connection& connection, Unparsed& bytes) {
    const std::size_t raw_bytes = bytes.left - connection.head_bytes;
    if (connection.reading == Connection::Reading::sized_body)
        return raw_bytes < connection.content_length ? Took::needs_more : Took::request;

    char* const body = bytes.at + connection.head_bytes;
    ChunkJoiner& chunks = connection.chunks;
    const auto progress = chunks.join({body, raw_bytes}, connection.body_bytes_max, limits_);
    if (progress.refusal) return refuse(connection, *progress.refusal);
    if (progress.done) return Took::request;
    // The chunk lines read so far are a gap now; closing it keeps the buffer within the body limit.
    const std::size_t tail_bytes = raw_bytes - chunks.raw_at();
    std::memmove(body + chunks.body_bytes(), body + chunks.raw_at(), tail_bytes);
    bytes.left = connection.head_bytes + chunks.body_bytes() + tail_bytes;
    chunks.gap_closed();
    return Took::needs_more;
}

void Loop::describe(Connection& connection) {
    Request& request = head_.request;
    request.peer = connection.peer;
    request.peer_is_loopback = connection.peer_is_loopback;
    request.listener = connection.listener;
    request.connection = connection.id;
}

Exchange Loop::push_pending(Connection& connection, bool keep_alive) {
    const std::uint64_t number = connection.next_number++;
    Pending& pending = connection.at(number);
    pending.answered = false;
    pending.keep_alive = keep_alive;
    pending.bytes.clear();
    if (!keep_alive || draining_) connection.no_more_requests = true;
    return {connection.slot, connection.generation, number};
}

Loop::Took Loop::refuse(Connection& connection, Refusal refusal) {
    const RefusalRow& row = row_of(refusal);
    ++counters_.refused[static_cast<std::size_t>(refusal)];
    connection.refused = true;
    connection.begin_request();
    const Exchange exchange = push_pending(connection, false);

    std::string& out = begin_answer(exchange);
    ResponseWriter response(
        out, {.status = row.status,
              .content_type = options_.error_body ? std::string_view{options_.error_content_type}
                                                  : std::string_view{},
              .keep_alive = false});
    if (row.status == 503) response.header("Retry-After", 1);
    if (options_.error_body) response.body() += options_.error_body(row.status, row.reason);
    response.finish();
    end_answer(exchange);
    return Took::nothing;
}

}  // namespace coffer::http
