#include "access/verifier.h"

#include <string>
#include <utility>

#include <absl/container/flat_hash_map.h>

#include "access/claims.h"
#include "access/text_map.h"
#include "access/token_cache.h"
#include "access/token_judge.h"
#include "access/token_workers.h"
#include "access/trust.h"

namespace coffer::access {

struct Verifier::Parts {
    /// All requests that came with one token while a worker has it.
    struct Waiting {
        PeerAddress counted_for;
        std::vector<Done> done;
    };

    Parts(const VerifierConfig& settings, std::shared_ptr<const Trust> trust,
          std::function<void()> wake_up)
        : config{settings},
          judge{trust, settings.policy},
          cache{{.entries_max = settings.cache_entries_max, .bytes_max = settings.cache_bytes_max}},
          workers{settings.workers, trust, settings.policy, std::move(wake_up)} {}

    TokenRefusal refuse(TokenRefusal refusal);
    PrincipalRef accept(std::string_view token, Principal principal);
    Verdict verdict_on(TokenWorkers::Job& job, Instant now);
    Waiting take_waiting(const std::string& token);

    VerifierConfig config;
    TokenJudge judge;
    TokenCache cache;
    TextMap<std::string, Waiting> waiting;
    absl::flat_hash_map<PeerAddress, std::uint32_t> waiting_per_address;
    VerifierCounters counters;
    TokenWorkers workers;  // last: its threads stop first
};

TokenRefusal Verifier::Parts::refuse(TokenRefusal refusal) {
    ++counters.refused[static_cast<std::size_t>(refusal)];
    return refusal;
}

PrincipalRef Verifier::Parts::accept(std::string_view token, Principal principal) {
    const Instant end = refused_from(principal.expires_at, config.policy);
    PrincipalRef shared = std::make_shared<const Principal>(std::move(principal));
    cache.add(token, shared, end);
    return shared;
}

/// The signature is judged once; time has gone on since, so the end is looked at again.
Verdict Verifier::Parts::verdict_on(TokenWorkers::Job& job, Instant now) {
    if (const auto* refusal = std::get_if<TokenRefusal>(&job.judgement)) return refuse(*refusal);
    auto* principal = std::get_if<Principal>(&job.judgement);
    ENSURE(principal != nullptr);
    if (now >= refused_from(principal->expires_at, config.policy)) {
        return refuse(TokenRefusal::expired);
    }
    return accept(job.token, std::move(*principal));
}

Verifier::Parts::Waiting Verifier::Parts::take_waiting(const std::string& token) {
    const auto found = waiting.find(token);
    ENSURE(found != waiting.end());
    Waiting taken = std::move(found->second);
    waiting.erase(found);
    const auto count = waiting_per_address.find(taken.counted_for);
    ENSURE(count != waiting_per_address.end() && count->second > 0);
    if (--count->second == 0) waiting_per_address.erase(count);
    return taken;
}

Result<std::unique_ptr<Verifier>, Fault> Verifier::create(const VerifierConfig& config,
                                                          std::function<void()> wake_up) {
    auto trust = Trust::load(config.issuers);
    if (!trust) return trust.error();
    if (config.workers == 0 || config.workers > 16) {
        return Fault{Fault::Kind::configuration, "token workers must be 1 to 16"};
    }
    return std::unique_ptr<Verifier>{
        new Verifier{std::make_unique<Parts>(config, std::move(*trust), std::move(wake_up))}};
}

Verifier::Verifier(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Verifier::~Verifier() = default;

Checked Verifier::check(std::string_view token, Instant now) {
    const PrincipalRef* cached = nullptr;
    switch (parts_->cache.find(token, now, cached)) {
        case TokenCache::Found::valid: return *cached;
        case TokenCache::Found::expired: return parts_->refuse(TokenRefusal::expired);
        case TokenCache::Found::nothing: break;
    }
    auto judgement = parts_->judge.judge(token, now, TokenJudge::Dear::left_to_worker);
    if (std::holds_alternative<TokenJudge::LeftToWorker>(judgement)) return NeedsWorker{};
    ++parts_->counters.checked_here;
    if (auto* principal = std::get_if<Principal>(&judgement)) {
        return parts_->accept(token, std::move(*principal));
    }
    return parts_->refuse(std::get<TokenRefusal>(judgement));
}

Verifier::Queued Verifier::verify_later(std::string_view token, const PeerAddress& peer,
                                        Instant now, Done done) {
    Parts& parts = *parts_;
    // Many connections of one client often begin with the same new token: they share one check.
    const auto twin = parts.waiting.find(token);
    if (twin != parts.waiting.end()) {
        twin->second.done.push_back(std::move(done));
        return Queued::waiting;
    }
    if (parts.waiting.size() >= parts.config.queue_max) {
        ++parts.counters.too_many;
        return Queued::busy;
    }
    const PeerAddress counted_for = peer.limited_by();
    std::uint32_t& from_address = parts.waiting_per_address[counted_for];
    if (from_address >= parts.config.waiting_per_address_max) {
        ++parts.counters.too_many;
        return Queued::too_many;
    }
    ++from_address;
    Parts::Waiting waiting{.counted_for = counted_for};
    waiting.done.push_back(std::move(done));
    parts.waiting.emplace(std::string{token}, std::move(waiting));
    parts.workers.add({.token = std::string{token}, .asked_at = now});
    return Queued::waiting;
}

void Verifier::poll(Instant now) {
    for (TokenWorkers::Job& job : parts_->workers.take_finished()) {
        ++parts_->counters.checked_by_workers;
        // Taken out first: a callback may ask for the next token.
        const Parts::Waiting waiting = parts_->take_waiting(job.token);
        const Verdict verdict = parts_->verdict_on(job, now);
        for (const Done& done : waiting.done) done(verdict);
    }
}

VerifierCounters Verifier::counters() const {
    VerifierCounters counters = parts_->counters;
    counters.cache_hits = parts_->cache.counters().hits;
    counters.cache_misses = parts_->cache.counters().misses;
    counters.cache_evictions = parts_->cache.counters().evictions;
    counters.cache_entries = parts_->cache.entries();
    counters.cache_bytes = parts_->cache.bytes();
    counters.waiting = parts_->waiting.size();
    return counters;
}

}  // namespace coffer::access
