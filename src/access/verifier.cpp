#include "access/verifier.h"

#include <algorithm>
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

    /// A token whose issuer is being asked for its keys.
    struct Held {
        TokenWorkers::Job job;
        std::size_t issuer;
    };

    Parts(const VerifierConfig& settings, std::shared_ptr<const Trust> trust,
          const std::function<void()>& wake_up);

    TokenRefusal refuse(TokenRefusal refusal);
    KeysUnavailable without_keys();
    PrincipalRef accept(std::string_view token, Principal principal);
    Verdict verdict_on(TokenWorkers::Job& job, Instant now);
    Waiting take_waiting(const std::string& token);
    void take_news();
    void trust_from_now_on(std::shared_ptr<const Trust> trust);
    bool try_again_later(TokenWorkers::Job& job);
    void finish(TokenWorkers::Job& job, Instant now);
    void finish_those_held_too_long(Instant now);
    [[nodiscard]] bool has_keys_of(std::size_t issuer) const {
        return !judge->trust()->issuers()[issuer].keys.empty();
    }

    VerifierConfig config;
    std::unique_ptr<TokenJudge> judge;
    TokenCache cache;
    std::vector<Held> held;
    TextMap<std::string, Waiting> waiting;
    absl::flat_hash_map<PeerAddress, std::uint32_t> waiting_per_address;
    VerifierCounters counters;
    TokenWorkers workers;
    std::unique_ptr<KeySets> key_sets;  // nothing when no issuer publishes keys
};

Verifier::Parts::Parts(const VerifierConfig& settings, std::shared_ptr<const Trust> trust,
                       const std::function<void()>& wake_up)
    : config{settings},
      judge{std::make_unique<TokenJudge>(trust, settings.policy)},
      cache{{.entries_max = settings.cache_entries_max, .bytes_max = settings.cache_bytes_max}},
      workers{settings.workers, trust, settings.policy, wake_up} {
    if (!std::ranges::any_of(settings.issuers, &IssuerConfig::publishes_keys)) return;
    if (!config.fetcher) config.fetcher = make_curl_fetcher();
    key_sets =
        std::make_unique<KeySets>(std::move(trust), KeySets::Options{.rules = settings.key_sets,
                                                                     .fetcher = config.fetcher,
                                                                     .clock = settings.clock,
                                                                     .log = settings.log,
                                                                     .wake_up = wake_up});
    key_sets->start();
}

TokenRefusal Verifier::Parts::refuse(TokenRefusal refusal) {
    ++counters.refused[static_cast<std::size_t>(refusal)];
    return refusal;
}

