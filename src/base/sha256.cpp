// The low-level functions are deprecated in OpenSSL 3 in favour of EVP, and still there and tested.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include <openssl/sha.h>

#include <algorithm>
#include <string>

#include "base/ensure.h"

namespace coffer {

Sha256::Sha256() : state_{new SHA256_CTX} { start(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::Free::operator()(SHA256state_st* state) const { delete state; }

void Sha256::compress(const std::uint8_t* blocks, std::size_t count) {
    // Of whole blocks nothing is kept back: what OpenSSL counts and buffers is never asked for.
    if (count == 1) return SHA256_Transform(state_.get(), blocks);
    ENSURE(SHA256_Update(state_.get(), blocks, count * block_bytes) == 1);
}

Sha256& Sha256::start() {
    ENSURE(SHA256_Init(state_.get()) == 1);
    used_ = 0;
    length_bytes_ = 0;
    return *this;
}

Sha256& Sha256::add(Bytes bytes) {
    length_bytes_ += bytes.size();
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    if (used_ > 0) {
        const std::size_t fits = std::min(left, block_bytes - used_);
        std::copy_n(at, fits, block_.data() + used_);
        used_ += fits;
        at += fits;
        left -= fits;
        if (used_ < block_bytes) return *this;
        compress(block_.data(), 1);
        used_ = 0;
    }
    if (left >= block_bytes) {
        compress(at, left / block_bytes);
        at += left / block_bytes * block_bytes;
        left %= block_bytes;
    }
    std::copy_n(at, left, block_.data());
    used_ = left;
    return *this;
}

Hash Sha256::finish() {
    // One bit, zeros, the length in bits: FIPS 180-4, 5.1.1.
    constexpr std::size_t length_at = block_bytes - sizeof(std::uint64_t);
    block_[used_++] = 0x80;
    if (used_ > length_at) {
        std::fill(block_.begin() + static_cast<std::ptrdiff_t>(used_), block_.end(), 0);
        compress(block_.data(), 1);
        used_ = 0;
    }
    std::fill(block_.begin() + static_cast<std::ptrdiff_t>(used_), block_.begin() + length_at, 0);
    store_be(&block_[length_at], length_bytes_ * 8);
    compress(block_.data(), 1);
    return hash();
}

Hash Sha256::hash() const {
    Hash hash;
    for (std::size_t i = 0; i < 8; ++i) store_be(&hash[i * 4], std::uint32_t{state_->h[i]});
    return hash;
}

Hash Sha256::of_both(const Hash& first, const Hash& second) {
    // A block, and a block of padding that is always the same.
    static constexpr std::array<std::uint8_t, block_bytes> padding = [] {
        std::array<std::uint8_t, block_bytes> bytes{};
        bytes[0] = 0x80;
        bytes[block_bytes - 2] = (block_bytes * 8) >> 8;
        return bytes;
    }();
    static_assert(block_bytes == 2 * sizeof(Hash));
    start();
    std::copy(first.begin(), first.end(), block_.begin());
    std::copy(second.begin(), second.end(), block_.begin() + sizeof(Hash));
    compress(block_.data(), 1);
    compress(padding.data(), 1);
    return hash();
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
