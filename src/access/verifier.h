#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "access/key_sets.h"
#include "access/peer_address.h"
#include "access/principal.h"
#include "access/refusal.h"
#include "access/token_policy.h"
#include "base/instant.h"
#include "base/result.h"

namespace coffer::access {

struct VerifierConfig {
    std::vector<IssuerConfig> issuers;
    TokenPolicy policy;
    std::uint32_t cache_entries_max = 100'000;
    std::uint64_t cache_bytes_max = 128 << 20;  ///< of token text and principals
    std::uint32_t workers = 1;
    std::uint32_t queue_max = 1'024;            ///< tokens that wait for a worker
    std::uint32_t waiting_per_address_max = 8;  ///< tokens, not requests: twins wait together

    /// For issuers that publish their keys.
    KeySetRules key_sets;
    std::uint32_t waiting_for_keys_max = 256;  ///< tokens, of those in the queue
    std::shared_ptr<Fetcher> fetcher;          ///< nothing: libcurl
    os::Clock* clock = &os::system_clock();
    /// Lines for the log, on a thread of the verifier's; `is_bad`: an operator should know.
    std::function<void(bool is_bad, const std::string& line)> log;
};

/// The token is not in the cache and its signature is dear: call verify_later().
struct NeedsWorker {};

/// Nobody can tell: the issuer's keys could not be fetched yet, or not for too long. 503.
struct KeysUnavailable {};

using Verdict = std::variant<PrincipalRef, TokenRefusal, KeysUnavailable>;
using Checked = std::variant<PrincipalRef, TokenRefusal, NeedsWorker, KeysUnavailable>;

/// Counted since the start; read on the owner's thread.
struct VerifierCounters {
    std::uint64_t cache_hits = 0;
    std::uint64_t cache_misses = 0;
    std::uint64_t cache_evictions = 0;
    std::uint64_t cache_entries = 0;  ///< now
    std::uint64_t cache_bytes = 0;    ///< now
    std::uint64_t checked_here = 0;   ///< on the owner's thread: HS256 and what was refused before
    std::uint64_t checked_by_workers = 0;
    std::uint64_t waiting = 0;           ///< now: tokens with a worker
    std::uint64_t waiting_for_keys = 0;  ///< now: of these, tokens whose issuer is being asked
    std::uint64_t too_many = 0;
    std::uint64_t keys_unavailable = 0;  ///< tokens that nobody could judge
    std::array<std::uint64_t, token_refusal_count> refused{};
};

/// Turns bearer tokens into principals by a strict policy (RFC 8725).
///
/// Owned and called by one thread. A cached token costs 0.1 µs (0.5 when 100,000 take turns) and
/// allocates nothing, a new HS256 one 2 µs; anything dearer goes to worker threads. Touches no file
/// after create(), and of the network only the configured key sets, whatever a token says. Refusals
/// are not cached: each is worked out again, and FailedAuthLimiter bounds how often.
///
/// Published keys are fetched in the background. A token with a `kid` that its issuer does not have
/// waits while the issuer is asked, at most once in key_sets.unknown_kid_s; a key that is no longer
/// published is worth nothing from the next refresh on, for remembered tokens either.
class Verifier {
public:
    /// Reads every key file and waits for no issuer. Any weakness in them or contradiction in the
    /// configuration is a fault that says what to change. `wake_up` is called on another thread
    /// when poll() has something to do; it must be cheap and may be called before create() returns.
    [[nodiscard]] static Result<std::unique_ptr<Verifier>, Fault> create(
        const VerifierConfig& config, std::function<void()> wake_up);

    /// Stops the workers; what still waits is never called back.
    ~Verifier();
    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;

    /// `now` is the round's instant. A token is accepted until its `exp` plus the leeway.
    [[nodiscard]] Checked check(std::string_view token, Instant now);

    enum class Queued : std::uint8_t {
        waiting,   ///< `done` will be called by poll()
        too_many,  ///< from this address: 429
        busy,      ///< the queue is full: 503
    };
    using Done = std::function<void(const Verdict&)>;

    /// Only after check() answered NeedsWorker. `done` is called at most once, from poll(); it may
    /// call the verifier again. The caller makes it harmless if its request has gone meanwhile.
    [[nodiscard]] Queued verify_later(std::string_view token, const PeerAddress& peer, Instant now,
                                      Done done);

    /// Takes over new keys and calls back what the workers have finished. A token that expired
    /// while waiting is refused.
    void poll(Instant now);

    /// Whether any issuer has keys: until then no token can be accepted.
    [[nodiscard]] bool has_keys() const;

    [[nodiscard]] VerifierCounters counters() const;
    [[nodiscard]] std::vector<KeySetFigures> key_sets() const;

private:
    struct Parts;
    explicit Verifier(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace coffer::access
