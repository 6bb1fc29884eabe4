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
    IssuerConfig config;
    std::vector<Key> keys;
};

/// Whose tokens are accepted. Immutable, shared by all threads; new keys are a new object.
class Trust {
public:
    /// Reads the key files and holds the configuration against itself.
    [[nodiscard]] static Result<std::shared_ptr<const Trust>, Fault> load(
        const std::vector<IssuerConfig>& configs);

    /// The place of the issuer of that name in issuers().
    [[nodiscard]] std::optional<std::size_t> find(std::string_view issuer) const;
    [[nodiscard]] const std::vector<TrustedIssuer>& issuers() const { return issuers_; }

private:
    std::vector<TrustedIssuer> issuers_;
    TextMap<std::string, std::size_t> by_name_;
};

}  // namespace coffer::access
