#include "api/pending.h"

#include <utility>

#include "base/ensure.h"

namespace coffer::api {
namespace {

using Slot = Slots<Pending>::Name;

constexpr std::uint32_t generation_max = UINT32_MAX >> 1;

engine::Cookie cookie_of(Slot name) {
    return (static_cast<engine::Cookie>(name.generation) << 32) | name.place;
}

}  // namespace

PendingTable::PendingTable(std::uint32_t places_max)
    : places_max_{places_max}, slots_{generation_max} {}

std::optional<engine::Cookie> PendingTable::add(Pending pending) {
    if (slots_.grows() && slots_.places() == places_max_) return std::nullopt;
    const Slot name = slots_.add();
    *slots_.find(name) = std::move(pending);
    ++size_;
    return cookie_of(name);
}

Pending PendingTable::take(engine::Cookie cookie) {
    const Slot name{static_cast<std::uint32_t>(cookie), static_cast<std::uint32_t>(cookie >> 32)};
    Pending* const pending = slots_.find(name);
    ENSURE(pending != nullptr);
    slots_.remove(name.place);
    --size_;
    return std::move(*pending);
}

std::vector<Pending> PendingTable::take_all() {
    std::vector<Pending> all;
    slots_.visit([&](Slot name, const Pending&) { all.push_back(take(cookie_of(name))); });
    return all;
}

}  // namespace coffer::api
