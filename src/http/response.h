#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace coffer::http {

/// `OK`, `Not Found` …; "Unknown" for a status that we never send.
[[nodiscard]] std::string_view reason_phrase(int status);

struct ResponseHead {
    int status = 200;
    std::string_view content_type = "application/json";  ///< empty: no such header
    bool keep_alive = true;  ///< Server::keep_alive(exchange); false writes `Connection: close`
    bool head_only = false;  ///< the answer to HEAD: all headers, the length, no body
};

/// Appends one response to a buffer, the body in place: the length is filled in by finish(), so a
/// body is never copied. 204 and 304 carry neither length nor body. About 40 ns a response.
///
///     ResponseWriter response(server.begin_answer(exchange),
///                             {.status = 405, .keep_alive = server.keep_alive(exchange)});
///     response.header("Allow", "GET, HEAD");
///     response.body() += "{}";
///     response.finish();
///     server.end_answer(exchange);
class ResponseWriter {
public:
    ResponseWriter(std::string& out, const ResponseHead& head);

    /// Allow, Retry-After, WWW-Authenticate … Writes nothing and returns false when the name is not
    /// a token or the value holds a control character: an echoed CR LF can never make a header.
    bool header(std::string_view name, std::string_view value);
    bool header(std::string_view name, std::uint64_t value);

    /// Ends the headers; append the body to what it returns. May be called again.
    [[nodiscard]] std::string& body();

    /// Adds `Connection: close` unless it is there; before finish(). Moves the body.
    void close_connection();

    /// Fills in the length. Must be called once.
    void finish();

private:
    std::string& out_;
    std::size_t length_at_ = 0;  // where the digits go; 0: none
    std::size_t body_at_ = 0;    // 0: the headers are still open
    bool head_only_ = false;
    bool closes_ = false;  // has `Connection: close`
};

/// A whole response with a body that is there already.
void append_response(std::string& out, const ResponseHead& head, std::string_view body);

}  // namespace coffer::http
