#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "http/limits.h"
#include "http/refusal.h"

namespace coffer::http {

/// Joins a chunked body in place: chunk contents move down over the chunk lines, so the body is
/// contiguous at the start of the buffer when the last chunk has come. Extensions and trailers are
/// checked for form and dropped (a trailer can never change what the header said).
///
/// Every line ends in CR LF and is bounded, sizes are plain hexadecimal; so nothing here is open to
/// two readings. Cut segments make no difference.
class ChunkJoiner {
public:
    struct Progress {
        bool done = false;
        std::optional<Refusal> refusal;
    };

    /// `buffer` begins where the body begins: first what is joined already, then raw bytes from
    /// raw_at() on, which may have grown since the last call.
    [[nodiscard]] Progress join(std::span<char> buffer, std::uint64_t body_bytes_max,
                                const Limits& limits);

    [[nodiscard]] std::size_t body_bytes() const { return body_bytes_; }
    [[nodiscard]] std::size_t raw_at() const { return raw_at_; }

    /// The caller has closed the gap between the joined body and the raw bytes.
    void gap_closed() { raw_at_ = body_bytes_; }

private:
    enum class Expecting : std::uint8_t { size_line, content, content_end, trailer };

    [[nodiscard]] std::optional<Refusal> take_size_line(std::string_view line,
                                                        std::uint64_t body_bytes_max);

    std::size_t body_bytes_ = 0;
    std::size_t raw_at_ = 0;
    std::uint64_t content_left_ = 0;
    std::uint64_t overhead_bytes_ = 0;
    Expecting expecting_ = Expecting::size_line;
};

}  // namespace coffer::http
