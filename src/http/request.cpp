#include "http/request.h"

#include "base/ensure.h"
#include "http/url.h"

namespace coffer::http {

std::string_view to_text(Method method) {
    switch (method) {
        case Method::get: return "GET";
        case Method::head: return "HEAD";
        case Method::post: return "POST";
        case Method::put: return "PUT";
        case Method::patch: return "PATCH";
        case Method::delete_: return "DELETE";
        case Method::options: return "OPTIONS";
    }
    unreachable_value();
}

std::optional<std::string_view> Request::find(std::string_view name) const {
    for (const Header& header : headers) {
        if (equals_lower(header.name, name)) return header.value;
    }
    return std::nullopt;
}

std::size_t Request::count(std::string_view name) const {
    std::size_t count = 0;
    for (const Header& header : headers) count += equals_lower(header.name, name) ? 1 : 0;
    return count;
}

}  // namespace coffer::http
