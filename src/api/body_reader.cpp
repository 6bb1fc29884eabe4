#include "api/body_reader.h"

#include <simdjson.h>

#include <cstring>
#include <string>

#include "api/json_text.h"

namespace coffer::api {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::SUCCESS;

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
    ondemand::parser parser;
    std::string padded;  // the body, with what simdjson may read behind its end
    std::string name;    // of a field that is not known
};

BodyReader::BodyReader() : parser_{std::make_unique<Parser>()} {}
BodyReader::~BodyReader() = default;

std::optional<Problem> BodyReader::read(std::string_view body, const BodyForm& form) {
    values_.fill({});
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return Problem{Error::body_empty, {{"fields", form.known_text}}};
    }
    if (auto problem = read_object(body, form)) return problem;
    for (std::size_t i = 0; i < field_count; ++i) {
        if (form.required.has(static_cast<Field>(i)) && values_[i].empty()) {
            return Problem{Error::field_missing, {{"field", names[i]}}};
        }
    }
    return std::nullopt;
}

std::optional<Problem> BodyReader::read_object(std::string_view body, const BodyForm& form) {
    const auto malformed = [](simdjson::error_code code) {
        return Problem{Error::body_malformed, {{"reason", simdjson::error_message(code)}}};
    };
    std::string& padded = parser_->padded;
    padded.resize(body.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(padded.data(), body.data(), body.size());
    std::memset(padded.data() + body.size(), ' ', simdjson::SIMDJSON_PADDING);

    ondemand::document document;
    if (const auto error =
            parser_->parser.iterate(padded.data(), body.size(), padded.size()).get(document)) {
        return malformed(error);
    }
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) {
        if (error == simdjson::INCORRECT_TYPE) return Problem{Error::body_not_an_object};
        return malformed(error);
    }
    FieldSet seen{};
    for (auto member : object) {
        std::string_view name;
        if (const auto error = member.unescaped_key().get(name)) return malformed(error);
        const auto field = field_of(name);
        if (!field || !form.known.has(*field)) {
            parser_->name = for_message(name);
            return Problem{Error::field_unknown,
                           {{"field", parser_->name}, {"fields", form.known_text}}};
        }
        if (seen.has(*field)) return Problem{Error::field_repeated, {{"field", to_text(*field)}}};
        seen.add(*field);
        ondemand::json_type type{};
        if (const auto error = member.value().type().get(type)) return malformed(error);
        if (type != ondemand::json_type::string) {
            return Problem{*field == Field::amount ? Error::amount_not_text : Error::field_not_text,
                           {{"field", to_text(*field)}}};
        }
        std::string_view& value = values_[static_cast<std::size_t>(*field)];
        if (const auto error = member.value().get_string().get(value)) return malformed(error);
    }
    // Out of bounds is how it says that nothing is left.
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
        return Problem{Error::body_not_an_object};
    }
    return std::nullopt;
}

}  // namespace coffer::api
