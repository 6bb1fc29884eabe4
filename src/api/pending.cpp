#include "api/pending.h"

#include <utility>

#include "base/ensure.h"

namespace coffer::api {
namespace {

constexpr std::uint32_t generation_mask = UINT32_MAX >> 1;

engine::Cookie cookie_of(std::uint32_t generation, std::uint32_t index) {
    return (static_cast<engine::Cookie>(generation) << 32) | index;
}

}  // namespace

std::optional<engine::Cookie> PendingTable::add(Pending pending) {
    if (free_.empty()) {
        if (places_.size() == places_max_) return std::nullopt;
        free_.push_back(static_cast<std::uint32_t>(places_.size()));
        places_.emplace_back();
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Place& place = places_[index];
    place.pending = std::move(pending);
    place.taken = true;
    ++size_;
    return cookie_of(place.generation, index);
}

Pending PendingTable::take(engine::Cookie cookie) {
    const auto index = static_cast<std::uint32_t>(cookie);
    ENSURE(index < places_.size());
    Place& place = places_[index];
    ENSURE(place.taken && cookie == cookie_of(place.generation, index));
    place.taken = false;
    place.generation = (place.generation + 1) & generation_mask;
    free_.push_back(index);
    --size_;
    return std::move(place.pending);
}

std::vector<Pending> PendingTable::take_all() {
    std::vector<Pending> all;
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
        if (!places_[i].taken) continue;
        all.push_back(take(cookie_of(places_[i].generation, i)));
    }
    return all;
}

}  // namespace coffer::api
