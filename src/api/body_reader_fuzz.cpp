// covers: H11
// The JSON body of a write. The same bytes have the same answer, whatever was read before; what is
// accepted is written as JSON again and must read back equal.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/body_reader.h"
#include "api/json_text.h"
#include "base/ensure.h"

namespace coffer::api {
namespace {

struct Values {
    std::array<std::string, field_count> texts;
    std::vector<std::string> list;
    friend bool operator==(const Values&, const Values&) = default;
};

const BodyForm form{.known = {Field::amount, Field::currency, Field::description,
                              Field::reference_id, Field::user_id, Field::from_user_id,
                              Field::to_user_id, Field::reason, Field::user_ids},
                    .required = {Field::amount},
                    .known_text = "amount, currency"};

Values values_of(const BodyReader& reader) {
    Values values;
    for (std::size_t i = 0; i < field_count; ++i) values.texts[i] = reader[static_cast<Field>(i)];
    values.list.assign(reader.list().begin(), reader.list().end());
    // As it was sent, blanks and escapes included; its texts are what counts.
    ENSURE(values.list.empty() == values.texts[static_cast<std::size_t>(Field::user_ids)].empty());
    values.texts[static_cast<std::size_t>(Field::user_ids)].clear();
    return values;
}

std::string print(const Values& values) {
    std::string text = "{";
    for (std::size_t i = 0; i < field_count; ++i) {
        if (values.texts[i].empty()) continue;
        if (text.size() > 1) text += ',';
        append_json_text(text, to_text(static_cast<Field>(i)));
        text += ':';
        append_json_text(text, values.texts[i]);
    }
    for (std::size_t i = 0; i < values.list.size(); ++i) {
        text += i == 0 ? R"(,"user_ids":[)" : ",";
        append_json_text(text, values.list[i]);
    }
    return text + (values.list.empty() ? "}" : "]}");
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
    ENSURE(!values.texts[static_cast<std::size_t>(Field::amount)].empty());
    ENSURE(values.texts[static_cast<std::size_t>(Field::freeze_id)].empty());
    ENSURE(values.list.size() <= listed_max);

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
