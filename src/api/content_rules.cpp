#include "api/content_rules.h"

#include <algorithm>

#include "http/url.h"

namespace coffer::api {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// JSON has one charset (RFC 8259 8.1); naming it is harmless, naming another is a mistake.
bool is_harmless_parameter(std::string_view parameter) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) return parameter.empty();
    if (!http::equals_lower(trimmed(parameter.substr(0, equals)), "charset")) return true;
    const std::string_view value = trimmed(parameter.substr(equals + 1));
    return http::equals_lower(value, "utf-8") || http::equals_lower(value, "\"utf-8\"");
}

bool is_json_in_utf8(std::string_view content_type) {
    if (content_type == "application/json") return true;
    bool first = true;
    while (!content_type.empty()) {
        const std::size_t end = std::min(content_type.find(';'), content_type.size());
        const std::string_view part = trimmed(content_type.substr(0, end));
        content_type.remove_prefix(std::min(end + 1, content_type.size()));
        if (first ? !http::equals_lower(part, "application/json") : !is_harmless_parameter(part)) {
            return false;
        }
        first = false;
    }
    return !first;
}

}  // namespace

std::optional<Problem> judge_content(const http::Request& request) {
    if (!is_json_in_utf8(request.content_type)) return Problem{Error::content_type_unsupported};
    if (!request.content_encoding.empty() &&
        !http::equals_lower(request.content_encoding, "identity")) {
        return Problem{Error::content_encoding_unsupported};
    }
    return std::nullopt;
}

}  // namespace coffer::api
