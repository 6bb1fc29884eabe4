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
    "amount", "currency",  "description", "reference_id", "user_id",  "from_user_id", "to_user_id",
    "reason", "freeze_id", "status",      "type",         "user_ids", "freeze_ids"};

bool is_list(Field field) { return field >= Field::user_ids; }

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
    values_.fill({});
    parser_->list.clear();
    parser_->different.clear();
}

std::span<const std::string_view> BodyReader::list() const { return parser_->list; }

std::optional<Problem> BodyReader::read(std::string_view body, const BodyForm& form) {
    forget();
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
        std::string_view& value = values_[static_cast<std::size_t>(*field)];
        if (is_list(*field)) {
            if (auto problem = parser_->take_list(*field, member.value(), value)) return problem;
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
    return json.at_end();
}

}  // namespace coffer::api
