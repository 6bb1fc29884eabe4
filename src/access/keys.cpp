#include "access/keys.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "access/key_file.h"
#include "access/secret_rules.h"
#include "access/signature_checks.h"

namespace coffer::access {
namespace {

constexpr int rsa_bits_min = 2'048;
constexpr int rsa_bits_max = 8'192;  // one check of a larger one would hold up a worker for 1 ms

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using MemoryBio = std::unique_ptr<BIO, FreeBio>;

struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

struct FreeKeyContext {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

Fault fault(const std::string& name, const std::string& what) {
    return {Fault::Kind::configuration, "key " + name + ": " + what};
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// Never asks a terminal for the password of an encrypted file.
int no_password(char*, int, int, void*) { return -1; }

std::optional<std::string> reason_to_refuse_rsa(EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") != 1) {
        return "it is no RSA key; only RS256 is accepted for public keys";
    }
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < rsa_bits_min) {
        return "it has " + std::to_string(bits) + " bits, at least 2048 are needed";
    }
    if (bits > rsa_bits_max) {
        return "it has " + std::to_string(bits) + " bits, at most 8192 are accepted";
    }
    const std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext> context{
        EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
    if (!context || EVP_PKEY_public_check(context.get()) != 1) {
        return std::string{"it is no sound RSA key (modulus or exponent)"};
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::hs256: return "HS256";
        case Algorithm::rs256: return "RS256";
    }
    unreachable_value();
}

std::optional<Algorithm> parse_algorithm(std::string_view text) {
    using enum Algorithm;
    for (const Algorithm algorithm : {hs256, rs256}) {
        if (to_text(algorithm) == text) return algorithm;
    }
    return std::nullopt;
}

bool is_dear(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::hs256: return false;
        case Algorithm::rs256: return true;
    }
    unreachable_value();
}

void Key::FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

Key::Key(Algorithm algorithm, std::string kid, std::string secret, PublicKey public_key)
    : algorithm_{algorithm},
      kid_{std::move(kid)},
      secret_{std::move(secret)},
      public_key_{std::move(public_key)} {}

Result<Key, Fault> Key::load(const KeyConfig& config) {
    switch (config.algorithm) {
        case Algorithm::hs256: {
            auto secret = read_secret_file(config.file);
            if (!secret) return secret.error();
            return from_secret(std::move(*secret), config.kid, config.file);
        }
        case Algorithm::rs256: {
            const auto pem = read_public_file(config.file);
            if (!pem) return pem.error();
            return from_pem(*pem, config.kid, config.file);
        }
    }
    unreachable_value();
}

Result<Key, Fault> Key::from_secret(std::string secret, std::string kid, const std::string& name) {
    if (const auto reason = reason_to_refuse_secret(secret)) return fault(name, *reason);
    return Key{Algorithm::hs256, std::move(kid), std::move(secret), nullptr};
}

Result<Key, Fault> Key::from_pem(const std::string& pem, std::string kid, const std::string& name) {
    auto key = read_pem(pem, name);
    ERR_clear_error();
    if (!key) return key.error();
    const auto reason = reason_to_refuse_rsa(key->get());
    ERR_clear_error();
    if (reason) return fault(name, *reason);
    return Key{Algorithm::rs256, std::move(kid), {}, std::move(*key)};
}

Result<Key::PublicKey, Fault> Key::read_pem(const std::string& pem, const std::string& name) {
    if (contains(pem, "PRIVATE KEY-----")) {
        return fault(name,
                     "it holds a private key, which this service must not have; extract the "
                     "public one with: openssl pkey -in FILE -pubout");
    }
    if (contains(pem, "BEGIN RSA PUBLIC KEY")) {
        return fault(name,
                     "it is in the old PKCS#1 form; convert it with: openssl rsa "
                     "-RSAPublicKey_in -in FILE -pubout");
    }
    const MemoryBio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    PublicKey key;
    if (contains(pem, "BEGIN CERTIFICATE")) {
        const std::unique_ptr<X509, FreeCertificate> certificate{
            PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)};
        if (certificate) key.reset(X509_get_pubkey(certificate.get()));
    } else {
        key.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr));
    }
    if (!key) {
        return fault(name, "it is no PEM file with a PUBLIC KEY or a CERTIFICATE");
    }
    return key;
}

bool Key::is_for(Algorithm algorithm, const std::optional<std::string_view>& kid) const {
    if (algorithm != algorithm_) return false;
    if (kid_ == "*") return true;
    return kid ? !kid_.empty() && *kid == kid_ : kid_.empty();
}

std::unique_ptr<SignatureCheck> Key::make_check() const {
    switch (algorithm_) {
        case Algorithm::hs256: return make_hmac_sha256_check(secret_);
        case Algorithm::rs256: return make_rsa_sha256_check(public_key_.get());
    }
    unreachable_value();
}

}  // namespace coffer::access
