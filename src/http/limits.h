#pragma once

#include <cstdint>

namespace coffer::http {

/// Everything a client could otherwise have without end. A request over a limit is refused with the
/// status beside it and its connection is closed.
struct Limits {
    std::uint32_t request_line_bytes = 8 << 10;     ///< 414
    std::uint32_t header_section_bytes = 16 << 10;  ///< with the request line; 431
    std::uint32_t header_line_bytes = 8 << 10;      ///< 431
    std::uint32_t headers = 64;                     ///< 431
    std::uint32_t body_bytes = 64 << 10;            ///< 413; the handler may allow more for a path
    std::uint32_t chunk_line_bytes = 1 << 10;       ///< size and extensions of one chunk; 400
    std::uint32_t chunk_overhead_bytes = 64 << 10;  ///< all chunk lines and trailers together; 400

    std::uint32_t connections = 8'192;          ///< of all listeners together; 503
    std::uint32_t connections_per_address = 0;  ///< 0: no limit; 503
    std::uint32_t pipelined = 16;            ///< unanswered on one connection; not read meanwhile
    std::uint32_t unsent_bytes = 256 << 10;  ///< waiting for a slow reader; not read meanwhile

    std::uint32_t idle_ms = 60'000;        ///< between requests; closed
    std::uint32_t header_read_ms = 5'000;  ///< a request from its first byte; a TLS handshake; 408
    std::uint32_t body_read_ms = 15'000;   ///< from the end of the header; 408
    std::uint32_t body_bytes_per_second = 1 << 10;  ///< on average, after body_grace_ms; 408
    std::uint32_t body_grace_ms = 2'000;
    std::uint32_t write_stall_ms = 10'000;    ///< the peer takes nothing of an answer; reset
    std::uint32_t linger_ms = 2'000;          ///< after a refusal, so that the peer can read it
    std::uint32_t accept_pause_ms = 100;      ///< when the process is out of descriptors
    std::uint32_t graceful_stop_ms = 10'000;  ///< from begin_drain(); then what is left is cut off
};

}  // namespace coffer::http
