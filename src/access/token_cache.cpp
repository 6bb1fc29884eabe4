#include "access/token_cache.h"

#include "base/ensure.h"

namespace coffer::access {

TokenCache::Found TokenCache::find(std::string_view token, Instant now,
                                   const PrincipalRef*& principal) {
    const auto found = by_token_.find(token);
    if (found == by_token_.end()) {
        ++counters_.misses;
        return Found::nothing;
    }
    Entry& entry = *found->second;
    // An expired entry is left to the hand: until then it answers without a signature check.
    if (now >= entry.refused_from) {
        ++counters_.misses;
        return Found::expired;
    }
    ++counters_.hits;
    entry.used = true;
    principal = &entry.principal;
    return Found::valid;
}

void TokenCache::add(std::string_view token, PrincipalRef principal, Instant refused_from) {
    ENSURE(principal != nullptr);
    if (by_token_.contains(token)) return;
    auto added = std::make_unique<Entry>(Entry{.token = std::string{token},
                                               .principal = std::move(principal),
                                               .refused_from = refused_from});
    const std::uint64_t added_bytes = bytes_of(*added);
    if (options_.entries_max == 0 || added_bytes > options_.bytes_max) return;
    while (entries() >= options_.entries_max || bytes_ + added_bytes > options_.bytes_max) {
        evict_one();
    }
    const std::size_t place = free_place();
    entries_[place] = std::move(added);
    bytes_ += added_bytes;
    by_token_.emplace(entries_[place]->token, entries_[place].get());
}

std::uint64_t TokenCache::bytes_of(const Entry& entry) {
    const Principal& principal = *entry.principal;
    return sizeof(Entry) + sizeof(Principal) + entry.token.capacity() +
           principal.tenant.capacity() + principal.subject.capacity() +
           principal.application.capacity() + principal.issuer.capacity();
}

std::size_t TokenCache::free_place() {
    if (free_.empty()) {
        entries_.emplace_back();
        return entries_.size() - 1;
    }
    const std::size_t place = free_.back();
    free_.pop_back();
    return place;
}

void TokenCache::evict_one() {
    ENSURE(!by_token_.empty());
    for (;; hand_ = (hand_ + 1) % entries_.size()) {
        const auto& entry = entries_[hand_];
        if (!entry) continue;
        if (!entry->used) break;
        entry->used = false;
    }
    remove(hand_);
    hand_ = (hand_ + 1) % entries_.size();
    ++counters_.evictions;
}

void TokenCache::remove(std::size_t place) {
    bytes_ -= bytes_of(*entries_[place]);
    by_token_.erase(entries_[place]->token);
    entries_[place].reset();
    free_.push_back(place);
}

void TokenCache::drop_untrusted(const Trust& trust) {
    absl::flat_hash_map<KeyNumber, bool> known;  // there are few keys and many entries
    for (std::size_t place = 0; place < entries_.size(); ++place) {
        if (!entries_[place]) continue;
        const KeyNumber key = entries_[place]->principal->signed_by;
        const auto [at, is_new] = known.try_emplace(key, false);
        if (is_new) at->second = trust.has(key);
        if (!at->second) remove(place);
    }
}

}  // namespace coffer::access
