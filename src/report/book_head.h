#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "base/sha256.h"
#include "report/book_files.h"

namespace coffer::report {

/// One batch as it stands in the chain. Whoever notes it elsewhere can prove later that the book up
/// to there was neither cut off nor changed.
struct BookHead {
    BookId book{};
    std::uint64_t epoch = 1;
    std::uint64_t sequence = 0;
    Instant time;
    Hash hash{};
    friend bool operator==(const BookHead&, const BookHead&) = default;
};

/// What a signature of a head covers: `coffer-head 1` and the five values, a line each. See
/// docs/receipts.md.
[[nodiscard]] std::string signed_text(const BookHead& head);

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

struct SignedHead {
    BookHead head;
    PublicKey public_key{};
    Signature signature{};
};

/// The members `"book": …, … "signature": …`, each on a line of its own behind `indent` blanks, as
/// Python's json.dumps(indent=1) writes them; no braces.
void append_members(std::string& out, const SignedHead& signed_head, int indent);
/// The same on one line, with braces.
void append_json(std::string& out, const SignedHead& signed_head);
/// A whole JSON object and a line's end.
[[nodiscard]] std::string to_json(const SignedHead& signed_head);

/// A head as somebody kept it.
struct NotedHead {
    std::uint64_t sequence = 0;
    Hash hash{};
    std::optional<Instant> time;
    std::optional<BookId> book;
    /// False: it carries a signature that is not one of its values under its key.
    bool signature_fits = true;
    std::optional<PublicKey> public_key;  ///< of the signature
};

/// Every head in a text: a JSON object (a bare head, or the API's answer with its `data`), or lines
/// of a log in which `sequence N`, `time T` and `hash H` stand. A text without one is a fault.
[[nodiscard]] Result<std::vector<NotedHead>, Fault> read_noted_heads(std::string_view text,
                                                                     const std::string& name);

/// Strict lower-case hexadecimal of exactly that many bytes.
[[nodiscard]] bool parse_hex_strictly(std::string_view text, std::span<std::uint8_t> into);

}  // namespace coffer::report
