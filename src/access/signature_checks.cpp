#include "access/signature_checks.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace coffer::access {
namespace {

struct FreeMac {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

class HmacSha256Check final : public SignatureCheck {
public:
    explicit HmacSha256Check(std::string_view secret) {
        const std::unique_ptr<EVP_MAC, FreeMac> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
        ENSURE(mac);
        context_.reset(EVP_MAC_CTX_new(mac.get()));
        char digest[] = "SHA256";
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_end()};
        const Bytes key = as_bytes(secret);
        ENSURE(EVP_MAC_init(context_.get(), key.data(), key.size(), parameters) == 1);
    }

    bool matches(std::string_view signing_input, Bytes signature) override {
        return equal_constant_time(code_of(signing_input), signature);
    }

    [[nodiscard]] std::array<std::uint8_t, 32> code_of(std::string_view text) {
        const Bytes input = as_bytes(text);
        std::array<std::uint8_t, 32> code{};
        std::size_t length = 0;
        // Without a key, init starts anew with the one it has: a third of the cost of keying.
        ENSURE(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
        ENSURE(EVP_MAC_update(context_.get(), input.data(), input.size()) == 1);
        ENSURE(EVP_MAC_final(context_.get(), code.data(), &length, code.size()) == 1);
        ENSURE(length == code.size());
        return code;
    }

private:
    std::unique_ptr<EVP_MAC_CTX, FreeMac> context_;
};

}  // namespace

std::unique_ptr<SignatureCheck> make_hmac_sha256_check(std::string_view secret) {
    return std::make_unique<HmacSha256Check>(secret);
}

std::array<std::uint8_t, 32> hmac_sha256(std::string_view secret, std::string_view text) {
    return HmacSha256Check{secret}.code_of(text);
}

}  // namespace coffer::access
