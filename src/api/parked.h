#pragma once

#include <string>

#include "http/request.h"

namespace coffer::api {

/// A copy of a request that outlives its round: all of it but the list of headers, whose named ones
/// are enough for every route.
class ParkedRequest {
public:
    explicit ParkedRequest(const http::Request& request);
    ParkedRequest(const ParkedRequest&) = delete;
    ParkedRequest& operator=(const ParkedRequest&) = delete;

    [[nodiscard]] const http::Request& request() const { return request_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

private:
    std::string bytes_;
    http::Request request_;
};

}  // namespace coffer::api
