#include "report/public_id.h"

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/ensure.h"

namespace coffer::report {
namespace {

inline constexpr std::uint64_t forty_bits = (std::uint64_t{1} << 40) - 1;

}  // namespace

IdCipher::IdCipher(const std::array<std::uint8_t, 32>& key) : cipher_{EVP_CIPHER_CTX_new()} {
    ENSURE(cipher_ != nullptr);
    ENSURE(EVP_EncryptInit_ex2(cipher_.get(), EVP_aes_256_ecb(), key.data(), nullptr, nullptr) ==
           1);
    EVP_CIPHER_CTX_set_padding(cipher_.get(), 0);
}
IdCipher::~IdCipher() = default;
IdCipher::IdCipher(IdCipher&&) noexcept = default;
IdCipher& IdCipher::operator=(IdCipher&&) noexcept = default;

void IdCipher::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

std::uint64_t IdCipher::round(unsigned number, std::uint64_t tweak, std::uint64_t half) {
    std::uint8_t block[16] = {static_cast<std::uint8_t>(number)};
    store_le(block + 8, tweak ^ half);
    int size = 0;
    ENSURE(EVP_EncryptUpdate(cipher_.get(), block, &size, block, sizeof block) == 1 &&
           size == sizeof block);
    return load_le<std::uint64_t>(block) & forty_bits;
}

UInt128 IdCipher::id(std::int64_t unix_ms, std::uint64_t sequence, std::uint64_t ordinal,
                     IdPlace place) {
    const std::uint64_t low = (ordinal * 8 + static_cast<std::uint64_t>(place)) & 0xffffff;
    const UInt128 plain = (static_cast<UInt128>(sequence & 0xffffffffffffff) << 24) | low;
    auto left = static_cast<std::uint64_t>(plain >> 40) & forty_bits;
    auto right = static_cast<std::uint64_t>(plain) & forty_bits;
    const std::uint64_t time = static_cast<std::uint64_t>(unix_ms) & 0xffffffffffff;
    for (unsigned number = 0; number < 4; ++number) {
        const std::uint64_t mixed = left ^ round(number, time << 16, right);
        left = right;
        right = mixed;
    }
    return (static_cast<UInt128>(time) << 80) | (static_cast<UInt128>(left) << 40) | right;
}

IdCipher::Origin IdCipher::origin(UInt128 id) {
    const auto time = static_cast<std::uint64_t>(id >> 80);
    auto left = static_cast<std::uint64_t>(id >> 40) & forty_bits;
    auto right = static_cast<std::uint64_t>(id) & forty_bits;
    for (unsigned number = 4; number-- > 0;) {
        const std::uint64_t before = right ^ round(number, time << 16, left);
        right = left;
        left = before;
    }
    const UInt128 plain = (static_cast<UInt128>(left) << 40) | right;
    return {.sequence = static_cast<std::uint64_t>(plain >> 24),
            .ordinal = (static_cast<std::uint64_t>(plain) & 0xffffff) / 8};
}

void append_public_id(std::string& out, std::string_view prefix, UInt128 id) {
    static constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    out.append(prefix);
    for (int shift = 125; shift >= 0; shift -= 5) {
        out.push_back(alphabet[static_cast<unsigned>(id >> shift) & 31]);
    }
}

std::string public_id_text(std::string_view prefix, UInt128 id) {
    std::string out;
    append_public_id(out, prefix, id);
    return out;
}

}  // namespace coffer::report
