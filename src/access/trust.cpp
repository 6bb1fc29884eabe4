#include "access/trust.h"

namespace coffer::access {
namespace {

constexpr std::size_t keys_max = 32;

Fault fault(const std::string& what) { return {Fault::Kind::configuration, what}; }

std::string name_of(const IssuerConfig& config) {
    return config.issuer.empty() ? std::string{"the issuer without a name"}
                                 : "issuer " + config.issuer;
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
        if (config.keys.empty()) return fault(name_of(config) + " has no key");
        if (config.keys.size() > keys_max) return fault(name_of(config) + " has over 32 keys");
    }
    return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<const Trust>, Fault> Trust::load(const std::vector<IssuerConfig>& configs) {
    if (const auto contradiction = contradiction_in(configs)) return *contradiction;
    auto trust = std::make_shared<Trust>();
    for (const IssuerConfig& config : configs) {
        TrustedIssuer issuer{.config = config};
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

std::optional<std::size_t> Trust::find(std::string_view issuer) const {
    const auto found = by_name_.find(issuer);
    if (found != by_name_.end()) return found->second;
    // A lone issuer without a name takes whatever the token says.
    if (issuers_.size() == 1 && issuers_.front().config.issuer.empty()) return 0;
    return std::nullopt;
}

}  // namespace coffer::access
