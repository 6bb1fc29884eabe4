#include "api/ask.h"

#include "api/json_text.h"
#include "api/text_rules.h"
#include "money/decimal.h"

namespace coffer::api {

wallet::Caller caller_of(const Ask& ask) {
    if (ask.caller != nullptr) return *ask.caller;
    return {.tenant = ask.texts.copy(ask.principal.tenant),
            .actor = ask.texts.copy(ask.principal.subject),
            .application = ask.texts.copy(ask.principal.application)};
}

std::optional<Problem> read_currency(const Ask& ask, money::Currency& currency) {
    const std::string_view in_body = ask.body[Field::currency];
    const std::string_view in_query = ask.query[Parameter::currency];
    if (!in_body.empty() && !in_query.empty() && in_body != in_query) {
        return Problem{Error::currency_named_twice};
    }
    const std::string_view code = in_body.empty() ? in_query : in_body;
    if (code.empty()) return std::nullopt;
    const auto found = ask.currencies.find(code);
    if (!found) {
        return Problem{Error::currency_unknown, {{"value", ask.texts.copy(for_message(code))}}};
    }
    currency = *found;
    return std::nullopt;
}

std::optional<Problem> read_dry_run(const QueryValues& query, bool& dry_run) {
    const std::string_view text = query[Parameter::dry_run];
    if (!text.empty() && text != "true" && text != "false") {
        return Problem{Error::choice_invalid, {{"field", "dry_run"}, {"allowed", "true, false"}}};
    }
    dry_run = text == "true";
    return std::nullopt;
}

std::optional<Problem> read_text(const Ask& ask, Field field, std::string_view& into) {
    const std::string_view text = ask.body[field];
    if (auto problem = judge_text(text, to_text(field))) return problem;
    into = ask.texts.copy(text);
    return std::nullopt;
}

std::optional<Problem> read_reference(const Ask& ask, std::string_view& into) {
    const std::string_view reference = ask.body[Field::reference_id];
    if (auto problem = judge_reference(reference, to_text(Field::reference_id))) return problem;
    into = ask.texts.copy(reference);
    return std::nullopt;
}

std::optional<Problem> read_amount(const Ask& ask, money::Decimal& amount) {
    const auto parsed = money::parse_decimal(ask.body[Field::amount]);
    if (parsed) {
        amount = *parsed;
        return std::nullopt;
    }
    switch (parsed.error()) {
        case money::DecimalError::malformed: return Problem{Error::amount_malformed};
        case money::DecimalError::too_large: return Problem{Error::amount_over_maximum};
    }
    unreachable_value();
}

}  // namespace coffer::api
