#include "base/sha256.h"

#include <openssl/evp.h>

#include <string>

#include "base/ensure.h"

namespace coffer {
namespace {

// Fetched once: an implicit fetch in every digest costs more than the digest of a record.
const EVP_MD* algorithm() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    ENSURE(fetched != nullptr);
    return fetched;
}

}  // namespace

Sha256::Sha256() : context_{EVP_MD_CTX_new()} { ENSURE(context_ != nullptr); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256& Sha256::start() {
    ENSURE(EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) == 1);
    return *this;
}

Sha256& Sha256::add(Bytes bytes) {
    ENSURE(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
    return *this;
}

Hash Sha256::finish() {
    Hash hash;
    unsigned size = 0;
    ENSURE(EVP_DigestFinal_ex(context_.get(), hash.data(), &size) == 1 && size == hash.size());
    return hash;
}

std::string to_hex(Bytes bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
    return out;
}

}  // namespace coffer
