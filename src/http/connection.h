#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/chunks.h"
#include "http/head_scan.h"
#include "os/poller.h"
#include "os/socket.h"

namespace coffer::http {

/// One request that a handler has or had, in its place among the others of its connection.
struct Pending {
    std::string bytes;  // its answer, when an earlier one is not there yet
    bool answered = false;
    bool keep_alive = true;
};

/// What is known of one connection. A slot is used again for the next connection, with another
/// generation, and keeps its small buffers, so that opening one allocates little.
struct Connection {
    std::unique_ptr<os::Stream> stream;  // null: the slot is free
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
    std::uint64_t id = 0;
    os::Address peer;
    bool peer_is_loopback = false;
    std::uint8_t listener = 0;
    os::Interest interest = os::Interest::read;

    // Input: bytes that are not a complete request yet, beginning with the first byte of one. Empty
    // for most, because a request that comes in one piece is parsed where it was read.
    std::string input;
    std::size_t input_at = 0;
    enum class Reading : std::uint8_t { head, sized_body, chunked_body } reading = Reading::head;
    HeadScan scan;
    ChunkJoiner chunks;
    std::uint32_t head_bytes = 0;
    std::uint64_t content_length = 0;
    std::uint64_t body_bytes_max = 0;

    // Answers, a ring by request number.
    std::vector<Pending> pending;
    std::uint64_t first_number = 0;  // the oldest that is not answered
    std::uint64_t next_number = 0;

    std::string output;
    std::size_t output_at = 0;  // bytes before this one are sent

    bool blank_line_skipped = false;
    bool no_more_requests = false;  // what comes after the present ones is never looked at
    bool peer_finished = false;     // the peer has sent FIN
    bool left_over = false;         // `input` may hold a complete request
    bool resuming = false;          // is in the list of those to go on with
    bool continue_wanted = false;   // 100 Continue is owed
    bool refused = false;           // the last answer is a refusal: linger, so that it can be read
    bool lingering = false;
    bool blocked = false;  // the peer takes no more output for now
    bool dirty = false;    // is in the list of those to flush

    // Monotonic nanoseconds.
    std::int64_t idle_since = 0;
    std::int64_t request_since = 0;  // the first byte of a header that is not complete; 0: none
    std::int64_t body_since = 0;
    std::int64_t progress_at = 0;  // of output, while blocked
    std::int64_t linger_since = 0;

    [[nodiscard]] std::size_t in_flight() const {
        return static_cast<std::size_t>(next_number - first_number);
    }
    [[nodiscard]] std::size_t unsent() const { return output.size() - output_at; }
    [[nodiscard]] std::size_t unparsed() const { return input.size() - input_at; }
    [[nodiscard]] bool inside_request() const { return reading != Reading::head || unparsed() > 0; }
    [[nodiscard]] Pending& at(std::uint64_t number) { return pending[number % pending.size()]; }

    void drop_input() {
        input.clear();
        input_at = 0;
        left_over = false;
    }

    /// Ready for the first byte of another request.
    void begin_request() {
        reading = Reading::head;
        scan = HeadScan{};
        request_since = 0;
        blank_line_skipped = false;
        continue_wanted = false;
    }
};

}  // namespace coffer::http
