#include "api/envelope.h"

#include <algorithm>

#include "api/json_text.h"

namespace coffer::api {
namespace {

std::string_view value_of(const Problem& problem, std::string_view name) {
    for (const Problem::Value& value : problem.values) {
        if (value.name == name) return value.text;
    }
    return {};
}

void append_outcome(std::string& out, Error error) {
    if (error == Error::outcome_unknown) out += R"(,"outcome":"unknown")";
}

}  // namespace

void append_success(std::string& out, Instant now) {
    open_envelope(out);
    close_envelope(out, now);
}

std::string message_of(const Problem& problem, Language language) {
    const ErrorRow& row = row_of(problem.error);
    std::string_view rest = language == Language::chinese ? row.chinese : row.english;
    std::string message;
    while (true) {
        const std::size_t open = rest.find('{');
        message += rest.substr(0, open);
        if (open == std::string_view::npos) return message;
        const std::size_t close = rest.find('}', open);
        ENSURE(close != std::string_view::npos);
        message += value_of(problem, rest.substr(open + 1, close - open - 1));
        rest.remove_prefix(close + 1);
    }
}

void append_error(std::string& out, const Problem& problem, Language language, Instant now) {
    out += R"({"code":)";
    append_number(out, row_of(problem.error).code);
    out += R"(,"message":)";
    append_json_text(out, message_of(problem, language));
    append_outcome(out, problem.error);
    close_envelope(out, now);
}

void append_problem(std::string& out, const Problem& problem, Language language, Instant now,
                    std::string_view instance) {
    const ErrorRow& row = row_of(problem.error);
    // The type leads to the row of this error in the served description.
    out += R"({"type":"/openapi.json#/x-errors/)";
    out += row.name;
    out += R"(","title":")";
    const std::size_t title_at = out.size();
    out += row.name;
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(title_at), out.end(), '_', ' ');
    out += R"(","status":)";
    append_number(out, row.status);
    out += R"(,"detail":)";
    append_json_text(out, message_of(problem, language));
    out += R"(,"instance":)";
    append_json_text(out, instance);
    out += R"(,"code":)";
    append_number(out, row.code);
    append_outcome(out, problem.error);
    close_envelope(out, now);
}

}  // namespace coffer::api
