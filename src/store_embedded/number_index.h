#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/prefetch.h"

namespace coffer::store_embedded {

/// From the hash of a name to the number of a row: 8 bytes an entry, in 256 shards that grow one by
/// one. It does not know the names; the caller compares. Nothing is ever taken out.
///
/// A search in a large table waits for memory three times: here, for the row, for the row's text.
/// prefetch() and candidate() let the caller bring many of them near at once.
class NumberIndex {
public:
    void insert(std::uint64_t hash, std::uint32_t number);

    /// The number for which `equal(number)` holds, or 0.
    template <class Equal>
    [[nodiscard]] std::uint32_t find(std::uint64_t hash, Equal equal) const {
        const Shard& shard = shards_[hash >> 56];
        if (shard.capacity == 0) return 0;
        const std::uint32_t tag = tag_of(hash);
        for (std::uint32_t at = slot_of(tag, shard.capacity);; at = next(at, shard.capacity)) {
            const Entry entry = shard.entries[at];
            if (entry.number == 0) return 0;
            if (entry.tag == tag && equal(entry.number)) return entry.number;
        }
    }

    void prefetch(std::uint64_t hash) const {
        const Shard& shard = shards_[hash >> 56];
        if (shard.capacity != 0) {
            coffer::prefetch(&shard.entries[slot_of(tag_of(hash), shard.capacity)]);
        }
    }
    /// Most likely the number of that name; a guess for prefetching, never an answer.
    [[nodiscard]] std::uint32_t candidate(std::uint64_t hash) const {
        return find(hash, [](std::uint32_t) { return true; });
    }

private:
    struct Entry {
        std::uint32_t tag;
        std::uint32_t number;  ///< 0: empty
    };
    struct Shard {
        std::unique_ptr<Entry[]> entries;
        std::uint32_t capacity = 0;
        std::uint32_t used = 0;
    };

    static std::uint32_t tag_of(std::uint64_t hash) {
        return static_cast<std::uint32_t>(hash >> 20);
    }
    static std::uint32_t slot_of(std::uint32_t tag, std::uint32_t capacity) {
        return static_cast<std::uint32_t>((std::uint64_t{tag} * capacity) >> 32);
    }
    static std::uint32_t next(std::uint32_t at, std::uint32_t capacity) {
        return at + 1 == capacity ? 0 : at + 1;
    }
    static void put(Shard& shard, Entry entry);
    static void grow(Shard& shard);

    std::array<Shard, 256> shards_;
};

}  // namespace coffer::store_embedded
