#include "engine/public_ids.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "base/ensure.h"

namespace coffer::engine {
namespace {

inline constexpr std::uint64_t half_mask = (std::uint64_t{1} << 40) - 1;
inline constexpr std::uint64_t time_mask = (std::uint64_t{1} << 48) - 1;
inline constexpr int rounds = 4;
inline constexpr std::size_t ids_a_record = 5;
inline constexpr std::size_t bulk_max = 32 * ids_a_record;

wallet::PublicId join(std::uint64_t unix_ms, std::uint64_t left, std::uint64_t right) {
    return {(static_cast<UInt128>(unix_ms & time_mask) << 80) | (static_cast<UInt128>(left) << 40) |
            right};
}

}  // namespace

PublicIds::PublicIds(const std::array<std::uint8_t, 32>& key) : cipher_{EVP_CIPHER_CTX_new()} {
    ENSURE(cipher_ != nullptr);
    ENSURE(EVP_EncryptInit_ex2(cipher_.get(), EVP_aes_256_ecb(), key.data(), nullptr, nullptr) ==
           1);
    EVP_CIPHER_CTX_set_padding(cipher_.get(), 0);
}
PublicIds::~PublicIds() = default;
PublicIds::PublicIds(PublicIds&&) noexcept = default;
PublicIds& PublicIds::operator=(PublicIds&&) noexcept = default;

void PublicIds::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

// One call of the cipher a round for all ids at once: a call costs more than a block.
void PublicIds::run_rounds(std::int64_t unix_ms, std::span<std::uint64_t> left,
                           std::span<std::uint64_t> right, bool forward) {
    ENSURE(left.size() == right.size() && left.size() <= bulk_max);
    std::array<std::uint8_t, bulk_max * 16> blocks;
    const std::uint64_t tweak = (static_cast<std::uint64_t>(unix_ms) & time_mask) << 16;
    for (int step = 0; step < rounds; ++step) {
        const auto round = static_cast<std::uint64_t>(forward ? step : rounds - 1 - step);
        // Forwards (L, R) → (R, L ^ F(R)); backwards the mirror image of it.
        std::span<std::uint64_t> known = forward ? right : left;
        std::span<std::uint64_t> mixed = forward ? left : right;
        for (std::size_t i = 0; i < known.size(); ++i) {
            store_le<std::uint64_t>(&blocks[i * 16], round);
            store_le<std::uint64_t>(&blocks[i * 16 + 8], tweak ^ known[i]);
        }
        int size = 0;
        const int wanted = static_cast<int>(known.size() * 16);
        ENSURE(EVP_EncryptUpdate(cipher_.get(), blocks.data(), &size, blocks.data(), wanted) == 1 &&
               size == wanted);
        for (std::size_t i = 0; i < known.size(); ++i) {
            const std::uint64_t next =
                mixed[i] ^ (load_le<std::uint64_t>(&blocks[i * 16]) & half_mask);
            mixed[i] = known[i];
            known[i] = next;
        }
    }
}

void PublicIds::make(Instant time, std::uint64_t sequence, std::uint32_t first,
                     std::span<wallet::NewIds> into) {
    std::array<std::uint64_t, bulk_max> left;
    std::array<std::uint64_t, bulk_max> right;
    while (!into.empty()) {
        const std::size_t records = std::min(into.size(), bulk_max / ids_a_record);
        const std::size_t ids = records * ids_a_record;
        for (std::size_t i = 0; i < ids; ++i) {
            const std::uint64_t place = (first + i / ids_a_record) * 8 + i % ids_a_record;
            // 56 bits of sequence and 24 of place, cut into two halves of 40.
            left[i] = (sequence >> 16) & half_mask;
            right[i] = ((sequence & 0xffff) << 24) | (place & 0xffffff);
        }
        run_rounds(time.unix_ms, {left.data(), ids}, {right.data(), ids}, true);
        const auto ms = static_cast<std::uint64_t>(time.unix_ms);
        for (std::size_t i = 0; i < records; ++i) {
            const std::size_t at = i * ids_a_record;
            into[i].wallet = join(ms, left[at], right[at]);
            into[i].entry = join(ms, left[at + 1], right[at + 1]);
            into[i].transactions = {join(ms, left[at + 2], right[at + 2]),
                                    join(ms, left[at + 3], right[at + 3])};
            into[i].hold = join(ms, left[at + 4], right[at + 4]);
        }
        first += static_cast<std::uint32_t>(records);
        into = into.subspan(records);
    }
}

wallet::NewIds PublicIds::make_one(Instant time, std::uint64_t sequence, std::uint32_t ordinal) {
    wallet::NewIds ids;
    make(time, sequence, ordinal, {&ids, 1});
    return ids;
}

PublicIds::Origin PublicIds::origin(wallet::PublicId id) {
    const auto ms = static_cast<std::int64_t>(static_cast<std::uint64_t>(id.value >> 80));
    std::uint64_t left = static_cast<std::uint64_t>(id.value >> 40) & half_mask;
    std::uint64_t right = static_cast<std::uint64_t>(id.value) & half_mask;
    run_rounds(ms, {&left, 1}, {&right, 1}, false);
    const std::uint64_t place = right & 0xffffff;
    return {.time = {ms},
            .sequence = (left << 16) | (right >> 24),
            .ordinal = static_cast<std::uint32_t>(place / 8),
            .place = static_cast<std::uint8_t>(place % 8)};
}

namespace {
constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Ten bits at a time.
constexpr auto character_pairs = [] {
    std::array<std::array<char, 2>, 1024> pairs;
    for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {alphabet[i >> 5], alphabet[i & 31]};
    return pairs;
}();
}  // namespace

char* put_id(char* at, wallet::PublicId id) {
    // Twelve characters are 60 bits: two words and a rest, none of which needs 128-bit shifts.
    const auto put = [at](std::uint64_t bits, std::size_t first, std::size_t last) {
        for (std::size_t i = last; i > first; bits >>= 10) {
            i -= 2;
            std::memcpy(at + i, character_pairs[bits & 1023].data(), 2);
        }
    };
    put(static_cast<std::uint64_t>(id.value), 14, 26);
    put(static_cast<std::uint64_t>(id.value >> 60), 2, 14);
    put(static_cast<std::uint64_t>(id.value >> 120), 0, 2);
    return at + id_characters;
}

void append_id(std::string& out, std::string_view prefix, wallet::PublicId id) {
    char text[id_characters];
    out.append(prefix);
    out.append(text, static_cast<std::size_t>(put_id(text, id) - text));
}

std::optional<wallet::PublicId> parse_id(std::string_view prefix, std::string_view text) {
    if (text.size() != prefix.size() + id_characters || !text.starts_with(prefix)) {
        return std::nullopt;
    }
    UInt128 value = 0;
    for (const char c : text.substr(prefix.size())) {
        const char* found = std::ranges::find(alphabet, alphabet + 32, c);
        if (found == alphabet + 32 || value >> 123 != 0) return std::nullopt;
        value = (value << 5) | static_cast<UInt128>(found - alphabet);
    }
    return wallet::PublicId{value};
}

}  // namespace coffer::engine
