#include "api/movement_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "api/json_body.h"
#include "api/json_text.h"

namespace coffer::api {
namespace {

namespace ondemand = simdjson::ondemand;
constexpr std::string_view field_name = "movements";

}  // namespace

struct MovementReader::Parser {
    JsonBody json;
    std::string name;  // of a field that is not known
    std::vector<std::string_view> movements;

    std::optional<Problem> take(ondemand::array array) {
        for (auto element : array) {
            if (movements.size() == movements_max) return Problem{Error::movements_invalid};
            ondemand::object object;
            if (const auto error = element.get_object().get(object)) {
                if (error == simdjson::INCORRECT_TYPE) return Problem{Error::movements_invalid};
                return JsonBody::malformed(error);
            }
            std::string_view raw;
            if (const auto error = object.raw_json().get(raw)) return JsonBody::malformed(error);
            movements.push_back(raw);
        }
        return std::nullopt;
    }

    std::optional<Problem> take(ondemand::object object) {
        bool seen = false;
        for (auto member : object) {
            std::string_view key;
            if (const auto error = member.unescaped_key().get(key))
                return JsonBody::malformed(error);
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
                return JsonBody::malformed(error);
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
    ondemand::object object;
    if (auto problem = parser_->json.open(body, field_name, object)) return problem;
    if (auto problem = parser_->take(object)) return problem;
    if (auto problem = parser_->json.at_end()) return problem;
    if (parser_->movements.empty()) return Problem{Error::movements_invalid};
    return std::nullopt;
}

}  // namespace coffer::api
