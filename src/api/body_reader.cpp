#include "api/body_reader.h"

#include <string>

#include "api/json_body.h"
#include "api/json_text.h"

namespace coffer::api {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::array<std::string_view, field_count> names{
    "amount",     "currency", "description", "reference_id", "user_id", "from_user_id",
    "to_user_id", "reason",   "freeze_id",   "status",       "type"};

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
};

BodyReader::BodyReader() : parser_{std::make_unique<Parser>()} {}
BodyReader::~BodyReader() = default;

std::optional<Problem> BodyReader::read(std::string_view body, const BodyForm& form) {
    values_.fill({});
    if (auto problem = read_object(body, form)) return problem;
    for (std::size_t i = 0; i < field_count; ++i) {
        if (form.required.has(static_cast<Field>(i)) && values_[i].empty()) {
            return Problem{Error::field_missing, {{"field", names[i]}}};
        }
    }
    return std::nullopt;
}

std::optional<Problem> BodyReader::read_object(std::string_view body, const BodyForm& form) {
    JsonBody& json = parser_->json;
    ondemand::object object;
    if (auto problem = json.open(body, form.known_text, object)) return problem;
    FieldSet seen{};
    for (auto member : object) {
        std::string_view name;
        if (const auto error = member.unescaped_key().get(name)) return JsonBody::malformed(error);
        const auto field = field_of(name);
        if (!field || !form.known.has(*field)) {
            parser_->name = for_message(name);
            return Problem{Error::field_unknown,
                           {{"field", parser_->name}, {"fields", form.known_text}}};
        }
        if (seen.has(*field)) return Problem{Error::field_repeated, {{"field", to_text(*field)}}};
        seen.add(*field);
        ondemand::json_type type{};
        if (const auto error = member.value().type().get(type)) return JsonBody::malformed(error);
        if (type != ondemand::json_type::string) {
            return Problem{*field == Field::amount ? Error::amount_not_text : Error::field_not_text,
                           {{"field", to_text(*field)}}};
        }
        std::string_view& value = values_[static_cast<std::size_t>(*field)];
        if (const auto error = member.value().get_string().get(value))
            return JsonBody::malformed(error);
    }
    return json.at_end();
}

}  // namespace coffer::api
