#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "wallet/names.h"

struct evp_cipher_ctx_st;

namespace coffer::engine {

/// Which id of a record: docs/journal-format.md, section 6.
enum class IdPlace : std::uint8_t {
    wallet = 0,
    entry = 1,
    transaction = 2,
    hold = 4
};  // hold: or approval

/// Makes public ids out of (time, sequence, ordinal) and finds the record of an id again: sorted by
/// time, not guessable without the book's key, no index. One thread at a time.
class PublicIds {
public:
    explicit PublicIds(const std::array<std::uint8_t, 32>& key);
    ~PublicIds();
    PublicIds(PublicIds&&) noexcept;
    PublicIds& operator=(PublicIds&&) noexcept;

    /// Ids of the records with ordinals `first` … of one batch; about 0.1 µs a record in bulk.
    void make(Instant time, std::uint64_t sequence, std::uint32_t first,
              std::span<wallet::NewIds> into);
    [[nodiscard]] wallet::NewIds make_one(Instant time, std::uint64_t sequence,
                                          std::uint32_t ordinal);

    struct Origin {
        Instant time;
        std::uint64_t sequence;
        std::uint32_t ordinal;
        std::uint8_t place;
    };
    [[nodiscard]] Origin origin(wallet::PublicId id);

private:
    struct Free {
        void operator()(evp_cipher_ctx_st* context) const;
    };
    void run_rounds(std::int64_t unix_ms, std::span<std::uint64_t> left,
                    std::span<std::uint64_t> right, bool forward);

    std::unique_ptr<evp_cipher_ctx_st, Free> cipher_;
};

inline constexpr std::string_view wallet_prefix = "wlt_";
inline constexpr std::string_view transaction_prefix = "txn_";
inline constexpr std::string_view entry_prefix = "ent_";
inline constexpr std::string_view hold_prefix = "frz_";
inline constexpr std::string_view withdrawal_prefix = "wdr_";
inline constexpr std::string_view adjustment_prefix = "adj_";

inline constexpr std::size_t id_characters = 26;
/// Writes that many characters of Crockford's base 32 to `at`; the end is returned.
[[nodiscard]] char* put_id(char* at, wallet::PublicId id);
/// The prefix and these characters.
void append_id(std::string& out, std::string_view prefix, wallet::PublicId id);
/// Strict: the prefix, 26 upper-case characters, no more than 128 bits.
[[nodiscard]] std::optional<wallet::PublicId> parse_id(std::string_view prefix,
                                                       std::string_view text);

}  // namespace coffer::engine
