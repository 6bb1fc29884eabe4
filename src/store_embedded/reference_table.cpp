#include "store_embedded/reference_table.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "base/ensure.h"

namespace coffer::store_embedded {
namespace {

constexpr double growth = 1.25;
constexpr double load_max = 0.88;
constexpr double smallest = 24.0;
// Entries pushed over the end stand here. The very last slot stays empty: it ends every search.
constexpr std::uint32_t overflow_slots = 64;
// Large blocks come from the allocator in such steps: what it would waste becomes slots.
constexpr std::uint64_t allocation_step_bytes = 64 * 1024;

}  // namespace

/// Each shard has its own ladder of sizes, spread evenly over one step of growth, so that they do
/// not all grow in the same second.
std::uint32_t ReferenceTable::capacity_at(std::size_t shard, std::uint32_t level) {
    const double step =
        static_cast<double>(level) + static_cast<double>(shard) / static_cast<double>(shard_count);
    const double capacity = smallest * std::pow(growth, step);
    ENSURE(capacity < 2e9);
    const auto slots = static_cast<std::uint64_t>(capacity) + overflow_slots;
    const std::uint64_t bytes = slots * sizeof(ReferenceEntry);
    if (bytes <= 2 * allocation_step_bytes) return static_cast<std::uint32_t>(capacity);
    const std::uint64_t whole =
        (bytes + allocation_step_bytes - 1) / allocation_step_bytes * allocation_step_bytes;
    return static_cast<std::uint32_t>(whole / sizeof(ReferenceEntry) - overflow_slots);
}

ReferenceTable::ReferenceTable() = default;

ReferenceTable::~ReferenceTable() = default;

void ReferenceTable::grow_to(std::size_t index, std::uint32_t level) {
    const auto begin = std::chrono::steady_clock::now();
    Shard& shard = shards_[index];
    const std::uint32_t old_slots = shard.capacity == 0 ? 0 : shard.capacity + overflow_slots;
    const std::uint32_t capacity = capacity_at(index, level);
    decltype(shard.slots) slots{new ReferenceEntry[capacity + overflow_slots]};
    // In order of fingerprints, so in order of homes: one pass, each behind the one before.
    std::size_t free = 0;
    for (std::uint32_t i = 0; i < old_slots; ++i) {
        const ReferenceEntry& entry = shard.slots[i];
        if (entry.position == 0) continue;
        if (entry.position < forget_before_) {
            --shard.used;
            continue;
        }
        free = std::max(free, home(entry.fingerprint, capacity));
        ENSURE(free + 1 < capacity + overflow_slots);
        slots[free++] = entry;
    }
    shard.slots = std::move(slots);
    shard.capacity = capacity;
    shard.levels = level + 1;
    shard.grow_at = static_cast<std::uint32_t>(static_cast<double>(capacity) * load_max);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begin);
    shard.longest_growth_us =
        std::max(shard.longest_growth_us, static_cast<std::uint32_t>(took.count()));
}

void ReferenceTable::reserve(std::uint64_t entries) {
    for (std::size_t shard = 0; shard < shard_count; ++shard) reserve_in_shard(shard, entries);
}

void ReferenceTable::reserve_in_shard(std::size_t shard, std::uint64_t entries_in_all) {
    const double fair = static_cast<double>(entries_in_all) / static_cast<double>(shard_count);
    // Five standard deviations above the mean: one shard in three million needs more, and grows.
    const double wanted = fair + 5 * std::sqrt(fair);
    const std::uint32_t climbed = shards_[shard].levels;
    std::uint32_t level = climbed == 0 ? 0 : climbed - 1;
    while (capacity_at(shard, level) * load_max < wanted) ++level;
    if (level + 1 != climbed) {
        grow_to(shard, level);
        shards_[shard].longest_growth_us = 0;  // nobody waited for it
    }
}

void ReferenceTable::make_room(std::size_t index) {
    Shard& shard = shards_[index];
    if (forget_before_ != 0 && shard.levels != 0) {
        grow_to(index, shard.levels - 1);  // as large as before, without what may be forgotten
        if (shard.used < shard.grow_at - shard.grow_at / 4) return;
    }
    grow_to(index, shard.levels);
}

void ReferenceTable::forget_some(std::uint64_t entries_max) {
    for (std::uint64_t seen = 0; looked_through_ < shard_count && seen < entries_max;
         ++looked_through_) {
        const Shard& shard = shards_[looked_through_];
        if (shard.levels == 0) continue;
        seen += shard.used;
        grow_to(looked_through_, shard.levels - 1);
    }
}

ReferenceEntry* ReferenceTable::place_of(const Shard& shard, const Fingerprint& wanted) {
    ReferenceEntry* at = shard.slots.get() + home(wanted, shard.capacity);
    while (at->position != 0 && at->fingerprint < wanted) ++at;
    return at;
}

bool ReferenceTable::put(const Fingerprint& fingerprint, std::uint64_t position) {
    if (insert(fingerprint, position)) return true;
    ReferenceEntry* const at = place_of(shards_[shard_of(fingerprint)], fingerprint);
    at->position = std::max(at->position, position);
    return false;
}

bool ReferenceTable::insert(const Fingerprint& fingerprint, std::uint64_t position) {
    ENSURE(position != 0);
    const std::size_t index = shard_of(fingerprint);
    Shard& shard = shards_[index];
    if (shard.used >= shard.grow_at) make_room(index);
    while (true) {
        ReferenceEntry* at = place_of(shard, fingerprint);
        if (at->position != 0 && at->fingerprint == fingerprint) return false;
        ReferenceEntry* hole = at;
        while (hole->position != 0) ++hole;
        const ReferenceEntry* last = shard.slots.get() + shard.capacity + overflow_slots - 1;
        if (hole == last) {
            grow_to(index, shard.levels);
            continue;
        }
        std::move_backward(at, hole, hole + 1);
        *at = {fingerprint, position};
        ++shard.used;
        return true;
    }
}

std::uint64_t ReferenceTable::size() const {
    std::uint64_t sum = 0;
    for (const Shard& shard : shards_) sum += shard.used;
    return sum;
}

std::uint64_t ReferenceTable::bytes() const {
    std::uint64_t slots = 0;
    for (const Shard& shard : shards_) {
        if (shard.capacity != 0) slots += shard.capacity + overflow_slots;
    }
    return slots * sizeof(ReferenceEntry) + sizeof *this;
}

std::uint64_t ReferenceTable::longest_growth_ns() const {
    std::uint64_t longest_us = 0;
    for (const Shard& shard : shards_) {
        longest_us = std::max<std::uint64_t>(longest_us, shard.longest_growth_us);
    }
    return longest_us * 1000;
}

}  // namespace coffer::store_embedded
