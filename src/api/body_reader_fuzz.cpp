// covers: H11
// The JSON body of a write. The same bytes have the same answer, whatever was read before; what is
// accepted is written as JSON again and must read back equal.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "api/body_reader.h"
#include "api/json_text.h"
#include "base/ensure.h"

namespace coffer::api {
namespace {

using Values = std::array<std::string, field_count>;

const BodyForm form{
    .known = {Field::amount, Field::currency, Field::description, Field::reference_id,
              Field::user_id, Field::from_user_id, Field::to_user_id, Field::reason},
    .required = {Field::amount},
    .known_text = "amount, currency"};

Values values_of(const BodyReader& reader) {
    Values values;
    for (std::size_t i = 0; i < field_count; ++i) values[i] = reader[static_cast<Field>(i)];
    return values;
}

std::string print(const Values& values) {
    std::string text = "{";
    for (std::size_t i = 0; i < field_count; ++i) {
        if (values[i].empty()) continue;
        if (text.size() > 1) text += ',';
        append_json_text(text, to_text(static_cast<Field>(i)));
        text += ':';
        append_json_text(text, values[i]);
    }
    return text + "}";
}

void one_input(std::string_view body) {
    BodyReader fresh;
    static BodyReader used;
    const auto problem = fresh.read(body, form);
    const auto same = used.read(body, form);
    ENSURE(problem.has_value() == same.has_value());
    if (problem) {
        ENSURE(problem->error == same->error);
        return;
    }
    const Values values = values_of(fresh);
    ENSURE(values == values_of(used));
    ENSURE(!values[static_cast<std::size_t>(Field::amount)].empty());
    ENSURE(values[static_cast<std::size_t>(Field::freeze_id)].empty());

    BodyReader again;
    ENSURE(!again.read(print(values), form));
    ENSURE(values == values_of(again));
}

}  // namespace
}  // namespace coffer::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    coffer::api::one_input({reinterpret_cast<const char*>(data), size});
    return 0;
}
