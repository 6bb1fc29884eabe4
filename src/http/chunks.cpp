#include "http/chunks.h"

#include <algorithm>
#include <cstring>

#include "http/characters.h"
#include "http/url.h"

namespace coffer::http {
namespace {

constexpr std::uint64_t size_digits_max = 15;  // far over any limit, far under an overflow

struct Line {
    bool complete = false;
    bool proper = true;          // so far: no bare CR or LF, no control character, not too long
    std::string_view content{};  // without CR LF
};

// The line at the start of `raw`, as far as it is there.
Line line_at(std::string_view raw, std::uint32_t bytes_max) {
    const auto end = raw.find('\n');
    if (end == std::string_view::npos) {
        const bool open_cr = raw.ends_with('\r');
        const std::string_view content = raw.substr(0, raw.size() - (open_cr ? 1 : 0));
        return {false, content.size() <= bytes_max && !contains_control(content), content};
    }
    if (end == 0 || raw[end - 1] != '\r') return {true, false, {}};
    const std::string_view content = raw.substr(0, end - 1);
    return {true, content.size() <= bytes_max && !contains_control(content), content};
}

}  // namespace

std::optional<Refusal> ChunkJoiner::take_size_line(std::string_view line,
                                                   std::uint64_t body_bytes_max) {
    std::uint64_t size = 0;
    std::size_t digits = 0;
    while (digits < line.size() && hex_value(line[digits]) >= 0) {
        if (digits == size_digits_max) return Refusal::malformed_chunk;
        size = size * 16 + static_cast<std::uint64_t>(hex_value(line[digits]));
        ++digits;
    }
    // Nothing but an extension may follow, not even a blank: readers differ about blanks here.
    if (digits == 0) return Refusal::malformed_chunk;
    if (digits < line.size() && line[digits] != ';') return Refusal::malformed_chunk;
    if (size > body_bytes_max - body_bytes_) return Refusal::body_too_large;
    content_left_ = size;
    expecting_ = size == 0 ? Expecting::trailer : Expecting::content;
    return std::nullopt;
}

ChunkJoiner::Progress ChunkJoiner::join(std::span<char> buffer, std::uint64_t body_bytes_max,
                                        const Limits& limits) {
    while (true) {
        const std::string_view raw{buffer.data() + raw_at_, buffer.size() - raw_at_};
        if (expecting_ == Expecting::content) {
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(content_left_, raw.size()));
            std::memmove(buffer.data() + body_bytes_, raw.data(), count);
            body_bytes_ += count;
            raw_at_ += count;
            content_left_ -= count;
            if (content_left_ > 0) return {};
            expecting_ = Expecting::content_end;
            continue;
        }
        const bool at_content_end = expecting_ == Expecting::content_end;
        const Line line = line_at(raw, at_content_end ? 0 : limits.chunk_line_bytes);
        if (!line.proper || overhead_bytes_ + line.content.size() > limits.chunk_overhead_bytes)
            return {false, Refusal::malformed_chunk};
        if (!line.complete) return {};
        raw_at_ += line.content.size() + 2;
        if (at_content_end) {
            expecting_ = Expecting::size_line;
        } else if (expecting_ == Expecting::size_line) {
            overhead_bytes_ += line.content.size() + 4;
            if (auto refusal = take_size_line(line.content, body_bytes_max))
                return {false, refusal};
        } else {
            if (line.content.empty()) return {true, std::nullopt};
            overhead_bytes_ += line.content.size() + 2;
            const auto colon = line.content.find(':');
            if (colon == std::string_view::npos || !is_token(line.content.substr(0, colon)))
                return {false, Refusal::malformed_chunk};
        }
    }
}

}  // namespace coffer::http
