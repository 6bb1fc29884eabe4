#pragma once

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/base64url.h"
#include "access/signature_checks.h"
#include "access/verifier.h"
#include "base/bytes.h"

/// Tokens and keys as an attacker, or a careless operator, would make them. For tests only.
namespace coffer::access::forge {

inline constexpr std::int64_t now_s = 1'767'225'600;  // 2026-01-01T00:00:00Z
inline constexpr Instant now{now_s * 1'000};
inline constexpr std::string_view secret = "kXr2vUq8ZtT4wYp6LmN1oBs3DfG5hJ7c9aQeRiWxVzM";
inline constexpr std::string_view other_secret = "Zq8ZtT4wYp6LmN1oBs3DfG5hJ7c9aQeRiWxVzMkXr2vU";

/// A folder that goes away with the test.
class Folder {
public:
    Folder() {
        char name[] = "/tmp/coffer-access-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~Folder() {
        for (const std::string& file : files_) ::unlink(file.c_str());
        ::rmdir(path_.c_str());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string write(const std::string& name, std::string_view text, mode_t mode = 0600) {
        const std::string path = path_ + "/" + name;
        std::ofstream{path} << text;
        ::chmod(path.c_str(), mode);
        files_.push_back(path);
        return path;
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    std::vector<std::string> files_;
};

/// A JSON object whose members a test replaces, removes or repeats one by one.
class Json {
public:
    Json(std::initializer_list<std::pair<std::string, std::string>> members) : members_{members} {}

    [[nodiscard]] Json with(const std::string& name, const std::string& value) const {
        Json changed = without(name);
        changed.members_.emplace_back(name, value);
        return changed;
    }
    [[nodiscard]] Json without(const std::string& name) const {
        Json changed{};
        for (const auto& member : members_) {
            if (member.first != name) changed.members_.push_back(member);
        }
        return changed;
    }
    [[nodiscard]] Json repeating(const std::string& name, const std::string& value) const {
        Json changed = *this;
        changed.members_.emplace_back(name, value);
        return changed;
    }
    [[nodiscard]] std::string text() const {
        std::string text = "{";
        for (const auto& [name, value] : members_) {
            if (text.size() > 1) text += ',';
            text.append("\"").append(name).append("\":").append(value);
        }
        return text + "}";
    }

private:
    std::vector<std::pair<std::string, std::string>> members_;
};

inline std::string encode(std::string_view text) {
    std::string encoded;
    append_base64url(encoded, as_bytes(text));
    return encoded;
}

inline std::string with_hmac(const std::string& signing_input, std::string_view key = secret) {
    return signing_input + "." + encode(as_text(hmac_sha256(key, signing_input)));
}

inline std::string hs256(const std::string& header, const std::string& claims,
                         std::string_view key = secret) {
    return with_hmac(encode(header) + "." + encode(claims), key);
}

struct FreePair {
    void operator()(EVP_PKEY* pair) const { EVP_PKEY_free(pair); }
};
using KeyPair = std::unique_ptr<EVP_PKEY, FreePair>;

inline KeyPair make_rsa(unsigned bits = 2'048) { return KeyPair{EVP_RSA_gen(bits)}; }
inline KeyPair make_ec(const char* curve) { return KeyPair{EVP_EC_gen(curve)}; }
inline KeyPair make_x25519() { return KeyPair{EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519")}; }
inline KeyPair make_ed25519() { return KeyPair{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")}; }

inline std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    std::string text{data, static_cast<std::size_t>(length)};
    BIO_free(bio);
    return text;
}

inline std::string public_pem(const KeyPair& pair) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, pair.get());
    return text_of(bio);
}

inline std::string private_pem(const KeyPair& pair) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio);
}

inline std::string certificate_pem(const KeyPair& pair) {
    X509* certificate = X509_new();
    X509_set_pubkey(certificate, pair.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
    X509_sign(certificate, pair.get(), EVP_sha256());
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    X509_free(certificate);
    return text_of(bio);
}

/// What OpenSSL signs: DER for elliptic curves. `salt` is for PSS.
inline std::string signature_of(const std::string& signing_input, const KeyPair& pair,
                                const char* digest, int padding = RSA_PKCS1_PADDING,
                                int salt = RSA_PSS_SALTLEN_DIGEST) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit_ex(context, &options, digest, nullptr, nullptr, pair.get(), nullptr);
    if (EVP_PKEY_is_a(pair.get(), "RSA") == 1) EVP_PKEY_CTX_set_rsa_padding(options, padding);
    if (padding == RSA_PKCS1_PSS_PADDING) EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt);
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(pair.get())), '\0');
    std::size_t length = signature.size();
    const Bytes input = as_bytes(signing_input);
    EVP_DigestSign(context, reinterpret_cast<std::uint8_t*>(signature.data()), &length,
                   input.data(), input.size());
    EVP_MD_CTX_free(context);
    signature.resize(length);
    return signature;
}

/// The same signature as JWS wants it: `r || s`, `size` bytes each.
inline std::string raw_of_der(const std::string& der, std::size_t size) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(der.data());
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string raw(2 * size, '\0');
    auto* out = reinterpret_cast<std::uint8_t*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, static_cast<int>(size));
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + size, static_cast<int>(size));
    ECDSA_SIG_free(pair);
    return raw;
}

