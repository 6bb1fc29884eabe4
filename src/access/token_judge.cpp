#include "access/token_judge.h"

#include <algorithm>

#include "access/base64url.h"
#include "access/claims.h"

namespace coffer::access {
namespace {

bool is_accepted(HeaderType type, const IssuerConfig& issuer) {
    switch (type) {
        case HeaderType::at_jwt: return true;
        case HeaderType::absent:
        case HeaderType::jwt: return !issuer.require_at_jwt;
        case HeaderType::other: return false;
    }
    unreachable_value();
}

bool may_sign_with(const IssuerConfig& issuer, Algorithm algorithm) {
    return issuer.algorithms.empty() ||
           std::ranges::find(issuer.algorithms, algorithm) != issuer.algorithms.end();
}

bool has_key_for(const TrustedIssuer& issuer, const TokenHeader& header) {
    if (!may_sign_with(*issuer.config, header.algorithm)) return false;
    for (const Key& key : issuer.keys) {
        if (key.is_for(header.algorithm, header.kid)) return true;
    }
    return false;
}

/// Whether the issuer could publish a key that fits. Without `kid` no other key would.
bool may_have_key_for(const TrustedIssuer& issuer, const TokenHeader& header) {
    return issuer.config->publishes_keys() && header.algorithm != Algorithm::hs256 &&
           may_sign_with(*issuer.config, header.algorithm) &&
           (issuer.keys.empty() || header.kid.has_value());
}

}  // namespace

TokenJudge::TokenJudge(std::shared_ptr<const Trust> trust, const TokenPolicy& policy)
    : trust_{std::move(trust)}, policy_{policy} {
    for (const TrustedIssuer& issuer : trust_->issuers()) {
        auto& checks = checks_.emplace_back();
        for (const Key& key : issuer.keys) checks.push_back(key.make_check());
    }
}

// The issuer is read before the signature is checked, to know whose keys to check it with; nothing
// else in the claims counts until the signature has.
TokenJudge::Judgement TokenJudge::judge(std::string_view token, Instant now, Dear dear) {
    const auto parts = split_token(token, policy_.token_bytes_max);
    if (!parts) return parts.error();
    const auto header_object = header_reader_.read(parts->header);
    if (!header_object) {
        return header_object.error() == PartReader::Error::encoding ? TokenRefusal::encoding_invalid
                                                                    : TokenRefusal::header_invalid;
    }
    const auto header = read_header(*header_object);
    if (!header) return header.error();
    const auto claims = claims_reader_.read(parts->claims);
    if (!claims) {
        return claims.error() == PartReader::Error::encoding ? TokenRefusal::encoding_invalid
                                                             : TokenRefusal::claims_invalid;
    }
    const auto issuer_name = issuer_claim(*claims);
    const auto place = issuer_name ? trust_->find(*issuer_name) : std::nullopt;
    if (!place) return TokenRefusal::issuer_not_accepted;
    const TrustedIssuer& issuer = trust_->issuers()[*place];
    if (!is_accepted(header->type, *issuer.config)) return TokenRefusal::type_not_accepted;
    if (!has_key_for(issuer, *header)) {
        if (may_have_key_for(issuer, *header)) return WantsKeys{*place};
        return TokenRefusal::key_unknown;
    }
    if (dear == Dear::left_to_worker && is_dear(header->algorithm)) return LeftToWorker{};

    signature_.resize(base64url_bytes_max(parts->signature.size()));
    const auto length = decode_base64url(parts->signature, signature_);
    if (!length) return TokenRefusal::encoding_invalid;
    signature_.resize(*length);
    const Key* key = signer(*place, *header, *parts);
    if (key == nullptr) return TokenRefusal::signature_invalid;

    auto principal = judge_claims(*claims, *issuer.config, policy_, now);
    if (!principal) return principal.error();
    principal->signed_by = key->number();
    return std::move(*principal);
}

const Key* TokenJudge::signer(std::size_t issuer, const TokenHeader& header,
                              const TokenParts& parts) {
    const std::vector<Key>& keys = trust_->issuers()[issuer].keys;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!keys[i].is_for(header.algorithm, header.kid)) continue;
        if (checks_[issuer][i]->matches(parts.signing_input, signature_)) return &keys[i];
    }
    return nullptr;
}

}  // namespace coffer::access
