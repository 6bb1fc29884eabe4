#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"

struct SHA256state_st;

namespace coffer {

using Hash = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4). A deposit needs three of one to three blocks each, for which EVP's state
/// machine costs more than the digest, and the bookkeeping of OpenSSL's low-level functions half of
/// it: so the compression is theirs and the padding (section 5.1.1) is here. Not for two threads at
/// once.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    /// Begins anew; whatever was added before is forgotten.
    Sha256& start();
    Sha256& add(Bytes bytes);
    [[nodiscard]] Hash finish();

    [[nodiscard]] Hash of(Bytes bytes) { return start().add(bytes).finish(); }
    /// Of one hash and another behind it, as chains have it.
    [[nodiscard]] Hash of_both(const Hash& first, const Hash& second);

private:
    static constexpr std::size_t block_bytes = 64;

    void compress(const std::uint8_t* blocks, std::size_t count);
    [[nodiscard]] Hash hash() const;

    struct Free {
        void operator()(SHA256state_st* state) const;
    };
    std::unique_ptr<SHA256state_st, Free> state_;
    std::array<std::uint8_t, block_bytes> block_{};  // begun and not compressed yet
    std::size_t used_ = 0;                           // of it; never all
    std::uint64_t length_bytes_ = 0;
};

/// Lower-case hexadecimal, 64 characters.
[[nodiscard]] std::string to_hex(Bytes bytes);

}  // namespace coffer