inline std::string with_rsa(const std::string& signing_input, const KeyPair& pair,
                            int padding = RSA_PKCS1_PADDING) {
    return signing_input + "." + encode(signature_of(signing_input, pair, "SHA256", padding));
}

/// A token of any algorithm, signed as that algorithm wants it.
inline std::string signed_token(Algorithm algorithm, const std::string& header,
                                const std::string& claims, const KeyPair& pair) {
    const std::string input = encode(header) + "." + encode(claims);
    const auto pss = [&](const char* digest) {
        return signature_of(input, pair, digest, RSA_PKCS1_PSS_PADDING);
    };
    std::string signature;
    switch (algorithm) {
        case Algorithm::hs256: return with_hmac(input);
        case Algorithm::rs256: signature = signature_of(input, pair, "SHA256"); break;
        case Algorithm::ps256: signature = pss("SHA256"); break;
        case Algorithm::ps384: signature = pss("SHA384"); break;
        case Algorithm::ps512: signature = pss("SHA512"); break;
        case Algorithm::es256:
            signature = raw_of_der(signature_of(input, pair, "SHA256"), 32);
            break;
        case Algorithm::es384:
            signature = raw_of_der(signature_of(input, pair, "SHA384"), 48);
            break;
        case Algorithm::eddsa: signature = signature_of(input, pair, nullptr); break;
    }
    return input + "." + encode(signature);
}

inline std::string rs256(const std::string& header, const std::string& claims,
                         const KeyPair& pair) {
    return with_rsa(encode(header) + "." + encode(claims), pair);
}

inline const Json hs256_header{{"alg", "\"HS256\""}, {"typ", "\"JWT\""}};
inline const Json rs256_header{{"alg", "\"RS256\""}, {"typ", "\"JWT\""}};

/// Alice's hour in the tenant `t1`.
inline const Json alice{
    {"iss", "\"https://iam.example\""},
    {"aud", "\"coffer\""},
    {"sub", "\"alice\""},
    {"tenant_id", "\"t1\""},
    {"type", "\"access\""},
    {"iat", std::to_string(now_s)},
    {"exp", std::to_string(now_s + 3'600)},
};

/// What the tables are judged by: the issuer of `alice`, with both kinds of keys.
inline IssuerConfig strict_issuer(std::vector<KeyConfig> keys) {
    return {.issuer = "https://iam.example",
            .audiences = {"coffer", "wallets"},
            .tenants = {"t1", "t2"},
            .keys = std::move(keys)};
}

}  // namespace coffer::access::forge
