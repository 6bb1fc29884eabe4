#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace coffer::http {

/// Decodes %XX once; nothing else is touched ('+' stays '+'). Nothing for a broken escape.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view raw);

/// As in a query: '+' is a blank too.
[[nodiscard]] std::optional<std::string> query_decode(std::string_view raw);

/// Percent-encodes everything but the unreserved characters of RFC 3986.
void append_percent_encoded(std::string& out, std::string_view text);

struct QueryParameter {
    std::string_view name;   ///< raw
    std::string_view value;  ///< raw; empty when there is no '='
};

/// The parameters of a raw query in order; empty ones (`a&&b`) are skipped.
class QueryParameters {
public:
    static constexpr std::size_t count_max = 32;

    /// Nothing when there are more than count_max.
    [[nodiscard]] static std::optional<QueryParameters> split(std::string_view query);

    [[nodiscard]] std::span<const QueryParameter> all() const { return {items_.data(), count_}; }

private:
    std::array<QueryParameter, count_max> items_{};
    std::size_t count_ = 0;
};

/// What a raw path must be before anybody routes it: valid escapes, and none that decodes to a
/// control character. Dots and double slashes stay as they are and match no route.
[[nodiscard]] bool is_clean_path(std::string_view raw);

/// RFC 9110 token: a header or method name.
[[nodiscard]] bool is_token(std::string_view text);

/// May stand in a header we send: no control characters (a tab is one too).
[[nodiscard]] bool is_header_text(std::string_view text);

/// ASCII only; `lower` is in lower case already.
[[nodiscard]] bool equals_lower(std::string_view text, std::string_view lower);

/// Valid UTF-8 without overlong forms and surrogates.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace coffer::http
