#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/int128.h"

struct evp_cipher_ctx_st;

namespace coffer::report {

/// Which id of a record: docs/journal-format.md, section 6.
enum class IdPlace : std::uint8_t { wallet = 0, entry = 1, row = 2, second_row = 3, hold = 4 };

/// Computes public ids from where their record stands. Code of its own, like all of this folder.
class IdCipher {
public:
    explicit IdCipher(const std::array<std::uint8_t, 32>& key);
    ~IdCipher();
    IdCipher(IdCipher&&) noexcept;
    IdCipher& operator=(IdCipher&&) noexcept;

    /// The record whose id it would be, if it is one.
    struct Origin {
        std::uint64_t sequence = 0;
        std::uint64_t ordinal = 0;
    };
    [[nodiscard]] Origin origin(UInt128 id);

    [[nodiscard]] UInt128 id(std::int64_t unix_ms, std::uint64_t sequence, std::uint64_t ordinal,
                             IdPlace place);

private:
    struct Free {
        void operator()(evp_cipher_ctx_st* context) const;
    };
    std::uint64_t round(unsigned number, std::uint64_t tweak, std::uint64_t half);

    std::unique_ptr<evp_cipher_ctx_st, Free> cipher_;
};

/// The prefix and 26 characters of Crockford's base 32.
void append_public_id(std::string& out, std::string_view prefix, UInt128 id);
[[nodiscard]] std::string public_id_text(std::string_view prefix, UInt128 id);

inline constexpr std::string_view wallet_prefix = "wlt_";
inline constexpr std::string_view entry_prefix = "ent_";
inline constexpr std::string_view row_prefix = "txn_";
inline constexpr std::string_view hold_prefix = "frz_";
inline constexpr std::string_view withdrawal_prefix = "wdr_";
inline constexpr std::string_view adjustment_prefix = "adj_";

}  // namespace coffer::report
