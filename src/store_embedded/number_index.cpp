#include "store_embedded/number_index.h"

#include "base/ensure.h"

namespace coffer::store_embedded {
namespace {

inline constexpr std::uint32_t capacity_min = 16;

}  // namespace

void NumberIndex::put(Shard& shard, Entry entry) {
    std::uint32_t at = slot_of(entry.tag, shard.capacity);
    while (shard.entries[at].number != 0) at = next(at, shard.capacity);
    shard.entries[at] = entry;
    ++shard.used;
}

void NumberIndex::grow(Shard& shard) {
    Shard grown;
    grown.capacity = shard.capacity == 0 ? capacity_min : shard.capacity + shard.capacity / 2;
    grown.entries = std::make_unique<Entry[]>(grown.capacity);
    for (std::uint32_t at = 0; at < shard.capacity; ++at) {
        if (shard.entries[at].number != 0) put(grown, shard.entries[at]);
    }
    shard = std::move(grown);
}

void NumberIndex::insert(std::uint64_t hash, std::uint32_t number) {
    ENSURE(number != 0);
    Shard& shard = shards_[hash >> 56];
    if (shard.used + 1 > shard.capacity - shard.capacity / 4) grow(shard);
    put(shard, {tag_of(hash), number});
}

}  // namespace coffer::store_embedded