KeysUnavailable Verifier::Parts::without_keys() {
    ++counters.keys_unavailable;
    return {};
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
    if (const auto* wants = std::get_if<TokenJudge::WantsKeys>(&job.judgement)) {
        if (!has_keys_of(wants->issuer)) return without_keys();
        return refuse(TokenRefusal::key_unknown);
    }
    auto* principal = std::get_if<Principal>(&job.judgement);
    ENSURE(principal != nullptr);
    if (now >= refused_from(principal->expires_at, config.policy)) {
        return refuse(TokenRefusal::expired);
    }
    // The key may have been withdrawn while the worker was at it.
    if (!judge->trust()->has(principal->signed_by)) return refuse(TokenRefusal::key_unknown);
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

void Verifier::Parts::trust_from_now_on(std::shared_ptr<const Trust> trust) {
    cache.drop_untrusted(*trust);
    workers.set_trust(trust);
    judge = std::make_unique<TokenJudge>(std::move(trust), config.policy);
}

/// Who waited for an issuer's answer is judged once more, whatever it said.
void Verifier::Parts::take_news() {
    if (!key_sets) return;
    KeySets::News news = key_sets->take_news();
    if (news.trust) trust_from_now_on(std::move(news.trust));
    if (news.asked.empty() || held.empty()) return;
    const auto released = std::partition(held.begin(), held.end(), [&news](const Held& one) {
        return std::ranges::find(news.asked, one.issuer) == news.asked.end();
    });
    for (auto at = released; at != held.end(); ++at) workers.add(std::move(at->job));
    held.erase(released, held.end());
}

/// True if the job is on its way again: by newer keys, or held until its issuer was asked.
bool Verifier::Parts::try_again_later(TokenWorkers::Job& job) {
    const auto* wants = std::get_if<TokenJudge::WantsKeys>(&job.judgement);
    if (wants == nullptr) return false;
    if (job.trust_version != judge->trust()->version()) {
        workers.add(std::move(job));
        return true;
    }
    if (job.has_waited_for_keys || held.size() >= config.waiting_for_keys_max) return false;
    if (!key_sets->request(wants->issuer)) return false;
    job.has_waited_for_keys = true;
    held.push_back({.job = std::move(job), .issuer = wants->issuer});
    return true;
}

void Verifier::Parts::finish(TokenWorkers::Job& job, Instant now) {
    // Taken out first: a callback may ask for the next token.
    const Waiting taken = take_waiting(job.token);
    const Verdict verdict = verdict_on(job, now);
    for (const Done& done : taken.done) done(verdict);
}

/// An issuer may stand behind others that do not answer: nobody waits for longer than its own
/// answer may take.
void Verifier::Parts::finish_those_held_too_long(Instant now) {
    std::vector<TokenWorkers::Job> late;
    std::erase_if(held, [&](Held& one) {
        const std::int64_t waited_ms = now.unix_ms - one.job.asked_at.unix_ms;
        if (waited_ms <= config.key_sets.attempt_ms_max + 1'000) return false;
        late.push_back(std::move(one.job));
        return true;
    });
    for (TokenWorkers::Job& job : late) finish(job, now);
}

Result<std::unique_ptr<Verifier>, Fault> Verifier::create(const VerifierConfig& config,
                                                          std::function<void()> wake_up) {
    auto trust = Trust::load(config.issuers);
    if (!trust) return trust.error();
    if (config.workers == 0 || config.workers > 16) {
        return Fault{Fault::Kind::configuration, "token workers must be 1 to 16"};
    }
    return std::unique_ptr<Verifier>{
        new Verifier{std::make_unique<Parts>(config, std::move(*trust), wake_up)}};
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
    auto judgement = parts_->judge->judge(token, now, TokenJudge::Dear::left_to_worker);
    if (std::holds_alternative<TokenJudge::LeftToWorker>(judgement)) return NeedsWorker{};
    if (const auto* wants = std::get_if<TokenJudge::WantsKeys>(&judgement)) {
        if (parts_->key_sets->may_come(wants->issuer)) return NeedsWorker{};
        if (!parts_->has_keys_of(wants->issuer)) return parts_->without_keys();
        return parts_->refuse(TokenRefusal::key_unknown);
    }
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
    Parts& parts = *parts_;
    parts.take_news();
    for (TokenWorkers::Job& job : parts.workers.take_finished()) {
        ++parts.counters.checked_by_workers;
        if (!parts.try_again_later(job)) parts.finish(job, now);
    }
    if (!parts.held.empty()) parts.finish_those_held_too_long(now);
}

bool Verifier::has_keys() const { return parts_->judge->trust()->has_keys(); }

std::vector<KeySetFigures> Verifier::key_sets() const {
    if (!parts_->key_sets) return {};
    return parts_->key_sets->figures();
}

VerifierCounters Verifier::counters() const {
    VerifierCounters counters = parts_->counters;
    counters.cache_hits = parts_->cache.counters().hits;
    counters.cache_misses = parts_->cache.counters().misses;
    counters.cache_evictions = parts_->cache.counters().evictions;
    counters.cache_entries = parts_->cache.entries();
    counters.cache_bytes = parts_->cache.bytes();
    counters.waiting = parts_->waiting.size();
    counters.waiting_for_keys = parts_->held.size();
    return counters;
}

}  // namespace coffer::access
