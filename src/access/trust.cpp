#include "access/trust.h"

#include <algorithm>

#include "access/fetcher.h"

namespace coffer::access {
namespace {

constexpr std::size_t keys_max = 32;

Fault fault(const std::string& what) { return {Fault::Kind::configuration, what}; }

std::string name_of(const IssuerConfig& config) {
    return config.issuer.empty() ? std::string{"the issuer without a name"}
                                 : "issuer " + config.issuer;
}

/// Keys are files, or what is published at a URL; never both.
std::optional<Fault> contradiction_in_keys(const IssuerConfig& config) {
    if (!config.publishes_keys()) {
        if (config.keys.empty()) return fault(name_of(config) + " has no key");
        return std::nullopt;
    }
    if (!config.keys.empty() || (config.discovery && !config.jwks_url.empty())) {
        return fault(name_of(config) +
                     " has keys from several places; name files, jwks_url or "
                     "discovery");
    }
    if (config.issuer.empty()) {
        return fault("an issuer that publishes its keys needs its exact iss value");
    }
    const std::string& url = config.discovery ? config.issuer : config.jwks_url;
    const auto loopback = config.insecure_loopback ? LoopbackHttp::accepted : LoopbackHttp::refused;
    if (const auto reason = reason_to_refuse_url(url, loopback)) {
        return fault(name_of(config) + ": keys cannot be fetched from " + url + ": " + *reason);
    }
    return std::nullopt;
}

std::optional<Fault> contradiction_in(const std::vector<IssuerConfig>& configs) {
    if (configs.empty()) {
        return fault(
            "no issuer is configured, so no token could be accepted; configure a "
            "secret or a public key");
    }
    for (const IssuerConfig& config : configs) {
        if (config.issuer.empty() && configs.size() > 1) {
            return fault("with several issuers each needs its exact iss value");
        }
        if (auto contradiction = contradiction_in_keys(config)) return contradiction;
        if (config.keys.size() > keys_max) return fault(name_of(config) + " has over 32 keys");
    }
    return std::nullopt;
}

/// Logs and metrics would mix up two of one name.
std::optional<Fault> doubt_about_names(const std::vector<IssuerConfig>& configs) {
    for (const IssuerConfig& one : configs) {
        for (const IssuerConfig& other : configs) {
            const bool differ = one.issuer != other.issuer;
            if (differ && !one.name.empty() && one.name == other.shown_name()) {
                return fault("two issuers have the name " + one.name);
            }
        }
    }
    return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<const Trust>, Fault> Trust::load(const std::vector<IssuerConfig>& configs) {
    if (const auto contradiction = contradiction_in(configs)) return *contradiction;
    if (const auto doubt = doubt_about_names(configs)) return *doubt;
    auto trust = std::make_shared<Trust>();
    for (const IssuerConfig& config : configs) {
        TrustedIssuer issuer{.config = std::make_shared<const IssuerConfig>(config), .keys = {}};
        for (const KeyConfig& key_config : config.keys) {
            auto keys = Key::load(key_config);
            if (!keys) return keys.error();
            for (Key& key : *keys) issuer.keys.push_back(std::move(key));
        }
        if (!trust->by_name_.emplace(config.issuer, trust->issuers_.size()).second) {
            return fault(name_of(config) + " is configured twice; give it all its keys at once");
        }
        trust->issuers_.push_back(std::move(issuer));
    }
    return std::shared_ptr<const Trust>{std::move(trust)};
}

std::shared_ptr<const Trust> Trust::with_keys(std::size_t issuer,
                                              const std::vector<Key>& keys) const {
    auto next = std::make_shared<Trust>(*this);
    next->issuers_.at(issuer).keys = keys;
    ++next->version_;
    return next;
}

bool Trust::has(KeyNumber number) const {
    return std::ranges::any_of(issuers_, [number](const TrustedIssuer& issuer) {
        return std::ranges::find(issuer.keys, number, &Key::number) != issuer.keys.end();
    });
}

bool Trust::has_keys() const {
    return std::ranges::any_of(issuers_,
                               [](const TrustedIssuer& issuer) { return !issuer.keys.empty(); });
}

std::optional<std::size_t> Trust::find(std::string_view issuer) const {
    const auto found = by_name_.find(issuer);
    if (found != by_name_.end()) return found->second;
    // A lone issuer without a name takes whatever the token says.
    if (issuers_.size() == 1 && issuers_.front().config->issuer.empty()) return 0;
    return std::nullopt;
}

}  // namespace coffer::access
