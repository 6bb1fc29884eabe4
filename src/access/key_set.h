#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "access/fetcher.h"
#include "access/jwk_set.h"
#include "access/keys.h"
#include "access/token_policy.h"
#include "os/clock.h"

namespace coffer::access {

/// The published keys of one issuer, as they were when it was last asked. One thread.
class KeySet {
public:
    KeySet(std::shared_ptr<const IssuerConfig> issuer, const KeySetRules& rules, os::Clock& clock)
        : issuer_{std::move(issuer)}, rules_{rules}, clock_{clock} {}

    /// Asks the issuer: its description first if it is configured by discovery, then the keys. At
    /// most rules.attempt_ms_max. After a failure everything stays as it was.
    struct Attempt {
        bool ok = false;
        bool keys_changed = false;
        std::string line;  ///< for the log; "" when there is nothing new to say
    };
    [[nodiscard]] Attempt refresh(Fetcher& fetcher, const std::stop_token& stop);

    /// Forgets keys that nobody has confirmed for rules.stale_s_max. The line is for the log.
    [[nodiscard]] std::optional<std::string> forget_stale();

    /// When to ask next, and when to forget, by the monotonic clock.
    [[nodiscard]] std::int64_t due_ns() const { return due_ns_; }

    /// A key that was there before is the same one, with the same number.
    [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
    [[nodiscard]] std::optional<std::int64_t> confirmed_ns() const { return confirmed_ns_; }

private:
    /// A document as it was last fetched, so that "not modified" is an answer.
    struct Document {
        std::string url;
        std::string etag;
    };

    [[nodiscard]] Result<Ok, Fault> ask(Fetcher& fetcher, const std::stop_token& stop,
                                        Attempt& attempt);
    [[nodiscard]] Result<FetchAnswer, Fault> fetch(Fetcher& fetcher, const Document& document,
                                                   std::int64_t deadline_ns,
                                                   const std::stop_token& stop) const;
    [[nodiscard]] Result<Ok, Fault> discover(Fetcher& fetcher, std::int64_t deadline_ns,
                                             const std::stop_token& stop);
    [[nodiscard]] bool replace_keys(JwkSet set, std::string& line);
    void note_success(const FetchAnswer& answer);
    void note_failure(const Fault& fault, Attempt& attempt);

    std::shared_ptr<const IssuerConfig> issuer_;
    KeySetRules rules_;
    os::Clock& clock_;
    Document description_;  // only with discovery
    Document published_;
    std::vector<Key> keys_;
    std::string left_out_;  // what was last said about keys that are not used
    std::optional<std::int64_t> confirmed_ns_;
    std::int64_t due_ns_ = 0;
    std::int64_t retry_s_ = 1;
    std::optional<std::int64_t> failure_said_ns_;
};

}  // namespace coffer::access
