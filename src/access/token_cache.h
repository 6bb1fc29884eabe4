#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/principal.h"
#include "access/text_map.h"
#include "access/trust.h"
#include "base/instant.h"

namespace coffer::access {

/// Accepted tokens, by all of their bytes. One thread; a lookup never allocates.
///
/// Bounded by entries and by bytes. At a bound the clock hand takes the next entry that was not
/// used since its last turn (second chance). The hash is seeded per process, and only accepted
/// tokens get in, so nobody chooses what collides.
class TokenCache {
public:
    struct Options {
        std::uint32_t entries_max = 100'000;
        std::uint64_t bytes_max = 128 << 20;
    };
    struct Counters {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;  ///< an expired entry is one too
        std::uint64_t evictions = 0;
    };
    enum class Found : std::uint8_t { nothing, expired, valid };

    explicit TokenCache(Options options) : options_{options} {}

    /// Sets `principal` if the token is valid at `now`; it stays where it is until the next add().
    [[nodiscard]] Found find(std::string_view token, Instant now, const PrincipalRef*& principal);

    /// `refused_from` ends the entry. A token that is larger than all of the cache is not kept.
    void add(std::string_view token, PrincipalRef principal, Instant refused_from);

    /// Forgets the tokens of keys that are not in `trust` any more. Looks at every entry.
    void drop_untrusted(const Trust& trust);

    [[nodiscard]] std::size_t entries() const { return by_token_.size(); }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] const Counters& counters() const { return counters_; }

private:
    struct Entry {
        std::string token;
        PrincipalRef principal;
        Instant refused_from;
        bool used = false;
    };

    [[nodiscard]] static std::uint64_t bytes_of(const Entry& entry);
    [[nodiscard]] std::size_t free_place();
    void evict_one();
    void remove(std::size_t place);

    Options options_;
    std::vector<std::unique_ptr<Entry>> entries_;  // empty: a free place
    std::vector<std::size_t> free_;
    // The keys point into the entries, which never move.
    TextMap<std::string_view, Entry*> by_token_;
    std::size_t hand_ = 0;
    std::uint64_t bytes_ = 0;
    Counters counters_;
};

}  // namespace coffer::access
