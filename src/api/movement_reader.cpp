#include "api/movement_reader.h"

#include <string>
#include <utility>

#include "api/json_body.h"
#include "api/json_text.h"

namespace coffer::api {
namespace {

namespace ondemand = simdjson::ondemand;
constexpr std::string_view field_name = "movements";

Problem not_movements(simdjson::error_code error) {
    if (error == simdjson::INCORRECT_TYPE) return Problem{Error::movements_invalid};
    return JsonBody::malformed(error);
}

}  // namespace

struct MovementReader::Parser {
    JsonBody json;
    std::string name;  // of a field that is not known

    std::optional<Problem> take_all(ondemand::array movements,
                                    const std::function<void(std::size_t)>& begin,
                                    const std::function<bool(JsonObject&)>& take) {
        std::size_t left = 0;
        if (const auto error = movements.count_elements().get(left)) {
            return JsonBody::malformed(error);
        }
        if (left == 0 || left > movements_max) return Problem{Error::movements_invalid};
        begin(left);
        for (auto element : movements) {
            if (left-- == 0) return JsonBody::malformed(simdjson::TAPE_ERROR);
            JsonObject movement;
            if (const auto error = element.get_object().get(movement.object)) {
                return not_movements(error);
            }
            const bool read_all = take(movement);
            if (!json.is_alive()) return JsonBody::malformed(simdjson::TAPE_ERROR);
            // From its begin, as it was counted: in the middle of broken JSON simdjson would find
            // another end of it, and take a piece of it for the next movement.
            if (!read_all) static_cast<void>(movement.object.reset());
        }
        if (left != 0) return JsonBody::malformed(simdjson::TAPE_ERROR);
        return std::nullopt;
    }
};

MovementReader::MovementReader() : parser_{std::make_unique<Parser>()} {}
MovementReader::~MovementReader() = default;

std::optional<Problem> MovementReader::read(std::string_view body,
                                            const std::function<void(std::size_t)>& begin,
                                            const std::function<bool(JsonObject&)>& take) {
    ondemand::object object;
    if (auto problem = parser_->json.open(body, field_name, object)) return problem;
    bool seen = false;
    for (auto member : object) {
        std::string_view key;
        if (const auto error = member.unescaped_key().get(key)) return JsonBody::malformed(error);
        if (key != field_name) {
            parser_->name = for_message(key);
            return Problem{Error::field_unknown,
                           {{"field", parser_->name}, {"fields", field_name}}};
        }
        if (std::exchange(seen, true)) {
            return Problem{Error::field_repeated, {{"field", field_name}}};
        }
        ondemand::array movements;
        if (const auto error = member.value().get_array().get(movements)) {
            return not_movements(error);
        }
        if (auto problem = parser_->take_all(movements, begin, take)) return problem;
    }
    if (!seen) return Problem{Error::movements_invalid};
    return parser_->json.at_end();
}

}  // namespace coffer::api
