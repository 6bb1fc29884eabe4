#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "api/problem.h"
#include "engine/batch.h"

namespace coffer::api {

/// Query parameters that mean something to some route; others are ignored.
enum class Parameter : std::uint8_t {
    currency,
    type,
    status,
    start_date,
    end_date,
    page,
    page_size,
    cursor,
    user_id,
    dry_run,
};
inline constexpr std::size_t parameter_count = 10;

[[nodiscard]] std::string_view to_text(Parameter parameter);

/// The known parameters of one request, decoded once. An empty one counts as not sent.
class QueryValues {
public:
    /// Decoded texts are put into `texts` where they differ from what was sent. A plus is a plus:
    /// none of these values has blanks, and instants have offsets.
    [[nodiscard]] std::optional<Problem> read(std::string_view query, engine::Arena& texts);

    [[nodiscard]] std::string_view operator[](Parameter parameter) const {
        return values_[static_cast<std::size_t>(parameter)];
    }

private:
    std::array<std::string_view, parameter_count> values_{};
};

}  // namespace coffer::api
