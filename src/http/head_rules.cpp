// The rules of RFC 9110 and 9112 about a whole header section: see judge_head() in head_parser.h.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "http/characters.h"
#include "http/head_parser.h"
#include "http/url.h"

namespace coffer::http {
namespace {

using enum Refusal;

std::optional<Method> method_of(std::string_view text) {
    switch (text.size()) {
        case 3:
            if (text == "GET") return Method::get;
            if (text == "PUT") return Method::put;
            break;
        case 4:
            if (text == "POST") return Method::post;
            if (text == "HEAD") return Method::head;
            break;
        case 5:
            if (text == "PATCH") return Method::patch;
            break;
        case 6:
            if (text == "DELETE") return Method::delete_;
            break;
        case 7:
            if (text == "OPTIONS") return Method::options;
            break;
        default: break;
    }
    return std::nullopt;
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto end = text.data() + text.size();
    return text.empty() ||
           std::from_chars(text.data(), end, port) == std::from_chars_result{end, std::errc{}};
}

// host [":" port]. Commas are legal in a name, but a list of hosts is what they would be here.
bool is_host(std::string_view text) {
    if (text.empty()) return false;
    std::size_t end = 0;
    if (text.front() == '[') {
        while (++end < text.size() && text[end] != ']') {
            if (hex_value(text[end]) < 0 && text[end] != ':' && text[end] != '.') return false;
        }
        if (end == text.size() || end == 1) return false;
        ++end;
    } else {
        while (end < text.size() && text[end] != ':') {
            const char c = text[end];
            if (c == '%') {
                if (escaped_byte(text.substr(end)) < 0) return false;
            } else if (!is_alphanumeric(c) &&
                       std::string_view{"-._~!$&'()*+;="}.find(c) == std::string_view::npos) {
                return false;
            }
            ++end;
        }
        if (end == 0) return false;
    }
    return end == text.size() || (text[end] == ':' && is_port(text.substr(end + 1)));
}

std::optional<Refusal> judge_host(const Head& head) {
    if (head.host_count > 1) return malformed_host;
    if (head.host_count == 0) {
        if (head.is_http_1_1) return malformed_host;
        return std::nullopt;
    }
    if (!is_host(head.host)) return malformed_host;
    return std::nullopt;
}

// absolute-form: the authority replaces Host and must be one; what follows is the path.
std::optional<std::string_view> after_authority(std::string_view target) {
    const auto slashes = target.find("://");
    if (slashes == std::string_view::npos) return std::nullopt;
    const std::string_view scheme = target.substr(0, slashes);
    if (!equals_lower(scheme, "http") && !equals_lower(scheme, "https")) return std::nullopt;
    const std::string_view rest = target.substr(slashes + 3);
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    if (!is_host(rest.substr(0, end))) return std::nullopt;
    return rest.substr(end);
}

std::optional<Refusal> judge_target(Request& request) {
    std::string_view rest = request.target;
    if (rest == "*") {
        if (request.method != Method::options) return malformed_target;
        request.path = rest;
        return std::nullopt;
    }
    if (rest.find('#') != std::string_view::npos) return malformed_target;
    if (rest.front() != '/') {
        const auto after = after_authority(rest);
        if (!after) return malformed_target;
        rest = *after;
    }
    const auto question = rest.find('?');
    request.path = rest.substr(0, question);
    if (question != std::string_view::npos) request.query = rest.substr(question + 1);
    if (request.path.empty()) request.path = "/";
    if (!is_clean_path(request.path)) return malformed_target;
    return std::nullopt;
}

// Only "chunked" alone is served. A list that does not end in chunked has no known end (400); a
// coding before it could be known to others (501).
std::optional<Refusal> judge_transfer_encoding(const Head& head) {
    if (!head.is_http_1_1 || head.content_length_count > 0 || head.transfer_encoding_count > 1)
        return malformed_transfer_encoding;
    const std::string_view codings = head.transfer_encoding;
    if (equals_lower(codings, "chunked")) return std::nullopt;
    const auto comma = codings.rfind(',');
    if (comma == std::string_view::npos) return malformed_transfer_encoding;
    std::string_view last = codings.substr(comma + 1);
    last.remove_prefix(std::min(last.find_first_not_of(" \t"), last.size()));
    const std::string_view before = codings.substr(0, comma);
    const bool only_tokens = std::all_of(before.begin(), before.end(), [](char c) {
        return is_token_character(c) || c == ' ' || c == '\t' || c == ',';
    });
    const bool chunked_twice =
        std::search(before.begin(), before.end(), last.begin(), last.end(),
                    [](char a, char b) { return to_lower(a) == to_lower(b); }) != before.end();
    if (equals_lower(last, "chunked") && only_tokens && !chunked_twice &&
        is_token_character(before.empty() ? ' ' : before.front())) {
        return transfer_coding_unknown;
    }
    return malformed_transfer_encoding;
}

std::optional<Refusal> judge_framing(Head& head) {
    if (head.transfer_encoding_count > 0) {
        if (auto refusal = judge_transfer_encoding(head)) return refusal;
        head.chunked = true;
        return std::nullopt;
    }
    if (head.content_length_count == 0) return std::nullopt;
    const std::string_view digits = head.content_length_text;
    const auto end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, head.content_length);
    if (head.content_length_count > 1 || digits.empty() || !is_digit(digits.front()) ||
        stopped != end || error != std::errc{}) {
        return malformed_length;
    }
    return std::nullopt;
}

std::optional<Refusal> judge_expectation(Head& head) {
    if (head.expect_count == 0 || !head.is_http_1_1) return std::nullopt;
    if (head.expect_count > 1 || !equals_lower(head.request.expect, "100-continue"))
        return expectation_unknown;
    head.wants_continue = head.chunked || head.content_length > 0;
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> judge_head(Head& head) {
    // Framing first: where it is in doubt, nothing else about the request can be trusted.
    if (auto refusal = judge_framing(head)) return refusal;
    if (auto refusal = judge_host(head)) return refusal;
    const auto method = method_of(head.method_text);
    if (!method) return method_unknown;
    head.request.method = *method;
    if (auto refusal = judge_target(head.request)) return refusal;
    return judge_expectation(head);
}

}  // namespace coffer::http
