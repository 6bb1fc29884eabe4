#include "access/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <optional>

#include "base/free_with.h"

namespace coffer::access {
namespace {

constexpr int rsa_bits_min = 2'048;
constexpr int rsa_bits_max = 8'192;  // one check of a larger one would hold up a worker for 1 ms
constexpr int exponent_bits_max = 64;

using MemoryBio = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;

/// What OpenSSL says about a refused key would otherwise be found by the next who asks.
struct ErrorsForgotten {
    ~ErrorsForgotten() { ERR_clear_error(); }
};

Fault fault(const std::string& what) { return {Fault::Kind::configuration, what}; }

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// Never asks a terminal for the password of an encrypted file.
int no_password(char*, int, int, void*) { return -1; }

PublicKey shared(EVP_PKEY* key) {
    return key == nullptr ? nullptr : PublicKey{key, [](EVP_PKEY* held) { EVP_PKEY_free(held); }};
}

bool is_on_curve(EVP_PKEY* key, std::string_view name) {
    char group[64] = {};
    return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                          nullptr) == 1 &&
           name == group;
}

bool is_p256(EVP_PKEY* key) { return is_on_curve(key, "prime256v1"); }
bool is_p384(EVP_PKEY* key) { return is_on_curve(key, "secp384r1"); }

std::optional<std::string> reason_to_refuse_rsa(EVP_PKEY* key) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < rsa_bits_min) {
        return "it has " + std::to_string(bits) + " bits, at least 2048 are needed";
    }
    if (bits > rsa_bits_max) {
        return "it has " + std::to_string(bits) + " bits, at most 8192 are accepted";
    }
    BIGNUM* number = nullptr;
    const bool found = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &number) == 1;
    const Number exponent{number};
    if (!found || BN_is_odd(number) == 0 || BN_is_one(number) == 1 ||
        BN_num_bits(number) > exponent_bits_max) {
        return std::string{"its exponent is even, too small or too large"};
    }
    return std::nullopt;
}

Result<PublicKey, Fault> judged(PublicKey key) {
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
        if (const auto reason = reason_to_refuse_rsa(key.get())) return fault(*reason);
    } else if (EVP_PKEY_is_a(key.get(), "EC") == 1) {
        if (!is_p256(key.get()) && !is_p384(key.get())) {
            return fault("its curve is neither P-256 nor P-384");
        }
    } else if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) {
        return key;  // every 32 bytes are one
    } else {
        return fault("it is no RSA, P-256, P-384 or Ed25519 key");
    }
    const KeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)};
    if (!context || EVP_PKEY_public_check(context.get()) != 1) {
        return fault("it is no sound key: its numbers do not fit together");
    }
    return key;
}

Result<PublicKey, Fault> of_params(const char* type, const ParamBuilder& builder) {
    const Params params{OSSL_PARAM_BLD_to_param(builder.get())};
    const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    ENSURE(params && context && EVP_PKEY_fromdata_init(context.get()) == 1);
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        EVP_PKEY_free(key);
        return fault("it is no sound key: its numbers do not fit together");
    }
    return judged(shared(key));
}

Number number_of(Bytes bytes) {
    return Number{BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)};
}

}  // namespace

Result<PublicKey, Fault> public_key_of_pem(const std::string& pem) {
    const ErrorsForgotten forgotten;
    if (contains(pem, "PRIVATE KEY-----")) {
        return fault(
            "it holds a private key, which this service must not have; extract the "
            "public one with: openssl pkey -in FILE -pubout");
    }
    if (contains(pem, "BEGIN RSA PUBLIC KEY")) {
        return fault(
            "it is in the old PKCS#1 form; convert it with: openssl rsa "
            "-RSAPublicKey_in -in FILE -pubout");
    }
    const MemoryBio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    PublicKey key;
    if (contains(pem, "BEGIN CERTIFICATE")) {
        const Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)};
        if (certificate) key = shared(X509_get_pubkey(certificate.get()));
    } else {
        key = shared(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr));
    }
    if (!key) return fault("it is no PEM file with a PUBLIC KEY or a CERTIFICATE");
    return judged(std::move(key));
}

Result<PublicKey, Fault> rsa_public_key(Bytes modulus, Bytes exponent) {
    const ErrorsForgotten forgotten;
    if (modulus.size() > rsa_bits_max / 8 + 1 || exponent.size() > 16) {
        return fault("its numbers are too large");
    }
    const Number n = number_of(modulus);
    const Number e = number_of(exponent);
    const ParamBuilder builder{OSSL_PARAM_BLD_new()};
    ENSURE(n && e && builder);
    ENSURE(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1);
    ENSURE(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1);
    return of_params("RSA", builder);
}

Result<PublicKey, Fault> ec_public_key(Algorithm curve, Bytes x, Bytes y) {
    const ErrorsForgotten forgotten;
    ENSURE(curve == Algorithm::es256 || curve == Algorithm::es384);
    const bool is_256 = curve == Algorithm::es256;
    const std::size_t size = is_256 ? 32 : 48;
    // RFC 7518, section 6.2.1.2. Some libraries publish one key in 128 without its leading zero.
    for (const Bytes coordinate : {x, y}) {
        if (coordinate.size() == size) continue;
        return fault("a coordinate has a length of " + std::to_string(coordinate.size()) +
                     " bytes where its curve has " + std::to_string(size) +
                     " (leading zeros must stay)");
    }
    std::vector<std::uint8_t> point{4};  // uncompressed
    point.insert(point.end(), x.begin(), x.end());
    point.insert(point.end(), y.begin(), y.end());
    const ParamBuilder builder{OSSL_PARAM_BLD_new()};
    ENSURE(builder);
    ENSURE(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                           is_256 ? "prime256v1" : "secp384r1", 0) == 1);
    ENSURE(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                            point.size()) == 1);
    return of_params("EC", builder);
}

Result<PublicKey, Fault> ed25519_public_key(Bytes bytes) {
    const ErrorsForgotten forgotten;
    if (bytes.size() != 32) return fault("an Ed25519 key has 32 bytes");
    PublicKey key = shared(
        EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes.data(), bytes.size()));
    if (!key) return fault("it is no Ed25519 key");
    return judged(std::move(key));
}

std::vector<Algorithm> algorithms_of(const PublicKey& key) {
    using enum Algorithm;
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1) return {rs256, ps256, ps384, ps512};
    if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) return {eddsa};
    if (is_p256(key.get())) return {es256};
    ENSURE(is_p384(key.get()));  // judged() let nothing else in
    return {es384};
}

bool are_equal(const PublicKey& one, const PublicKey& other) {
    const ErrorsForgotten forgotten;
    return EVP_PKEY_eq(one.get(), other.get()) == 1;
}

}  // namespace coffer::access
