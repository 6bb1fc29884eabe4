#include "api/many_table.h"

#include <utility>

#include "base/ensure.h"

namespace coffer::api {
namespace {

// From the top: one bit that is set, 23 of the generation, 20 of the place, 20 of the command.
constexpr int place_shift = 20;
constexpr int generation_shift = 40;
constexpr std::uint32_t index_mask = (1U << place_shift) - 1;
constexpr std::uint32_t generation_mask = (1U << 23) - 1;

engine::Cookie cookie_of(std::uint32_t generation, std::uint32_t place, std::uint32_t index) {
    return (engine::Cookie{1} << 63) | (engine::Cookie{generation} << generation_shift) |
           (engine::Cookie{place} << place_shift) | index;
}

std::uint32_t index_in(engine::Cookie cookie) {
    return static_cast<std::uint32_t>(cookie) & index_mask;
}

}  // namespace

void ManyTable::add(std::shared_ptr<ManyAnswer> answer, std::span<engine::Batch::Entry> commands) {
    if (commands.empty()) return;
    // The last number is left out, so that no cookie is all ones.
    ENSURE(answer->commands() <= commands_max);
    if (free_.empty()) {
        ENSURE(places_.size() <= index_mask);
        free_.push_back(static_cast<std::uint32_t>(places_.size()));
        places_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    Place& place = places_[number];
    place.answer = std::move(answer);
    place.waiting = static_cast<std::uint32_t>(commands.size());
    place.waits.assign(place.answer->commands(), false);
    for (engine::Batch::Entry& command : commands) {
        const std::uint64_t index = command.cookie;
        ENSURE(index < place.waits.size() && !place.waits[index]);
        place.waits[index] = true;
        command.cookie = cookie_of(place.generation, number, static_cast<std::uint32_t>(index));
    }
    size_ += commands.size();
}

ManyTable::Place& ManyTable::place_of(engine::Cookie cookie) {
    const std::uint32_t number = static_cast<std::uint32_t>(cookie >> place_shift) & index_mask;
    const std::uint32_t index = index_in(cookie);
    ENSURE(number < places_.size());
    Place& place = places_[number];
    ENSURE(cookie == cookie_of(place.generation, number, index) && index < place.waits.size() &&
           place.waits[index]);
    return place;
}

ManyTable::Command ManyTable::find(engine::Cookie cookie) {
    return {*place_of(cookie).answer, index_in(cookie)};
}

ManyTable::Command ManyTable::take(engine::Cookie cookie) {
    Place& place = place_of(cookie);
    Command command{*place.answer, index_in(cookie)};
    place.waits[command.index] = false;
    --size_;
    if (--place.waiting == 0) {
        command.last = std::move(place.answer);
        place.generation = (place.generation + 1) & generation_mask;
        free_.push_back(static_cast<std::uint32_t>(cookie >> place_shift) & index_mask);
    }
    return command;
}

std::vector<ManyTable::Command> ManyTable::take_all() {
    std::vector<Command> all;
    for (std::uint32_t number = 0; number < places_.size(); ++number) {
        for (std::uint32_t i = 0; places_[number].waiting > 0; ++i) {
            if (!places_[number].waits[i]) continue;
            all.push_back(take(cookie_of(places_[number].generation, number, i)));
        }
    }
    return all;
}

}  // namespace coffer::api
