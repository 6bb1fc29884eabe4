#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "api/problem.h"

namespace coffer::api {

/// An object that is being read. Apart, so that a header can name it without all of simdjson.
struct JsonObject {
    simdjson::ondemand::object object;
};

/// A body that must be one JSON object and nothing behind it, on its way through simdjson. Included
/// by the readers of bodies only. Keeps its memory from one body to the next.
class JsonBody {
public:
    /// Begins to read; `fields` is what the message about an empty body names. The object is read
    /// before the next call, from memory of this one.
    [[nodiscard]] std::optional<Problem> open(std::string_view body, std::string_view fields,
                                              simdjson::ondemand::object& object) {
        if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
            return Problem{Error::body_empty, {{"fields", fields}}};
        }
        // Behind its end simdjson may read as much as it wants to look at in one go.
        padded_.assign(body);
        padded_.append(simdjson::SIMDJSON_PADDING, ' ');
        if (const auto error =
                parser_.iterate(padded_.data(), body.size(), padded_.size()).get(document_)) {
            return malformed(error);
        }
        if (const auto error = document_.get_object().get(object)) {
            if (error == simdjson::INCORRECT_TYPE) return Problem{Error::body_not_an_object};
            return malformed(error);
        }
        return std::nullopt;
    }

    /// False when what was read is broken for good.
    [[nodiscard]] bool is_alive() { return document_.is_alive(); }

    /// When the object has been read: whether it was all there was.
    [[nodiscard]] std::optional<Problem> at_end() {
        // Out of bounds is how it says that nothing is left.
        if (document_.current_location().error() == simdjson::OUT_OF_BOUNDS) return std::nullopt;
        return Problem{Error::body_not_an_object};
    }

    [[nodiscard]] static Problem malformed(simdjson::error_code code) {
        return Problem{Error::body_malformed, {{"reason", simdjson::error_message(code)}}};
    }

private:
    simdjson::ondemand::parser parser_;
    simdjson::ondemand::document document_;
    std::string padded_;
};

}  // namespace coffer::api
