#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "access/jwt.h"
#include "access/principal.h"
#include "access/trust.h"
#include "base/instant.h"

namespace coffer::access {

/// The whole policy over one token, with parsers and OpenSSL contexts that are used again. One
/// thread; each thread has its own over the same Trust.
class TokenJudge {
public:
    TokenJudge(std::shared_ptr<const Trust> trust, const TokenPolicy& policy);

    /// What to do about a signature that is dear to check.
    enum class Dear : bool { left_to_worker, checked };
    struct LeftToWorker {};
    /// The issuer at this place publishes its keys and might have the one that is missing.
    struct WantsKeys {
        std::size_t issuer;
    };
    using Judgement = std::variant<Principal, TokenRefusal, LeftToWorker, WantsKeys>;

    /// 1 to 2 µs and the signature. No file, no network, whatever the token says.
    [[nodiscard]] Judgement judge(std::string_view token, Instant now, Dear dear);

    [[nodiscard]] const std::shared_ptr<const Trust>& trust() const { return trust_; }

private:
    /// The key that the signature fits, or nothing.
    [[nodiscard]] const Key* signer(std::size_t issuer, const TokenHeader& header,
                                    const TokenParts& parts);

    std::shared_ptr<const Trust> trust_;
    TokenPolicy policy_;
    PartReader header_reader_;
    PartReader claims_reader_;
    std::vector<std::uint8_t> signature_;  // decoded, of the token at hand
    std::vector<std::vector<std::unique_ptr<SignatureCheck>>> checks_;  // per issuer, per key
};

}  // namespace coffer::access
