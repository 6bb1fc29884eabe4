#include "http/head_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>
#include <limits>

#include "base/ensure.h"
#include "http/url.h"

namespace coffer::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view view_of(string_view text) { return {text.data(), text.size()}; }

// A view that is never null, so that an empty header can be told from none.
std::string_view present(string_view text) {
    return text.empty() ? std::string_view{""} : view_of(text);
}

void keep_first(std::string_view& place, string_view value) {
    if (place.data() == nullptr) place = present(value);
}

// Beast finds lines, names, values and the meaning of Connection. Its request_parser would copy
// every header into a tree; this one keeps views. Bodies are not given to it: they are framed by
// our own rules, which are stricter (see chunks.h).
class BeastParser final : public beast_http::basic_parser<true> {
public:
    explicit BeastParser(Head& head) : head_{head} {
        header_limit(std::numeric_limits<std::uint32_t>::max());  // HeadScan has kept the limits
        body_limit(boost::none);
        skip(true);
    }

private:
    void on_request_impl(beast_http::verb, string_view method, string_view target, int version,
                         error_code&) override {
        head_.method_text = view_of(method);
        head_.request.target = view_of(target);
        head_.is_http_1_1 = version == 11;
    }

    void on_field_impl(beast_http::field field, string_view name, string_view value,
                       error_code& error) override {
        if (head_.header_count == head_.headers.size()) {
            error = beast_http::error::header_limit;
            return;
        }
        head_.headers[head_.header_count++] = {view_of(name), present(value)};
        Request& request = head_.request;
        switch (field) {  // a library's enum: only what we use is listed
            case beast_http::field::host:
                ++head_.host_count;
                head_.host = view_of(value);
                break;
            case beast_http::field::content_length:
                ++head_.content_length_count;
                head_.content_length_text = view_of(value);
                break;
            case beast_http::field::transfer_encoding:
                ++head_.transfer_encoding_count;
                head_.transfer_encoding = view_of(value);
                break;
            case beast_http::field::expect:
                ++head_.expect_count;
                keep_first(request.expect, value);
                break;
            case beast_http::field::authorization:
                if (request.authorization_count < 255) ++request.authorization_count;
                keep_first(request.authorization, value);
                break;
            case beast_http::field::content_type: keep_first(request.content_type, value); break;
            case beast_http::field::content_encoding:
                keep_first(request.content_encoding, value);
                break;
            case beast_http::field::accept: keep_first(request.accept, value); break;
            case beast_http::field::accept_language:
                keep_first(request.accept_language, value);
                break;
            case beast_http::field::unknown: on_unlisted_field(view_of(name), value); break;
            default: break;
        }
    }

    void on_unlisted_field(std::string_view name, string_view value) {
        Request& request = head_.request;
        switch (name.size()) {  // most names differ in length already
            case 9:
                if (equals_lower(name, "x-api-key")) keep_first(request.x_api_key, value);
                break;
            case 11:
                if (equals_lower(name, "x-tenant-id")) keep_first(request.x_tenant_id, value);
                if (equals_lower(name, "traceparent")) keep_first(request.traceparent, value);
                break;
            case 15:
                if (equals_lower(name, "idempotency-key"))
                    keep_first(request.idempotency_key, value);
                break;
            case 17:
                if (equals_lower(name, "x-idempotency-key"))
                    keep_first(request.x_idempotency_key, value);
                break;
            default: break;
        }
    }

    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}

    Head& head_;
};

Refusal refusal_of(const error_code& failed) {
    using beast_http::error;
    if (failed == error::bad_content_length || failed == error::multiple_content_length)
        return Refusal::malformed_length;
    if (failed == error::bad_transfer_encoding) return Refusal::malformed_transfer_encoding;
    if (failed == error::bad_target) return Refusal::malformed_target;
    if (failed == error::bad_method || failed == error::bad_version)
        return Refusal::malformed_request_line;
    return Refusal::malformed_header;
}

void clear(Head& head) {
    head.request = Request{};
    head.header_count = 0;
    head.host = head.content_length_text = head.transfer_encoding = {};
    head.host_count = head.content_length_count = 0;
    head.transfer_encoding_count = head.expect_count = 0;
    head.chunked = head.wants_continue = false;
    head.content_length = 0;
}

}  // namespace

std::optional<Refusal> parse_head(std::span<char> section, Head& head) {
    clear(head);
    auto* const line_end = static_cast<char*>(std::memchr(section.data(), '\r', section.size()));
    ENSURE(line_end != nullptr && line_end != section.data());
    if (line_end[-1] > '1') line_end[-1] = '1';
    BeastParser parser(head);
    error_code error;
    const std::size_t used = parser.put({section.data(), section.size()}, error);
    if (error) return refusal_of(error);
    // Two parsers that disagree about where a request ends are how requests are smuggled.
    if (used != section.size() || !parser.is_done()) return Refusal::malformed_header;
    head.request.keep_alive = parser.keep_alive();
    head.request.headers = {head.headers.data(), head.header_count};
    return std::nullopt;
}

}  // namespace coffer::http
