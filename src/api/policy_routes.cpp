#include "api/policy_routes.h"

#include "api/json_text.h"
#include "api/policy_dto.h"
#include "api/text_rules.h"
#include "engine/policy_text.h"

namespace coffer::api {
namespace {

using wallet::PolicyField;

// The greatest numbers as texts, which a problem's placeholders point to.
std::string_view greatest_as_text(PolicyField field) {
    switch (engine::greatest_number(field)) {
        case 100: return "100";
        case 3'600: return "3600";
        case 86'400: return "86400";
        case 100'000: return "100000";
        case 31'536'000: return "31536000";
        default: return "1000000000";
    }
}

Problem problem_of(engine::PolicyTextError error, PolicyField field) {
    const std::string_view name = to_text(field);
    switch (error) {
        using enum engine::PolicyTextError;
        case limit_malformed: return Problem{Error::limit_invalid, {{"field", name}}};
        case switch_malformed: return Problem{Error::field_not_boolean, {{"field", name}}};
        case number_malformed:
            return Problem{Error::number_invalid,
                           {{"field", name}, {"least", "0"}, {"limit", greatest_as_text(field)}}};
        case currency_unknown: return Problem{Error::currencies_invalid, {{"field", name}}};
        case zone_unknown: return Problem{Error::time_zone_unknown, {{"field", name}}};
    }
    unreachable_value();
}

/// Whether the value asks for the default: null, 0 for a whole number, no zone.
bool follows_default(const Ask& ask, PolicyField field, std::string_view text) {
    return ask.body.is_null(body_field_of(field)) || (wallet::is_number(field) && text == "0") ||
           (field == PolicyField::timezone && text.empty());
}

std::optional<Problem> read_change(const Ask& ask, wallet::PolicyChange& change) {
    for (std::size_t i = 0; i < wallet::policy_fields; ++i) {
        const auto field = static_cast<PolicyField>(i);
        if (!ask.body.sent(body_field_of(field))) continue;
        const std::string_view text = ask.body[body_field_of(field)];
        if (follows_default(ask, field, text)) {
            change.resets.add(field);
            continue;
        }
        if (const auto wrong =
                engine::read_policy_field(field, text, ask.currencies, change.values)) {
            return problem_of(*wrong, field);
        }
        change.sets.add(field);
    }
    return std::nullopt;
}

wallet::Caller caller_in(const Ask& ask) {
    wallet::Caller caller = caller_of(ask);
    caller.tenant = ask.tenant;
    // The caller's application is one of the caller's tenant.
    if (ask.tenant != ask.principal.tenant) caller.application = {};
    return caller;
}

}  // namespace

std::optional<Problem> parse_read_policy(const Ask& ask, engine::Item& item, Remembered&) {
    if (auto problem = judge_reference(ask.id, "app_id")) return problem;
    item = engine::ReadPolicy{.tenant = ask.tenant, .application = ask.id};
    return std::nullopt;
}

void render_policy(const Rendering& rendering, const engine::Answer& answer) {
    std::string& out = rendering.out;
    out += ',';
    const std::size_t fields_at = out.size();
    append_policy(out, std::get<engine::PolicyFound>(answer), rendering.wording.currencies);
    append_data_again(out, fields_at);
}

std::optional<Problem> parse_set_policy(const Ask& ask, engine::Item& item, Remembered&) {
    if (auto problem = judge_reference(ask.id, "app_id")) return problem;
    wallet::PolicyChange change;
    if (auto problem = read_change(ask, change)) return problem;
    item = wallet::Command{
        caller_in(ask), wallet::SetPolicy{.application = ask.id, .change = ask.texts.keep(change)}};
    return std::nullopt;
}

std::optional<Problem> parse_remove_policy(const Ask& ask, engine::Item& item, Remembered&) {
    if (auto problem = judge_reference(ask.id, "app_id")) return problem;
    item = wallet::Command{caller_in(ask), wallet::RemovePolicy{.application = ask.id}};
    return std::nullopt;
}

}  // namespace coffer::api
