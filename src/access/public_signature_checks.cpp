#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <vector>

#include "access/signature_checks.h"

namespace coffer::access {
namespace {

struct FreeDigestContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeDigestContext>;

struct FreeEcdsaSignature {
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

const char* digest_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::hs256:
        case Algorithm::rs256:
        case Algorithm::ps256:
        case Algorithm::es256: return "SHA256";
        case Algorithm::ps384:
        case Algorithm::es384: return "SHA384";
        case Algorithm::ps512: return "SHA512";
        case Algorithm::eddsa: return nullptr;  // it hashes by itself
    }
    unreachable_value();
}

bool is_pss(Algorithm algorithm) {
    using enum Algorithm;
    return algorithm == ps256 || algorithm == ps384 || algorithm == ps512;
}

/// EVP's verification with everything about it said beforehand, so that only bytes are left to say.
class EvpCheck : public SignatureCheck {
public:
    EvpCheck(Algorithm algorithm, PublicKey key)
        : initial_{EVP_MD_CTX_new()}, context_{EVP_MD_CTX_new()}, key_{std::move(key)} {
        EVP_PKEY_CTX* options = nullptr;  // owned by initial_
        ENSURE(EVP_DigestVerifyInit_ex(initial_.get(), &options, digest_of(algorithm), nullptr,
                                       nullptr, key_.get(), nullptr) == 1);
        if (algorithm == Algorithm::rs256) {
            ENSURE(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) == 1);
        }
        if (is_pss(algorithm)) {
            // RFC 7518 section 3.5: the salt is as long as the digest. The mask's digest is the
            // same one.
            ENSURE(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
            ENSURE(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
        }
    }

protected:
    [[nodiscard]] bool verify(std::string_view signing_input, Bytes signature) {
        const Bytes input = as_bytes(signing_input);
        ENSURE(EVP_MD_CTX_copy_ex(context_.get(), initial_.get()) == 1);
        const int verified = EVP_DigestVerify(context_.get(), signature.data(), signature.size(),
                                              input.data(), input.size());
        // What did not fit leaves an entry in the thread's error queue.
        if (verified != 1) ERR_clear_error();
        return verified == 1;
    }
    [[nodiscard]] evp_pkey_st* key() const { return key_.get(); }

private:
    DigestContext initial_;
    DigestContext context_;
    PublicKey key_;
};

/// RSA and Ed25519: the signature's bytes as they are, if there are as many as there must be.
class PlainCheck final : public EvpCheck {
public:
    PlainCheck(Algorithm algorithm, PublicKey public_key)
        : EvpCheck{algorithm, std::move(public_key)},
          signature_bytes_{static_cast<std::size_t>(EVP_PKEY_get_size(key()))} {}

    bool matches(std::string_view signing_input, Bytes signature) override {
        return signature.size() == signature_bytes_ && verify(signing_input, signature);
    }

private:
    std::size_t signature_bytes_;
};

/// RFC 7518 section 3.4: `r || s`, each as long as the curve's order. DER, which OpenSSL wants, is
/// made from it and never taken from a token: it has many spellings for one signature.
class EcdsaCheck final : public EvpCheck {
public:
    EcdsaCheck(Algorithm algorithm, PublicKey key)
        : EvpCheck{algorithm, std::move(key)},
          number_bytes_{algorithm == Algorithm::es256 ? std::size_t{32} : std::size_t{48}} {}

    bool matches(std::string_view signing_input, Bytes signature) override {
        if (signature.size() != 2 * number_bytes_) return false;
        const std::unique_ptr<ECDSA_SIG, FreeEcdsaSignature> pair{ECDSA_SIG_new()};
        const int size = static_cast<int>(number_bytes_);
        BIGNUM* r = BN_bin2bn(signature.data(), size, nullptr);
        BIGNUM* s = BN_bin2bn(signature.data() + number_bytes_, size, nullptr);
        ENSURE(pair && r != nullptr && s != nullptr);
        ENSURE(ECDSA_SIG_set0(pair.get(), r, s) == 1);
        // Zero and what is not below the order are refused by OpenSSL (SEC 1, 4.1.4, step 1).
        der_.resize(max_der_bytes);
        std::uint8_t* end = der_.data();
        const int length = i2d_ECDSA_SIG(pair.get(), &end);
        ENSURE(length > 0 && static_cast<std::size_t>(length) <= der_.size());
        return verify(signing_input, Bytes{der_}.first(static_cast<std::size_t>(length)));
    }

private:
    static constexpr std::size_t max_der_bytes = 128;  // two numbers of 49 bytes, three headers

    std::size_t number_bytes_;
    std::vector<std::uint8_t> der_;
};

}  // namespace

std::unique_ptr<SignatureCheck> make_public_check(Algorithm algorithm, PublicKey key) {
    switch (algorithm) {
        case Algorithm::hs256: break;
        case Algorithm::rs256:
        case Algorithm::ps256:
        case Algorithm::ps384:
        case Algorithm::ps512:
        case Algorithm::eddsa: return std::make_unique<PlainCheck>(algorithm, std::move(key));
        case Algorithm::es256:
        case Algorithm::es384: return std::make_unique<EcdsaCheck>(algorithm, std::move(key));
    }
    unreachable_value();
}

}  // namespace coffer::access
