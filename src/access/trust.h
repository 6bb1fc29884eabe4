#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/keys.h"
#include "access/text_map.h"
#include "access/token_policy.h"
#include "base/result.h"

namespace coffer::access {

struct TrustedIssuer {
    std::shared_ptr<const IssuerConfig> config;
    std::vector<Key> keys;  ///< empty until those that it publishes were fetched
};

/// Whose tokens are accepted. Immutable, shared by all threads; new keys are a new object.
class Trust {
public:
    /// Reads the key files and holds the configuration against itself.
    [[nodiscard]] static Result<std::shared_ptr<const Trust>, Fault> load(
        const std::vector<IssuerConfig>& configs);

    /// The same with other keys for the issuer at this place; one version newer.
    [[nodiscard]] std::shared_ptr<const Trust> with_keys(std::size_t issuer,
                                                         const std::vector<Key>& keys) const;

    /// The place of the issuer of that name in issuers().
    [[nodiscard]] std::optional<std::size_t> find(std::string_view issuer) const;
    [[nodiscard]] const std::vector<TrustedIssuer>& issuers() const { return issuers_; }
    /// 0 as it was loaded.
    [[nodiscard]] std::uint64_t version() const { return version_; }
    [[nodiscard]] bool has(KeyNumber key) const;
    /// Whether any token could be accepted.
    [[nodiscard]] bool has_keys() const;

private:
    std::vector<TrustedIssuer> issuers_;
    TextMap<std::string, std::size_t> by_name_;
    std::uint64_t version_ = 0;
};

}  // namespace coffer::access
