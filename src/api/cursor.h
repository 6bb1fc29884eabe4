#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/sha256.h"
#include "money/currency.h"

namespace coffer::api {

/// Where the next page of a list begins.
struct ListPlace {
    std::uint64_t before_seq = 0;   ///< rows with a smaller `seq`
    std::uint64_t rows_before = 0;  ///< how many rows were passed to get here
    std::uint32_t page_size = 0;
    money::Currency currency;  ///< of the wallet that is listed

    friend bool operator==(const ListPlace&, const ListPlace&) = default;
};

/// What a cursor is good for: tenant, user, route and filters, as a hash.
using ListBinding = Hash;

/// Makes and reads cursors: the place and 16 bytes of HMAC-SHA-256 over place and binding, as
/// base64url. Only the list that gave a cursor takes it back; nothing is stored. One thread.
class Cursors {
public:
    explicit Cursors(const Hash& key) : key_{key} {}

    void append(std::string& out, const ListPlace& place, const ListBinding& binding);

    /// Nothing for a text that is edited, cut, or bound to something else.
    [[nodiscard]] std::optional<ListPlace> read(std::string_view text, const ListBinding& binding);

private:
    [[nodiscard]] Hash mac(Bytes place, const ListBinding& binding);

    Hash key_;
    Sha256 sha256_;
};

/// Collects what a list is bound to. Each text is added with its length, so that no two lists of
/// texts look alike.
class BindingBuilder {
public:
    explicit BindingBuilder(Sha256& sha256) : sha256_{sha256.start()} {}
    BindingBuilder& add(std::string_view text);
    BindingBuilder& add(std::int64_t number);
    [[nodiscard]] ListBinding finish() { return sha256_.finish(); }

private:
    Sha256& sha256_;
};

}  // namespace coffer::api
