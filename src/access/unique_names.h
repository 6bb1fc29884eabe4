#pragma once

#include <cstddef>

// simdjson's own header is heavy: for .cpp files.
#include <simdjson.h>

namespace coffer::access {

inline constexpr std::size_t members_max = 64;

/// At most members_max members, no two of one name. Names are compared unescaped, so `"\u0065xp"`
/// beside `"exp"` is a duplicate too: two readers of one text must never see two different values.
[[nodiscard]] bool has_unique_names(simdjson::dom::object object);

}  // namespace coffer::access
