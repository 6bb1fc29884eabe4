#include "http/refusal.h"

#include <array>

namespace coffer::http {
namespace {

using enum Refusal;

constexpr std::array<RefusalRow, refusal_count> rows{{
    {malformed_request_line, "malformed_request_line", 400,
     "the request line must read METHOD SP TARGET SP HTTP/1.1"},
    {malformed_header, "malformed_header", 400,
     "a header line is malformed: write NAME: VALUE and end it with CR LF"},
    {malformed_host, "malformed_host", 400, "exactly one valid Host header is needed"},
    {malformed_target, "malformed_target", 400,
     "the request target is malformed, or its path has a broken escape or a control character"},
    {malformed_length, "malformed_length", 400,
     "Content-Length must be one decimal number, and may not stand beside Transfer-Encoding"},
    {malformed_transfer_encoding, "malformed_transfer_encoding", 400,
     "Transfer-Encoding must be 'chunked', once, in HTTP/1.1, without Content-Length"},
    {malformed_chunk, "malformed_chunk", 400, "the chunked body is malformed"},
    {header_timeout, "header_timeout", 408, "the request header did not arrive in time"},
    {body_timeout, "body_timeout", 408, "the request body arrived too slowly"},
    {body_too_large, "body_too_large", 413, "the request body is longer than this path takes"},
    {request_line_too_long, "request_line_too_long", 414, "the request line is too long"},
    {expectation_unknown, "expectation_unknown", 417, "the only expectation known is 100-continue"},
    {header_too_large, "header_too_large", 431, "the headers are too many or too long"},
    {transfer_coding_unknown, "transfer_coding_unknown", 501,
     "the only transfer coding known is chunked"},
    {method_unknown, "method_unknown", 501, "this method is not known here"},
    {too_many_connections, "too_many_connections", 503,
     "too many connections are open; try again later"},
    {version_unknown, "version_unknown", 505, "the HTTP versions known are 1.1 and 1.0"},
}};

consteval bool one_row_per_refusal() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].refusal) != i) return false;
    }
    return true;
}
static_assert(one_row_per_refusal(), "a refusal has no row, or two");

}  // namespace

const RefusalRow& row_of(Refusal refusal) { return rows[static_cast<std::size_t>(refusal)]; }

}  // namespace coffer::http
