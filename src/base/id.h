#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace coffer {

/// A number that cannot be mistaken for another kind of number.
template <class Tag, class Number>
struct Id {
    Number value{};
    friend constexpr bool operator==(Id, Id) = default;
    friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace coffer

template <class Tag, class Number>
struct std::hash<coffer::Id<Tag, Number>> {
    std::size_t operator()(coffer::Id<Tag, Number> id) const noexcept {
        return std::hash<Number>{}(id.value);
    }
};
