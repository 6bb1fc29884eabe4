#include "api/body_reader.h"

#include <string>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "api/json_body.h"
#include "api/json_text.h"

namespace coffer::api {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::array<std::string_view, field_count> names{
    "amount",
    "currency",
    "description",
    "reference_id",
    "user_id",
    "from_user_id",
    "to_user_id",
    "reason",
    "freeze_id",
    "status",
    "type",
    "transaction_id",
    "remark",
    "approved_by",
    "expires_at",
    "user_ids",
    "freeze_ids",
    "max_balance",
    "min_withdraw_amount",
    "daily_withdraw_limit",
    "monthly_withdraw_limit",
    "auto_approve_limit",
    "prefunded_float",
    "transfer_enabled",
    "withdrawal_require_review",
    "auto_open_wallets",
    "prefunded",
    "idempotency_ttl",
    "default_list_page_size",
    "export_page_size",
    "quote_cache_ttl",
    "internal_client_timeout",
    "rate_limit_per_min",
    "rate_limit_per_hour",
    "supported_currencies",
    "timezone",
    "id",
    "tenant_id",
    "application_id",
    "created_at",
    "updated_at",
};

bool is_list(Field field) { return field == Field::user_ids || field == Field::freeze_ids; }
bool is_of_policy(Field field) { return field >= Field::max_balance; }
bool is_owned(Field field) { return field >= Field::id; }

/// What such a field may be besides null.
enum class Form : std::uint8_t { text, number_or_text, boolean };

Form form_of(Field field) {
    const auto which = static_cast<wallet::PolicyField>(
        static_cast<std::size_t>(field) - static_cast<std::size_t>(Field::max_balance));
    if (wallet::is_switch(which)) return Form::boolean;
    return wallet::is_limit(which) || wallet::is_number(which) ? Form::number_or_text : Form::text;
}

Problem not_of_form(Field field) {
    switch (form_of(field)) {
        case Form::text: return Problem{Error::field_not_text, {{"field", to_text(field)}}};
        case Form::number_or_text:
            return Problem{Error::field_not_number, {{"field", to_text(field)}}};
        case Form::boolean: return Problem{Error::field_not_boolean, {{"field", to_text(field)}}};
    }
    unreachable_value();
}

std::string_view without_blanks(std::string_view token) {
    const std::size_t last = token.find_last_not_of(" \t\r\n");
    return token.substr(0, last + 1);
}

/// A number as it is written, never as a floating-point value.
std::optional<Problem> take_policy_value(Field field, ondemand::value value, std::string_view& into,
                                         bool& is_null) {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return JsonBody::malformed(error);
    if (is_owned(field)) return std::nullopt;  // whatever it is
    const Form form = form_of(field);
    switch (type) {
        case ondemand::json_type::null: {
            bool really = false;
            if (const auto error = value.is_null().get(really)) return JsonBody::malformed(error);
            if (!really) return not_of_form(field);
            is_null = true;
            into = "null";
            return std::nullopt;
        }
        case ondemand::json_type::boolean: {
            bool on = false;
            if (form != Form::boolean) return not_of_form(field);
            if (const auto error = value.get_bool().get(on)) return JsonBody::malformed(error);
            into = on ? "true" : "false";
            return std::nullopt;
        }
        case ondemand::json_type::number:
            if (form != Form::number_or_text) return not_of_form(field);
            into = without_blanks(value.raw_json_token());
            return std::nullopt;
        case ondemand::json_type::string:
            if (form == Form::boolean) return not_of_form(field);
            if (const auto error = value.get_string().get(into)) return JsonBody::malformed(error);
            return std::nullopt;
        case ondemand::json_type::array:
        case ondemand::json_type::object: break;
    }
    return not_of_form(field);
}

std::optional<Field> field_of(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<Field>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(Field field) { return names[static_cast<std::size_t>(field)]; }

struct BodyReader::Parser {
    JsonBody json;
    std::string name;  // of a field that is not known
    std::vector<std::string_view> list;
    absl::flat_hash_set<std::string_view> different;

    std::optional<Problem> take_list(Field field, ondemand::value value, std::string_view& raw) {
        const Problem invalid{Error::list_invalid, {{"field", to_text(field)}}};
        ondemand::array array;
        if (const auto error = value.get_array().get(array)) {
            return error == simdjson::INCORRECT_TYPE ? invalid : JsonBody::malformed(error);
        }
        for (auto element : array) {
            std::string_view text;
            if (const auto error = element.get_string().get(text)) {
                return error == simdjson::INCORRECT_TYPE ? invalid : JsonBody::malformed(error);
            }
            if (list.size() == listed_max || !different.insert(text).second) return invalid;
            list.push_back(text);
        }
        if (list.empty()) return invalid;
        // Read once more from its begin, as it was sent: what an Idempotency-Key guards.
        if (array.reset().error() != simdjson::SUCCESS) return invalid;
        if (const auto error = array.raw_json().get(raw)) return JsonBody::malformed(error);
        return std::nullopt;
    }
};

BodyReader::BodyReader() : parser_{std::make_unique<Parser>()} {}
BodyReader::~BodyReader() = default;

void BodyReader::forget() {
    sent_.visit([this](Field field) { values_[static_cast<std::size_t>(field)] = {}; });
    sent_ = {};
    null_ = {};
    parser_->list.clear();
    parser_->different.clear();
}

std::span<const std::string_view> BodyReader::list() const { return parser_->list; }

std::optional<Problem> BodyReader::read(std::string_view body, const BodyForm& form) {
    forget();
    JsonObject object;
    if (auto problem = parser_->json.open(body, form.known_text, object.object)) return problem;
    if (auto problem = read_fields(object, form)) return problem;
    if (auto problem = parser_->json.at_end()) return problem;
    return find_missing(form);
}

std::optional<Problem> BodyReader::read(JsonObject& object, const BodyForm& form) {
    forget();
    if (auto problem = read_fields(object, form)) return problem;
    return find_missing(form);
}

std::optional<Problem> BodyReader::find_missing(const BodyForm& form) const {
    std::optional<Field> missing;
    form.required.visit([&](Field field) {
        if (!missing && (*this)[field].empty()) missing = field;
    });
    if (missing) return Problem{Error::field_missing, {{"field", to_text(*missing)}}};
    return std::nullopt;
}

std::optional<Problem> BodyReader::read_fields(JsonObject& from, const BodyForm& form) {
    for (auto member : from.object) {
        std::string_view name;
        if (const auto error = member.unescaped_key().get(name)) return JsonBody::malformed(error);
        const auto field = field_of(name);
        if (!field || !form.known.has(*field)) {
            parser_->name = for_message(name);
            return Problem{Error::field_unknown,
                           {{"field", parser_->name}, {"fields", form.known_text}}};
        }
        if (sent_.has(*field)) return Problem{Error::field_repeated, {{"field", to_text(*field)}}};
        sent_.add(*field);
        std::string_view& value = values_[static_cast<std::size_t>(*field)];
        if (is_list(*field)) {
            if (auto problem = parser_->take_list(*field, member.value(), value)) return problem;
            continue;
        }
        if (is_of_policy(*field)) {
            bool is_null = false;
            if (auto problem = take_policy_value(*field, member.value(), value, is_null)) {
                return problem;
            }
            if (is_null) null_.add(*field);
            continue;
        }
        ondemand::json_type type{};
        if (const auto error = member.value().type().get(type)) return JsonBody::malformed(error);
        if (type != ondemand::json_type::string) {
            return Problem{*field == Field::amount ? Error::amount_not_text : Error::field_not_text,
                           {{"field", to_text(*field)}}};
        }
        if (const auto error = member.value().get_string().get(value))
            return JsonBody::malformed(error);
        // Where it may be left out that means "all of it", which an empty text never says.
        if (*field == Field::amount && value.empty())
            return Problem{Error::field_missing, {{"field", to_text(*field)}}};
    }
    return std::nullopt;
}

}  // namespace coffer::api
