#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "api/problem.h"

namespace coffer::api {

struct JsonObject;

inline constexpr std::size_t movements_max = 1'000;
/// Of a body with movements: 1,000 of them with references and short descriptions.
inline constexpr std::size_t movements_bytes_max = 1 << 20;

/// Takes `{"movements":[{…},…]}` apart, as far as the single objects; BodyReader reads those where
/// they stand, so that the body is gone through once.
class MovementReader {
public:
    MovementReader();
    ~MovementReader();

    /// Calls `begin` with the number of movements, then `take` with each, which answers whether it
    /// read the object to its end. If not, it is passed over from its begin: of that only brackets
    /// and quotes are looked at, so that what is wrong with one movement does not touch the others.
    /// Only when nothing comes back did they end where they should: until then nothing may be done
    /// with what was taken.
    [[nodiscard]] std::optional<Problem> read(std::string_view body,
                                              const std::function<void(std::size_t)>& begin,
                                              const std::function<bool(JsonObject&)>& take);

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace coffer::api
