#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/file_system.h"
#include "os/random.h"
#include "report/book_head.h"

struct evp_pkey_st;

namespace coffer::report {

inline constexpr std::string_view head_key_name = "ledger-head.key";

/// The Ed25519 key that signs a book's heads and receipts. Any thread may sign; about 50 µs.
class HeadKey {
public:
    /// From the 32 bytes of the private key.
    [[nodiscard]] static Result<HeadKey, Fault> from_seed(Bytes seed);
    /// Reads `ledger-head.key` (64 hexadecimal digits): nothing when there is no such file.
    [[nodiscard]] static Result<std::optional<HeadKey>, Fault> read(os::FileSystem& files);
    /// Makes the file, mode 0600; it must not be there, and the caller holds the folder's LOCK.
    [[nodiscard]] static Result<HeadKey, Fault> make(os::FileSystem& files, os::Random& random);

    ~HeadKey();
    HeadKey(HeadKey&&) noexcept;
    HeadKey& operator=(HeadKey&&) noexcept;

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
    [[nodiscard]] Signature sign(std::string_view text) const;
    [[nodiscard]] SignedHead sign(const BookHead& head) const;

private:
    struct Free {
        void operator()(evp_pkey_st* key) const;
    };
    explicit HeadKey(std::unique_ptr<evp_pkey_st, Free> key);

    std::unique_ptr<evp_pkey_st, Free> key_;
    PublicKey public_key_{};
};

[[nodiscard]] bool is_signature_of(std::string_view text, const PublicKey& key,
                                   const Signature& signature);

}  // namespace coffer::report
