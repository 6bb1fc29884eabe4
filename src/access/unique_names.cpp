#include "access/unique_names.h"

#include <array>
#include <string_view>

namespace coffer::access {

bool has_unique_names(simdjson::dom::object object) {
    std::array<std::string_view, members_max> names;
    std::size_t count = 0;
    for (const simdjson::dom::key_value_pair member : object) {
        if (count == names.size()) return false;
        for (std::size_t i = 0; i < count; ++i) {
            if (names[i] == member.key) return false;
        }
        names[count++] = member.key;
    }
    return true;
}

}  // namespace coffer::access
