#include "api/query_values.h"

#include "http/url.h"

namespace coffer::api {
namespace {

constexpr std::array<std::string_view, parameter_count> names{
    "currency", "type",      "status", "start_date", "end_date",
    "page",     "page_size", "cursor", "user_id",    "dry_run"};

}  // namespace

std::string_view to_text(Parameter parameter) { return names[static_cast<std::size_t>(parameter)]; }

std::optional<Problem> QueryValues::read(std::string_view query, engine::Arena& texts) {
    if (query.empty()) return std::nullopt;
    const Problem malformed{Error::parameters_too_many, {{"limit", "32"}}};
    const auto parameters = http::QueryParameters::split(query);
    if (!parameters) return malformed;
    std::array<bool, parameter_count> seen{};
    for (const http::QueryParameter& parameter : parameters->all()) {
        const auto name = http::percent_decode(parameter.name);
        if (!name) return malformed;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (*name != names[i]) continue;
            if (seen[i]) return Problem{Error::parameter_repeated, {{"field", names[i]}}};
            seen[i] = true;
            if (parameter.value.find('%') == std::string_view::npos) {
                values_[i] = parameter.value;
                continue;
            }
            const auto value = http::percent_decode(parameter.value);
            if (!value) return malformed;
            values_[i] = texts.copy(*value);
        }
    }
    return std::nullopt;
}

}  // namespace coffer::api
