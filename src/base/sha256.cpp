// The low-level functions are deprecated in OpenSSL 3 in favour of EVP, and still there and tested.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include <openssl/sha.h>

#include <string>

#include "base/ensure.h"

namespace coffer {

Sha256::Sha256() : state_{new SHA256_CTX} { start(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::Free::operator()(SHA256state_st* state) const { delete state; }

Sha256& Sha256::start() {
    ENSURE(SHA256_Init(state_.get()) == 1);
    return *this;
}

Sha256& Sha256::add(Bytes bytes) {
    ENSURE(SHA256_Update(state_.get(), bytes.data(), bytes.size()) == 1);
    return *this;
}

Hash Sha256::finish() {
    Hash hash;
    ENSURE(SHA256_Final(hash.data(), state_.get()) == 1);
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
