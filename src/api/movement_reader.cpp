#include "api/movement_reader.h"

#include <simdjson.h>

#include <cstring>
#include <string>
#include <vector>

#include "api/json_text.h"

namespace coffer::api {
namespace {

namespace ondemand = simdjson::ondemand;
constexpr std::string_view field_name = "movements";

Problem malformed(simdjson::error_code code) {
    return Problem{Error::body_malformed, {{"reason", simdjson::error_message(code)}}};
}

}  // namespace

struct MovementReader::Parser {
    ondemand::parser parser;
    std::string padded;
    std::string name;  // of a field that is not known
    std::vector<std::string_view> movements;

    std::optional<Problem> take(ondemand::array array) {
        for (auto element : array) {
            if (movements.size() == movements_max) return Problem{Error::movements_invalid};
            ondemand::object object;
            if (const auto error = element.get_object().get(object)) {
                if (error == simdjson::INCORRECT_TYPE) return Problem{Error::movements_invalid};
                return malformed(error);
            }
            std::string_view raw;
            if (const auto error = object.raw_json().get(raw)) return malformed(error);
            movements.push_back(raw);
        }
        return std::nullopt;
    }

    std::optional<Problem> take(ondemand::object object) {
        bool seen = false;
        for (auto member : object) {
            std::string_view key;
            if (const auto error = member.unescaped_key().get(key)) return malformed(error);
            if (key != field_name) {
                name = for_message(key);
                return Problem{Error::field_unknown, {{"field", name}, {"fields", field_name}}};
            }
            if (std::exchange(seen, true)) {
                return Problem{Error::field_repeated, {{"field", field_name}}};
            }
            ondemand::array array;
            if (const auto error = member.value().get_array().get(array)) {
                if (error == simdjson::INCORRECT_TYPE) return Problem{Error::movements_invalid};
                return malformed(error);
            }
            if (auto problem = take(array)) return problem;
        }
        return std::nullopt;
    }
};

MovementReader::MovementReader() : parser_{std::make_unique<Parser>()} {}
MovementReader::~MovementReader() = default;

std::span<const std::string_view> MovementReader::movements() const { return parser_->movements; }

std::optional<Problem> MovementReader::read(std::string_view body) {
    parser_->movements.clear();
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return Problem{Error::body_empty, {{"fields", field_name}}};
    }
    std::string& padded = parser_->padded;
    padded.assign(body);
    padded.append(simdjson::SIMDJSON_PADDING, ' ');
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
    if (auto problem = parser_->take(object)) return problem;
    // Out of bounds is how it says that nothing is left.
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
        return Problem{Error::body_not_an_object};
    }
    if (parser_->movements.empty()) return Problem{Error::movements_invalid};
    return std::nullopt;
}

}  // namespace coffer::api
