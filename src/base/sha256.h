#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"

struct SHA256state_st;

namespace coffer {

using Hash = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) by OpenSSL's low-level functions: EVP's state machine costs more than the
/// digest of a record, and a deposit needs three. Not for two threads at once.
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

private:
    struct Free {
        void operator()(SHA256state_st* state) const;
    };
    std::unique_ptr<SHA256state_st, Free> state_;
};

/// Lower-case hexadecimal, 64 characters.
[[nodiscard]] std::string to_hex(Bytes bytes);

}  // namespace coffer
