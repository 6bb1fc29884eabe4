#include "api/pending.h"

#include <utility>

#include "base/ensure.h"

namespace coffer::api {

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
    return (static_cast<engine::Cookie>(place.generation) << 32) | index;
}

Pending PendingTable::take(engine::Cookie cookie) {
    const auto index = static_cast<std::uint32_t>(cookie);
    ENSURE(index < places_.size());
    Place& place = places_[index];
    ENSURE(place.taken && place.generation == static_cast<std::uint32_t>(cookie >> 32));
    place.taken = false;
    ++place.generation;
    free_.push_back(index);
    --size_;
    return std::move(place.pending);
}

std::vector<Pending> PendingTable::take_all() {
    std::vector<Pending> all;
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
        if (!places_[i].taken) continue;
        all.push_back(take((static_cast<engine::Cookie>(places_[i].generation) << 32) | i));
    }
    return all;
}

}  // namespace coffer::api
