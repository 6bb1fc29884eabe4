#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "api/problem.h"

namespace coffer::api {

inline constexpr std::size_t movements_max = 1'000;
/// Of a body with movements: 1,000 of them with references and short descriptions.
inline constexpr std::size_t movements_bytes_max = 1 << 20;

/// Takes `{"movements":[{…},…]}` apart, as far as the single objects; BodyReader reads those.
class MovementReader {
public:
    MovementReader();
    ~MovementReader();

    [[nodiscard]] std::optional<Problem> read(std::string_view body);

    /// The objects as they were sent; until the next read().
    [[nodiscard]] std::span<const std::string_view> movements() const;

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace coffer::api
