// covers: H11
// The body of POST /wallets/batch. What a strict parser takes for movements is taken, each where it
// stands; the same bytes have the same answer, whatever was read before.
#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/body_reader.h"
#include "api/movement_reader.h"
#include "base/ensure.h"

namespace coffer::api {
namespace {

constexpr std::array fields{Field::type, Field::user_id, Field::amount, Field::reference_id};
const BodyForm form{.known = {Field::type, Field::user_id, Field::amount, Field::reference_id},
                    .required = {Field::type},
                    .known_text = "type, user_id, amount, reference_id"};

struct Movement {
    std::optional<Error> problem;
    std::array<std::string, fields.size()> texts;
    friend bool operator==(const Movement&, const Movement&) = default;
};

struct Outcome {
    std::optional<Error> problem;
    std::vector<Movement> movements;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(MovementReader& movements, BodyReader& body, std::string_view text) {
    Outcome outcome;
    std::size_t announced = 0;
    const auto problem = movements.read(
        text,
        [&](std::size_t count) {
            ENSURE(announced == 0 && count >= 1 && count <= movements_max);
            announced = count;
        },
        [&](JsonObject& movement) {
            Movement& row = outcome.movements.emplace_back();
            ENSURE(outcome.movements.size() <= announced);
            if (const auto wrong = body.read(movement, form)) {
                row.problem = wrong->error;
                return false;
            }
            for (std::size_t i = 0; i < fields.size(); ++i) row.texts[i] = body[fields[i]];
            return true;
        });
    if (problem) {
        outcome.problem = problem->error;
    } else {
        ENSURE(announced == outcome.movements.size());
    }
    return outcome;
}

void compare(const Outcome& outcome, std::string_view text) {
    bool all_read = !outcome.problem;
    for (const Movement& movement : outcome.movements) all_read &= !movement.problem;
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS) {
        ENSURE(!all_read);
        return;
    }
    simdjson::dom::object object;
    simdjson::dom::array all;
    const bool one_field = document.get(object) == simdjson::SUCCESS && object.size() == 1 &&
                           object["movements"].get(all) == simdjson::SUCCESS;
    bool well_formed = one_field && all.size() >= 1 && all.size() <= movements_max;
    if (well_formed) {
        for (const simdjson::dom::element movement : all) well_formed &= movement.is_object();
    }
    ENSURE(well_formed == !outcome.problem);
    if (!well_formed) return;
    ENSURE(all.size() == outcome.movements.size());
    auto row = outcome.movements.begin();
    for (const simdjson::dom::element movement : all) {
        for (std::size_t i = 0; i < fields.size() && !row->problem; ++i) {
            std::string_view value;
            const bool there = movement[to_text(fields[i])].get(value) == simdjson::SUCCESS;
            ENSURE(value == row->texts[i] && (there || value.empty()));
        }
        ++row;
    }
}

void one_input(std::string_view text) {
    MovementReader fresh;
    BodyReader fresh_body;
    static MovementReader used;
    static BodyReader used_body;
    const Outcome outcome = read(fresh, fresh_body, text);
    ENSURE(outcome == read(used, used_body, text));

    compare(outcome, text);
    if (outcome.problem) return;
    std::size_t passed_over = 0;
    const auto problem = fresh.read(
        text, [](std::size_t) {}, [&](JsonObject&) { return ++passed_over == 0; });
    ENSURE(!problem && passed_over == outcome.movements.size());
}

}  // namespace
}  // namespace coffer::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    coffer::api::one_input({reinterpret_cast<const char*>(data), size});
    return 0;
}
