#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "http/limits.h"
#include "http/refusal.h"
#include "http/request.h"

namespace coffer::http {

/// One header section taken apart and judged: which request it is and how its body is framed. All
/// views point into the bytes that were parsed.
struct Head {
    static constexpr std::size_t headers_max = 256;  // of any configuration; see Limits::headers

    Request request;
    std::array<Header, headers_max> headers;
    std::size_t header_count = 0;

    std::string_view method_text;
    bool is_http_1_1 = true;
    std::string_view host;
    std::string_view content_length_text;
    std::string_view transfer_encoding;
    std::uint32_t host_count = 0;
    std::uint32_t content_length_count = 0;
    std::uint32_t transfer_encoding_count = 0;
    std::uint32_t expect_count = 0;

    // Filled in by judge_head().
    bool chunked = false;
    bool wants_continue = false;
    std::uint64_t content_length = 0;
};

/// Takes apart a section that HeadScan has passed: Boost.Beast's basic_parser with the callbacks
/// that fill `head` directly, so that nothing is allocated. `head` is reused for every request.
/// A minor version above 1 is overwritten with 1, which is what RFC 9110 2.5 asks us to read.
[[nodiscard]] std::optional<Refusal> parse_head(std::span<char> section, Head& head);

/// The rules that need more than one byte: framing, Host, target, method, expectation. Fills in the
/// rest of `head` and of its request.
[[nodiscard]] std::optional<Refusal> judge_head(Head& head);

}  // namespace coffer::http
