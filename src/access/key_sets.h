#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "access/fetcher.h"
#include "access/key_set.h"
#include "access/trust.h"

namespace coffer::access {

/// How the keys of one issuer fare, for metrics. Counted since the start.
struct KeySetFigures {
    std::string issuer;      ///< its name in the configuration, or its `iss`
    std::uint64_t keys = 0;  ///< now
    std::uint64_t refreshes = 0;
    std::uint64_t changes = 0;        ///< of them brought other keys
    std::uint64_t failures = 0;       ///< of them failed
    std::uint64_t asked_for_kid = 0;  ///< of them were because of an unknown `kid`
    std::int64_t age_ns = -1;         ///< since the issuer last confirmed them; negative: never yet
};

/// Keeps the published keys of all issuers that have some up to date on a thread of its own. What
/// is trusted is replaced as a whole; nothing that others hold ever changes.
class KeySets {
public:
    struct Options {
        KeySetRules rules;
        std::shared_ptr<Fetcher> fetcher;
        os::Clock* clock = nullptr;
        /// Called on the thread of the refreshes. `is_bad`: an operator should know.
        std::function<void(bool is_bad, const std::string& line)> log;
        /// Called there too when take_news() has something.
        std::function<void()> wake_up;
    };

    KeySets(std::shared_ptr<const Trust> trust, Options options);
    /// Gives up what is under way.
    ~KeySets();
    KeySets(const KeySets&) = delete;
    KeySets& operator=(const KeySets&) = delete;

    /// Begins the refreshes. Tests do without and call refresh_due() themselves.
    void start();
    /// Asks the issuer that request() named, else the one whose time has come first. Returns how
    /// long to wait, in ns.
    std::int64_t refresh_due(const std::stop_token& stop);

    /// Whether an answer of the issuer at this place is on its way or may be asked for now: for
    /// unknown names of keys that happens at most once in rules.unknown_kid_s.
    [[nodiscard]] bool may_come(std::size_t issuer) const;
    /// The same, and asks for it. If true, take_news() will name the issuer.
    [[nodiscard]] bool request(std::size_t issuer);

    struct News {
        std::shared_ptr<const Trust> trust;  ///< nothing: as before
        std::vector<std::size_t> asked;      ///< issuers that were asked since, well or not
    };
    [[nodiscard]] News take_news();
    [[nodiscard]] std::vector<KeySetFigures> figures() const;

private:
    struct Issuer {
        Issuer(const TrustedIssuer& trusted, std::size_t at, const Options& options);

        std::size_t place;
        KeySet keys;  // of the thread that refreshes
        // The rest is guarded by mutex_.
        bool is_coming = true;  // the first answer is
        bool is_requested = false;
        std::int64_t may_request_ns = 0;
        std::optional<std::int64_t> confirmed_ns;
        KeySetFigures figures;
    };

    [[nodiscard]] Issuer* find(std::size_t issuer) const;
    [[nodiscard]] bool may_come_now(const Issuer& issuer) const;
    [[nodiscard]] Issuer* begin_next();
    void refresh(Issuer& issuer, const std::stop_token& stop);
    void forget_stale(Issuer& issuer);
    void publish(Issuer& issuer, bool keys_changed, bool was_asked);
    void log(bool is_bad, const Issuer& issuer, const std::string& line) const;
    void run(const std::stop_token& stop);

    Options options_;
    std::vector<std::unique_ptr<Issuer>> issuers_;
    std::shared_ptr<const Trust> trust_;  // of the thread that refreshes
    mutable std::mutex mutex_;
    std::condition_variable_any requested_;
    News news_;
    std::jthread thread_;  // last: it stops before what it uses goes
};

}  // namespace coffer::access
