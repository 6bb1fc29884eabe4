#include "access/key_sets.h"

#include <algorithm>
#include <chrono>

namespace coffer::access {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
// So that a clock that was set, or a machine that slept, is noticed.
constexpr std::int64_t wait_ns_max = 10 * second_ns;

}  // namespace

KeySets::Issuer::Issuer(const TrustedIssuer& trusted, std::size_t at, const Options& options)
    : place{at}, keys{trusted.config, options.rules, *options.clock} {
    figures.issuer = trusted.config->shown_name();
}

KeySets::KeySets(std::shared_ptr<const Trust> trust, Options options)
    : options_{std::move(options)}, trust_{std::move(trust)} {
    ENSURE(options_.fetcher != nullptr && options_.clock != nullptr);
    for (std::size_t i = 0; i < trust_->issuers().size(); ++i) {
        const TrustedIssuer& issuer = trust_->issuers()[i];
        if (!issuer.config->publishes_keys()) continue;
        issuers_.push_back(std::make_unique<Issuer>(issuer, i, options_));
    }
}

KeySets::~KeySets() { thread_.request_stop(); }

void KeySets::start() {
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void KeySets::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto wait = std::chrono::nanoseconds{refresh_due(stop)};
        std::unique_lock lock{mutex_};
        requested_.wait_for(lock, stop, wait, [this] {
            return std::ranges::any_of(issuers_,
                                       [](const auto& issuer) { return issuer->is_requested; });
        });
    }
}

std::int64_t KeySets::refresh_due(const std::stop_token& stop) {
    for (const auto& issuer : issuers_) forget_stale(*issuer);
    if (Issuer* issuer = begin_next()) refresh(*issuer, stop);
    std::int64_t wait_ns = wait_ns_max;
    const std::int64_t now_ns = options_.clock->monotonic_ns();
    for (const auto& issuer : issuers_) {
        wait_ns = std::min(wait_ns, std::max<std::int64_t>(issuer->keys.due_ns() - now_ns, 0));
    }
    return wait_ns;
}

/// One at a time, so that whoever is waited for never stands behind all who do not answer. From
/// now on its answer is coming.
KeySets::Issuer* KeySets::begin_next() {
    const std::int64_t now_ns = options_.clock->monotonic_ns();
    const std::lock_guard lock{mutex_};
    Issuer* next = nullptr;
    for (const auto& issuer : issuers_) {
        if (issuer->is_requested) {
            next = issuer.get();
            break;
        }
        const std::int64_t due_ns = issuer->keys.due_ns();
        if (due_ns <= now_ns && (next == nullptr || due_ns < next->keys.due_ns())) {
            next = issuer.get();
        }
    }
    if (next == nullptr) return nullptr;
    if (next->is_requested) ++next->figures.asked_for_kid;
    next->is_requested = false;
    next->is_coming = true;
    return next;
}

void KeySets::refresh(Issuer& issuer, const std::stop_token& stop) {
    const KeySet::Attempt attempt = issuer.keys.refresh(*options_.fetcher, stop);
    if (stop.stop_requested()) return;
    {
        const std::lock_guard lock{mutex_};
        ++issuer.figures.refreshes;
        if (attempt.keys_changed) ++issuer.figures.changes;
        if (!attempt.ok) ++issuer.figures.failures;
    }
    log(!attempt.ok, issuer, attempt.line);
    publish(issuer, attempt.keys_changed, true);
}

void KeySets::forget_stale(Issuer& issuer) {
    const auto line = issuer.keys.forget_stale();
    if (!line) return;
    log(true, issuer, *line);
    publish(issuer, true, false);
}

void KeySets::publish(Issuer& issuer, bool keys_changed, bool was_asked) {
    if (keys_changed) trust_ = trust_->with_keys(issuer.place, issuer.keys.keys());
    {
        const std::lock_guard lock{mutex_};
        if (keys_changed) news_.trust = trust_;
        if (was_asked) news_.asked.push_back(issuer.place);
        if (was_asked) issuer.is_coming = false;
        issuer.confirmed_ns = issuer.keys.confirmed_ns();
        issuer.figures.keys = issuer.keys.keys().size();
    }
    options_.wake_up();
}

void KeySets::log(bool is_bad, const Issuer& issuer, const std::string& line) const {
    if (line.empty() || !options_.log) return;
    options_.log(is_bad, "issuer " + issuer.figures.issuer + ": " + line);
}

KeySets::Issuer* KeySets::find(std::size_t place) const {
    for (const auto& issuer : issuers_) {
        if (issuer->place == place) return issuer.get();
    }
    return nullptr;
}

bool KeySets::may_come_now(const Issuer& issuer) const {
    return issuer.is_coming || issuer.is_requested ||
           options_.clock->monotonic_ns() >= issuer.may_request_ns;
}

bool KeySets::may_come(std::size_t place) const {
    const std::lock_guard lock{mutex_};
    const Issuer* issuer = find(place);
    return issuer != nullptr && may_come_now(*issuer);
}

bool KeySets::request(std::size_t place) {
    const std::lock_guard lock{mutex_};
    Issuer* issuer = find(place);
    if (issuer == nullptr || !may_come_now(*issuer)) return false;
    if (issuer->is_coming || issuer->is_requested) return true;
    issuer->is_requested = true;
    issuer->may_request_ns =
        options_.clock->monotonic_ns() + options_.rules.unknown_kid_s * second_ns;
    requested_.notify_one();
    return true;
}

KeySets::News KeySets::take_news() {
    const std::lock_guard lock{mutex_};
    return std::exchange(news_, {});
}

std::vector<KeySetFigures> KeySets::figures() const {
    const std::int64_t now_ns = options_.clock->monotonic_ns();
    std::vector<KeySetFigures> all;
    const std::lock_guard lock{mutex_};
    for (const auto& issuer : issuers_) {
        KeySetFigures& figures = all.emplace_back(issuer->figures);
        if (issuer->confirmed_ns) figures.age_ns = now_ns - *issuer->confirmed_ns;
    }
    return all;
}

}  // namespace coffer::access
