#include "http/head_scan.h"

#include <algorithm>
#include <cstring>

#include "http/characters.h"
#include "http/url.h"

namespace coffer::http {
namespace {

// METHOD SP TARGET SP HTTP/D.D, one blank each, nothing outside printable ASCII.
std::optional<Refusal> check_request_line(std::string_view line) {
    using enum Refusal;
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return malformed_request_line;
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method) || target.empty()) return malformed_request_line;
    for (const char c : target) {
        if (c <= ' ' || c > '~') return malformed_target;  // negative beyond ASCII
    }
    const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                             is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
    if (!well_formed) return malformed_request_line;
    if (version[5] != '1') return version_unknown;
    return std::nullopt;
}

// NAME: VALUE. A leading blank would be a folded line, and no token begins with one.
bool is_header_line(std::string_view line) {
    const void* const colon = std::memchr(line.data(), ':', line.size());
    if (colon == nullptr) return false;
    const auto name_bytes = static_cast<std::size_t>(static_cast<const char*>(colon) - line.data());
    return is_token(line.substr(0, name_bytes));
}

}  // namespace

std::optional<Refusal> HeadScan::check_bytes(std::string_view input, std::uint32_t content_end,
                                             const Limits& limits) const {
    const bool first = lines_ == 0;
    if (!first && lines_ > limits.headers && content_end > line_at_)
        return Refusal::header_too_large;
    const std::uint32_t line_limit = first ? limits.request_line_bytes : limits.header_line_bytes;
    const std::uint32_t allowed_end =
        std::min(line_at_ + line_limit, std::max(limits.header_section_bytes, line_at_));
    const std::uint32_t look_end = std::min(content_end, allowed_end);
    if (look_end > checked_at_ &&
        contains_control(input.substr(checked_at_, look_end - checked_at_))) {
        return first ? Refusal::malformed_request_line : Refusal::malformed_header;
    }
    if (content_end <= allowed_end) return std::nullopt;
    return first ? Refusal::request_line_too_long : Refusal::header_too_large;
}

HeadScan::Found HeadScan::scan(std::string_view input, const Limits& limits) {
    const auto size = static_cast<std::uint32_t>(input.size());
    while (checked_at_ < size) {
        const void* const found = std::memchr(input.data() + checked_at_, '\n', size - checked_at_);
        if (found == nullptr) {
            // A CR at the very end may become a line end; any other CR is a control character.
            const std::uint32_t content_end = input.back() == '\r' ? size - 1 : size;
            if (auto refusal = check_bytes(input, content_end, limits)) return {0, refusal};
            checked_at_ = std::max(content_end, checked_at_);
            return {};
        }
        const auto line_end =
            static_cast<std::uint32_t>(static_cast<const char*>(found) - input.data());
        const bool proper = line_end > line_at_ && input[line_end - 1] == '\r';
        const std::uint32_t content_end = proper ? line_end - 1 : line_end;
        if (auto refusal = check_bytes(input, content_end, limits)) return {0, refusal};
        if (!proper) {
            return {0, lines_ == 0 ? Refusal::malformed_request_line : Refusal::malformed_header};
        }
        const std::string_view line = input.substr(line_at_, content_end - line_at_);
        if (lines_ == 0) {
            if (auto refusal = check_request_line(line)) return {0, refusal};
        } else if (line.empty()) {
            return {line_end + 1, std::nullopt};
        } else if (!is_header_line(line)) {
            return {0, Refusal::malformed_header};
        }
        ++lines_;
        line_at_ = checked_at_ = line_end + 1;
    }
    return {};
}

}  // namespace coffer::http
