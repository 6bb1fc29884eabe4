#include "api/parked.h"

#include <array>

namespace coffer::api {
namespace {

using Text = std::string_view http::Request::*;

// What views of a request point to. The token is left out: it was checked, and is a secret.
constexpr std::array<Text, 12> texts{
    &http::Request::target,          &http::Request::path,
    &http::Request::query,           &http::Request::body,
    &http::Request::content_type,    &http::Request::content_encoding,
    &http::Request::accept,          &http::Request::accept_language,
    &http::Request::idempotency_key, &http::Request::x_idempotency_key,
    &http::Request::x_tenant_id,     &http::Request::traceparent};

}  // namespace

ParkedRequest::ParkedRequest(const http::Request& request) : request_{request} {
    std::size_t bytes = 0;
    for (const Text text : texts) bytes += (request.*text).size();
    bytes_.reserve(bytes);
    request_.headers = {};
    request_.authorization = {};
    request_.x_api_key = {};
    request_.expect = {};
    for (const Text text : texts) {
        if ((request.*text).data() == nullptr) continue;
        const std::size_t at = bytes_.size();
        bytes_ += request.*text;
        request_.*text = std::string_view{bytes_}.substr(at);
    }
}

}  // namespace coffer::api
