#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "os/socket.h"

namespace coffer::http {

/// Methods that reach a handler. TRACE, CONNECT and all others are answered 501 before.
enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };

/// `GET` … as on the wire.
[[nodiscard]] std::string_view to_text(Method method);

struct Header {
    std::string_view name;   ///< as sent; compare without case
    std::string_view value;  ///< without blanks around it; never CR, LF or NUL
};

/// One complete request, well-formed in every byte. All views end with on_request(): a handler
/// copies what it keeps. A header that was not sent is a view with data() == nullptr.
struct Request {
    Method method = Method::get;
    std::string_view target;  ///< as sent
    std::string_view path;    ///< raw, not decoded; begins with '/', or is "*" for OPTIONS
    std::string_view query;   ///< raw, without '?'
    std::string_view body;    ///< chunks already joined
    std::string_view bytes;   ///< head and body: what all other views point into

    // The first of each name. authorization_count tells whether it was alone; see also count().
    std::string_view authorization;
    std::string_view content_type;
    std::string_view content_encoding;
    std::string_view accept;
    std::string_view accept_language;
    std::string_view idempotency_key;
    std::string_view x_idempotency_key;
    std::string_view x_tenant_id;
    std::string_view x_api_key;
    std::string_view traceparent;
    std::string_view expect;
    std::uint8_t authorization_count = 0;

    bool keep_alive = true;  ///< what the client wants; for an answer ask Server::keep_alive
    bool peer_is_loopback = false;
    std::uint8_t listener = 0;  ///< the tag given to Server::listen()
    os::Address peer;
    std::uint64_t connection = 0;  ///< never used twice in the life of a server

    std::span<const Header> headers;

    /// The first header of this name; `name` in lower case.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
};

}  // namespace coffer::http
