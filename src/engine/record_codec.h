#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/bytes.h"
#include "base/inline_vector.h"
#include "base/sha256.h"
#include "engine/policy_codec.h"
#include "money/currency.h"
#include "wallet/record.h"

namespace coffer::engine {

// The bytes of one record: docs/journal-format.md, section 5. This is the only encoder; the
// verifier in src/report has a decoder of its own.

/// A byte of the book, for ever; 0 is none. See docs/journal-format.md, section 1.
using Position = std::uint64_t;

inline constexpr std::size_t skips_max = 48;

/// Where one wallet's earlier records stand: the one before, and, for every k ≥ 1 such that the
/// event number is a multiple of 2^k, the one 2^k events before.
struct WalletLinks {
    Position previous = 0;
    InlineVector<Position, skips_max> skips;
};
using Links = std::array<WalletLinks, wallet::wallet_lines_max>;

/// The first record of a book: what it is called and the keys of its ids and references.
struct Genesis {
    std::array<std::uint8_t, 16> book{};
    std::array<std::uint8_t, 32> reference_key{};
    std::array<std::uint8_t, 32> id_key{};
    std::string software;
};

/// A book's life between two restores. It begins in the first; restoring a backup begins the next,
/// in which nothing is written until an operator opens it.
struct Epoch {
    enum class State : std::uint8_t { restored = 1, open = 2 };
    std::uint32_t number = 1;
    State state = State::open;
    friend bool operator==(const Epoch&, const Epoch&) = default;
};

inline constexpr std::size_t text_bytes_max = 4096;
inline constexpr std::size_t name_bytes_max = 128;
/// No record is longer: every text at its limit and every list full.
inline constexpr std::size_t record_bytes_max = 14 * 1024;

/// Each appends one record's bytes without the length prefix and returns how many.
std::size_t encode(const wallet::Record& record, const Links& links,
                   std::span<std::uint8_t> memory);
std::size_t encode(const Genesis& genesis, std::span<std::uint8_t> memory);
std::size_t encode(const money::CurrencyInfo& info, std::uint32_t ordinal,
                   std::span<std::uint8_t> memory);
std::size_t encode(const wallet::Settings& settings, std::uint32_t ordinal,
                   std::span<std::uint8_t> memory);
std::size_t encode(const DefaultPolicy& policy, std::uint32_t ordinal,
                   std::span<std::uint8_t> memory);
std::size_t encode(const Epoch& epoch, std::uint32_t ordinal, std::span<std::uint8_t> memory);

/// What a record's bytes hold. Texts point into those bytes.
struct Movement {
    wallet::Record record;
    Links links;
};
using Decoded =
    std::variant<Movement, Genesis, money::CurrencyInfo, wallet::Settings, Epoch, DefaultPolicy>;

/// Nothing if the bytes are not a whole, well-formed record.
[[nodiscard]] std::optional<Decoded> decode(Bytes bytes);

/// Decodes a movement in place, which spares copying it; false for anything else.
[[nodiscard]] bool decode_movement(Bytes bytes, Movement& into);

/// Only what a movement was asked for, `into.kind` and `into.request`: a tenth of the work. False
/// for anything else.
[[nodiscard]] bool decode_request(Bytes bytes, wallet::Record& into);

}  // namespace coffer::engine
