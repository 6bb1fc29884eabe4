#include "report/head_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/ensure.h"

namespace coffer::report {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

void HeadKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

HeadKey::HeadKey(std::unique_ptr<evp_pkey_st, Free> key) : key_{std::move(key)} {
    std::size_t size = public_key_.size();
    ENSURE(EVP_PKEY_get_raw_public_key(key_.get(), public_key_.data(), &size) == 1 &&
           size == public_key_.size());
}
HeadKey::~HeadKey() = default;
HeadKey::HeadKey(HeadKey&&) noexcept = default;
HeadKey& HeadKey::operator=(HeadKey&&) noexcept = default;

Result<HeadKey, Fault> HeadKey::from_seed(Bytes seed) {
    std::unique_ptr<evp_pkey_st, Free> key{
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size())};
    if (!key) {
        return Fault{Fault::Kind::configuration, "OpenSSL does not take the key for Ed25519"};
    }
    return HeadKey{std::move(key)};
}

Result<std::optional<HeadKey>, Fault> HeadKey::read(os::FileSystem& files) {
    const auto there = files.exists(head_key_name);
    if (!there) return there.error();
    if (!*there) return std::optional<HeadKey>{};
    auto text = read_whole(files, head_key_name, 1024);
    if (!text) return text.error();
    while (text->ends_with('\n')) text->pop_back();
    std::array<std::uint8_t, 32> seed{};
    if (!parse_hex_strictly(*text, seed)) {
        return Fault{Fault::Kind::configuration,
                     std::string{head_key_name} + " does not hold 64 hexadecimal digits"};
    }
    auto key = from_seed(seed);
    OPENSSL_cleanse(seed.data(), seed.size());
    OPENSSL_cleanse(text->data(), text->size());
    if (!key) return key.error();
    return std::optional<HeadKey>{std::move(key).value()};
}

Result<HeadKey, Fault> HeadKey::make(os::FileSystem& files, os::Random& random) {
    std::array<std::uint8_t, 32> seed{};
    if (auto filled = random.fill(seed); !filled) return filled.error();
    // Under another name until it is whole: what a crash leaves must not be taken for the key.
    const std::string unfinished = std::string{head_key_name} + ".new";
    const auto leftover = files.exists(unfinished);
    if (!leftover) return leftover.error();
    if (*leftover) {
        if (auto removed = files.remove(unfinished); !removed) return removed.error();
    }
    auto file = files.open(unfinished, os::Open::create_new);
    if (!file) return file.error();
    if (auto wrote = (*file)->write_at(0, as_bytes(to_hex(seed) + "\n")); !wrote) {
        return wrote.error();
    }
    if (auto synced = (*file)->sync(); !synced) return synced.error();
    if (auto renamed = files.rename(unfinished, head_key_name); !renamed) return renamed.error();
    if (auto synced = files.sync_folder(""); !synced) return synced.error();
    auto key = from_seed(seed);
    OPENSSL_cleanse(seed.data(), seed.size());
    return key;
}

Signature HeadKey::sign(std::string_view text) const {
    const Context context{EVP_MD_CTX_new()};
    Signature signature{};
    std::size_t size = signature.size();
    ENSURE(context &&
           EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
    ENSURE(EVP_DigestSign(context.get(), signature.data(), &size, octets(text), text.size()) == 1 &&
           size == signature.size());
    return signature;
}

SignedHead HeadKey::sign(const BookHead& head) const {
    return {.head = head, .public_key = public_key_, .signature = sign(signed_text(head))};
}

bool is_signature_of(std::string_view text, const PublicKey& key, const Signature& signature) {
    struct FreeKey {
        void operator()(EVP_PKEY* its) const { EVP_PKEY_free(its); }
    };
    const std::unique_ptr<EVP_PKEY, FreeKey> loaded{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size())};
    const Context context{EVP_MD_CTX_new()};
    if (!loaded || !context) return false;
    return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, loaded.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), octets(text),
                            text.size()) == 1;
}

}  // namespace coffer::report
