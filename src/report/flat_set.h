#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/int128.h"
#include "base/prefetch.h"

namespace coffer::report {

/// 16 bytes of a keyed or cryptographic hash: its own bits choose its slot.
struct Key128 {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend constexpr bool operator==(Key128, Key128) = default;
    friend constexpr auto operator<=>(Key128, Key128) = default;
};

[[nodiscard]] inline Key128 key_of(const std::uint8_t* sixteen_bytes) {
    return {load_le<std::uint64_t>(sixteen_bytes), load_le<std::uint64_t>(sixteen_bytes + 8)};
}

/// Millions of keys at 20 to 30 bytes each. 256 shards grow one by one, so that growing needs
/// memory for one of them only. The key of all zeros is kept aside.
class KeySet {
public:
    /// False when it is there already.
    bool insert(Key128 key) {
        if (key == Key128{}) return !std::exchange(has_zero_, true);
        Shard& shard = shards_[key.high >> 56];
        if ((shard.used + 1) * 8 > shard.slots.size() * 7) grow(shard);
        if (!place(shard.slots, key)) return false;
        ++shard.used;
        return true;
    }
    void prefetch(Key128 key) const {
        const Shard& shard = shards_[key.high >> 56];
        if (!shard.slots.empty()) coffer::prefetch(&shard.slots[slot(shard.slots.size(), key)]);
    }
    [[nodiscard]] std::uint64_t size() const {
        std::uint64_t sum = has_zero_ ? 1 : 0;
        for (const Shard& shard : shards_) sum += shard.used;
        return sum;
    }

private:
    struct Shard {
        std::vector<Key128> slots;
        std::size_t used = 0;
    };

    static std::size_t slot(std::size_t slots, Key128 key) {
        return static_cast<std::size_t>((static_cast<UInt128>(key.low) * slots) >> 64);
    }
    static bool place(std::vector<Key128>& slots, Key128 key) {
        for (std::size_t at = slot(slots.size(), key);; at = at + 1 == slots.size() ? 0 : at + 1) {
            if (slots[at] == key) return false;
            if (slots[at] == Key128{}) {
                slots[at] = key;
                return true;
            }
        }
    }
    static void grow(Shard& shard) {
        std::vector<Key128> larger(std::max<std::size_t>(64, shard.slots.size() * 3 / 2));
        for (const Key128 key : shard.slots) {
            if (key != Key128{}) place(larger, key);
        }
        shard.slots.swap(larger);
    }

    std::array<Shard, 256> shards_;
    bool has_zero_ = false;
};

/// From a small number to a small number that is not 0; 0 means nothing is there.
class NumberMap {
public:
    [[nodiscard]] std::uint32_t find(std::uint64_t key) const {
        if (slots_.empty()) return 0;
        return slots_[place_of(slots_, key)].value;
    }
    void set(std::uint64_t key, std::uint32_t value) {
        if ((used_ + 1) * 4 > slots_.size() * 3) grow();
        Slot& slot = slots_[place_of(slots_, key)];
        if (slot.key != key + 1) ++used_;
        slot = {key + 1, value};
    }

private:
    struct Slot {
        std::uint64_t key = 0;  ///< plus one
        std::uint32_t value = 0;
    };
    static std::size_t place_of(const std::vector<Slot>& slots, std::uint64_t key) {
        std::size_t at = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 20);
        for (at &= slots.size() - 1;; at = (at + 1) & (slots.size() - 1)) {
            if (slots[at].key == 0 || slots[at].key == key + 1) return at;
        }
    }
    void grow() {
        std::vector<Slot> larger(std::max<std::size_t>(64, slots_.size() * 2));
        for (const Slot& slot : slots_) {
            if (slot.key != 0) larger[place_of(larger, slot.key - 1)] = slot;
        }
        slots_.swap(larger);
    }

    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

}  // namespace coffer::report
