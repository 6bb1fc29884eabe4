#include "http/response.h"

#include <array>
#include <charconv>
#include <cstring>

#include "base/ensure.h"
#include "http/url.h"

namespace coffer::http {
namespace {

// Blanks before a value are allowed by RFC 9110 5.5, so the digits can be put at the end of a gap.
constexpr std::string_view length_line = "Content-Length:           \r\n";
constexpr std::size_t length_gap_bytes = 10;
constexpr std::string_view close_line = "Connection: close\r\n";
static_assert(length_line.size() == 15 + 1 + length_gap_bytes + 2);

bool never_has_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

std::string_view reason_phrase(int status) {
    switch (status) {  // statuses are an open set: RFC 9110 15 lets anybody add one
        case 100: return "Continue";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 423: return "Locked";
        case 425: return "Too Early";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return "Unknown";
    }
}

ResponseWriter::ResponseWriter(std::string& out, const ResponseHead& head)
    : out_{out}, head_only_{head.head_only} {
    ENSURE(head.status >= 100 && head.status <= 999);
    if (head.status == 200) {
        out_ += "HTTP/1.1 200 OK\r\n";
    } else {
        std::array<char, 4> digits{};
        std::to_chars(digits.data(), digits.data() + digits.size(), head.status);
        out_.append("HTTP/1.1 ").append(digits.data(), 3) += ' ';
        out_.append(reason_phrase(head.status)) += "\r\n";
    }
    if (never_has_body(head.status)) {
        head_only_ = true;
    } else {
        if (!head.content_type.empty()) {
            ENSURE(is_header_text(head.content_type));
            out_.append("Content-Type: ").append(head.content_type) += "\r\n";
        }
        out_ += length_line;
        length_at_ = out_.size() - 2;
    }
    if (!head.keep_alive) close_connection();
}

bool ResponseWriter::header(std::string_view name, std::string_view value) {
    ENSURE(body_at_ == 0);
    if (!is_token(name) || !is_header_text(value)) return false;
    out_.append(name).append(": ").append(value) += "\r\n";
    return true;
}

bool ResponseWriter::header(std::string_view name, std::uint64_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return header(name, std::string_view{digits.data(), end});
}

std::string& ResponseWriter::body() {
    if (body_at_ == 0) {
        out_ += "\r\n";
        body_at_ = out_.size();
    }
    return out_;
}

void ResponseWriter::close_connection() {
    constexpr std::size_t blank_line_bytes = 2;
    if (closes_) return;
    closes_ = true;
    if (body_at_ == 0) {
        out_ += close_line;
    } else {
        out_.insert(body_at_ - blank_line_bytes, close_line);
        body_at_ += close_line.size();
    }
}

void ResponseWriter::finish() {
    const std::size_t length = body().size() - body_at_;
    if (length_at_ != 0) {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), length).ptr;
        const auto count = static_cast<std::size_t>(end - digits.data());
        ENSURE(count <= length_gap_bytes);
        std::memcpy(out_.data() + length_at_ - count, digits.data(), count);
    }
    if (head_only_) out_.resize(body_at_);
}

void append_response(std::string& out, const ResponseHead& head, std::string_view body) {
    ResponseWriter response(out, head);
    response.body().append(body);
    response.finish();
}

}  // namespace coffer::http
