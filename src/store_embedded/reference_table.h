#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/prefetch.h"

namespace coffer::store_embedded {

/// A keyed 128-bit hash of a reference: uniform to everybody without the key, so that its own bits
/// choose shard and slot and nobody can aim at one.
struct Fingerprint {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend constexpr bool operator==(const Fingerprint&, const Fingerprint&) = default;
    friend constexpr auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

[[nodiscard]] inline Fingerprint fingerprint_of(const std::uint8_t* sixteen_bytes) {
    return {load_le<std::uint64_t>(sixteen_bytes), load_le<std::uint64_t>(sixteen_bytes + 8)};
}

struct ReferenceEntry {
    Fingerprint fingerprint;
    std::uint64_t position = 0;  ///< never 0
    friend constexpr bool operator==(const ReferenceEntry&, const ReferenceEntry&) = default;
};
static_assert(sizeof(ReferenceEntry) == 24);

/// Every reference ever used, and where its record stands; or every Idempotency-Key of the last
/// while.
///
/// 24 bytes an entry at a load of up to 0.88: about 31 bytes each, 310 MB for ten million. 1,024
/// shards grow one by one and at different sizes, so a growth is a short pause (longest_growth_ns)
/// and memory rises smoothly. Within a shard entries stand in the order of their fingerprints, so a
/// search for what is not there ends early, and a sorted run loads nearly sequentially. One thread,
/// or several on disjoint shards.
class ReferenceTable {
public:
    static constexpr std::size_t shard_count = 1024;

    ReferenceTable();
    ~ReferenceTable();
    ReferenceTable(const ReferenceTable&) = delete;
    ReferenceTable& operator=(const ReferenceTable&) = delete;

    [[nodiscard]] static constexpr std::size_t shard_of(const Fingerprint& fingerprint) {
        return fingerprint.high >> 54;
    }

    /// Room for this many entries in all, so that loading grows nothing.
    void reserve(std::uint64_t entries);
    /// One shard's part of that; for loading by several threads.
    void reserve_in_shard(std::size_t shard, std::uint64_t entries_in_all);

    /// Brings the slot near; a find() or insert() some 100 ns later does not wait for memory.
    void prefetch(const Fingerprint& fingerprint) const {
        const Shard& shard = shards_[shard_of(fingerprint)];
        // A search ends a few slots on, a dozen is what it takes to insert.
        prefetch_lines(shard.slots.get() + home(fingerprint, shard.capacity), 5);
    }

    /// The position, or 0.
    [[nodiscard]] std::uint64_t find(const Fingerprint& fingerprint) const {
        const Shard& shard = shards_[shard_of(fingerprint)];
        const ReferenceEntry* at = shard.slots.get() + home(fingerprint, shard.capacity);
        while (at->position != 0 && at->fingerprint < fingerprint) ++at;
        return at->position != 0 && at->fingerprint == fingerprint ? at->position : 0;
    }

    /// False, and nothing changes, when the fingerprint is there already: replays are harmless.
    bool insert(const Fingerprint& fingerprint, std::uint64_t position);
    /// The same, but the latest position counts. For what can be used again after a while.
    /// True: the fingerprint is new.
    bool put(const Fingerprint& fingerprint, std::uint64_t position);
    /// Entries before this position need not be found any more: a shard that is full drops them
    /// before it grows.
    void forget_before(std::uint64_t position) {
        forget_before_ = position;
        looked_through_ = 0;
    }
    /// Drops them from the next shards, about `entries_max` looked at, for whom is at a bound and
    /// cannot wait until a shard is full. Every shard once for each forget_before().
    void forget_some(std::uint64_t entries_max);

    [[nodiscard]] std::uint64_t size() const;   ///< adds up the shards: about 1 µs
    [[nodiscard]] std::uint64_t bytes() const;  ///< of memory; likewise
    [[nodiscard]] std::uint64_t longest_growth_ns() const;

private:
    // What every shard begins with and nobody writes to: one empty slot, which ends a search.
    inline static ReferenceEntry nothing_;
    struct Free {
        void operator()(ReferenceEntry* slots) const {
            if (slots != &nothing_) delete[] slots;
        }
    };
    struct Shard {
        std::unique_ptr<ReferenceEntry[], Free> slots{&nothing_};
        std::uint32_t capacity = 0;  // homes; a few slots more take what is pushed over the end
        std::uint32_t used = 0;
        std::uint32_t grow_at = 0;
        std::uint32_t levels = 0;  // how many of its ladder it has climbed
        std::uint32_t longest_growth_us = 0;
    };

    // The bits below those that choose the shard, so that slots are in the order of fingerprints.
    [[nodiscard]] static std::size_t home(const Fingerprint& fingerprint, std::uint32_t capacity) {
        return ((fingerprint.high << 10) >> 32) * capacity >> 32;
    }

    [[nodiscard]] static std::uint32_t capacity_at(std::size_t shard, std::uint32_t level);
    void grow_to(std::size_t index, std::uint32_t level);
    void make_room(std::size_t index);
    [[nodiscard]] static ReferenceEntry* place_of(const Shard& shard, const Fingerprint& wanted);

    std::array<Shard, shard_count> shards_;
    std::uint64_t forget_before_ = 0;
    std::size_t looked_through_ = shard_count;  // shards, by forget_some()
};

}  // namespace coffer::store_embedded
