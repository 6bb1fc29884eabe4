#include "api/preferences.h"

#include <algorithm>
#include <optional>

#include "http/url.h"

namespace coffer::api {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view item = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return item;
}

// The weight of one item in thousandths; a malformed one counts as 0.
int weight_of(std::string_view parameters) {
    while (!parameters.empty()) {
        const std::string_view parameter = take_until(parameters, ';');
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        const std::string_view text = parameter.substr(2);
        if (text.empty() || text.size() > 5 || (text.size() > 1 && text[1] != '.')) return 0;
        int weight = 0;
        int unit = 1000;
        for (const char c : text) {
            if (c == '.') continue;
            if (c < '0' || c > '9') return 0;
            weight += (c - '0') * unit;
            unit /= 10;
        }
        return weight;
    }
    return 1000;
}

std::optional<Language> language_of(std::string_view range) {
    const std::string_view primary = range.substr(0, range.find('-'));
    if (http::equals_lower(primary, "zh")) return Language::chinese;
    if (http::equals_lower(primary, "en")) return Language::english;
    return std::nullopt;
}

}  // namespace

Language preferred_language(std::string_view accept_language) {
    Language preferred = Language::english;
    int best = 0;
    while (!accept_language.empty()) {
        std::string_view item = take_until(accept_language, ',');
        const auto language = language_of(take_until(item, ';'));
        if (!language) continue;
        const int weight = weight_of(item);
        if (weight > best) {
            preferred = *language;
            best = weight;
        }
    }
    return preferred;
}

bool wants_problem_json(std::string_view accept) {
    while (!accept.empty()) {
        std::string_view item = take_until(accept, ',');
        if (http::equals_lower(take_until(item, ';'), "application/problem+json")) {
            return weight_of(item) > 0;
        }
    }
    return false;
}

}  // namespace coffer::api
