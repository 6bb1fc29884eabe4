#include "api/many_table.h"

#include <utility>

#include "base/ensure.h"

namespace coffer::api {
namespace {

// From the top: one bit that is set, 23 of the generation, 20 of the place, 20 of the command.
constexpr int place_shift = 20;
constexpr int generation_shift = 40;
constexpr std::uint32_t index_mask = (1U << place_shift) - 1;
constexpr std::uint32_t generation_max = (1U << 23) - 1;

engine::Cookie cookie_of(std::uint32_t place, std::uint32_t generation, std::uint32_t index) {
    return (engine::Cookie{1} << 63) | (engine::Cookie{generation} << generation_shift) |
           (engine::Cookie{place} << place_shift) | index;
}

std::uint32_t place_in(engine::Cookie cookie) {
    return static_cast<std::uint32_t>(cookie >> place_shift) & index_mask;
}

std::uint32_t generation_in(engine::Cookie cookie) {
    return static_cast<std::uint32_t>(cookie >> generation_shift) & generation_max;
}

std::uint32_t index_in(engine::Cookie cookie) {
    return static_cast<std::uint32_t>(cookie) & index_mask;
}

}  // namespace

ManyTable::ManyTable() : rows_{generation_max} {}

void ManyTable::add(std::shared_ptr<ManyAnswer> answer, std::span<engine::Batch::Entry> commands) {
    if (commands.empty()) return;
    // The last number is left out, so that no cookie is all ones.
    ENSURE(answer->commands() <= commands_max);
    const auto [place, generation] = rows_.add();
    ENSURE(place <= index_mask);
    Row& row = *rows_.find({place, generation});
    row.answer = std::move(answer);
    row.waiting = static_cast<std::uint32_t>(commands.size());
    row.waits.assign(row.answer->commands(), false);
    for (engine::Batch::Entry& command : commands) {
        const std::uint64_t index = command.cookie;
        ENSURE(index < row.waits.size() && !row.waits[index]);
        row.waits[index] = true;
        command.cookie = cookie_of(place, generation, static_cast<std::uint32_t>(index));
    }
    size_ += commands.size();
}

ManyTable::Row& ManyTable::row_of(engine::Cookie cookie) {
    ENSURE(has_made(cookie));
    Row* const row = rows_.find({place_in(cookie), generation_in(cookie)});
    const std::uint32_t index = index_in(cookie);
    ENSURE(row != nullptr);
    ENSURE(index < row->waits.size() && row->waits[index]);
    return *row;
}

ManyTable::Command ManyTable::find(engine::Cookie cookie) {
    return {*row_of(cookie).answer, index_in(cookie)};
}

ManyTable::Command ManyTable::take(engine::Cookie cookie) {
    Row& row = row_of(cookie);
    Command command{*row.answer, index_in(cookie)};
    row.waits[command.index] = false;
    --size_;
    if (--row.waiting == 0) {
        command.last = std::move(row.answer);
        rows_.remove(place_in(cookie));
    }
    return command;
}

std::vector<ManyTable::Command> ManyTable::take_all() {
    std::vector<Command> all;
    rows_.visit([&](Slots<Row>::Name name, const Row& row) {
        for (std::uint32_t i = 0; row.waiting > 0; ++i) {
            if (row.waits[i]) all.push_back(take(cookie_of(name.place, name.generation, i)));
        }
    });
    return all;
}

}  // namespace coffer::api
