#include "api/cursor.h"

#include <array>

#include "access/base64url.h"
#include "base/bytes.h"

namespace coffer::api {
namespace {

inline constexpr std::size_t place_bytes = 23;
inline constexpr std::size_t mac_bytes = 16;
inline constexpr std::size_t cursor_bytes = place_bytes + mac_bytes;
inline constexpr std::uint8_t version = 1;

std::array<std::uint8_t, place_bytes> pack(const ListPlace& place) {
    std::array<std::uint8_t, place_bytes> bytes;
    bytes[0] = version;
    store_le<std::uint64_t>(&bytes[1], place.before_seq);
    store_le<std::uint64_t>(&bytes[9], place.rows_before);
    store_le<std::uint32_t>(&bytes[17], place.page_size);
    store_le<std::uint16_t>(&bytes[21], place.currency.number);
    return bytes;
}

}  // namespace

// RFC 2104 with a key that is shorter than a block.
Hash Cursors::mac(Bytes place, const ListBinding& binding) {
    std::array<std::uint8_t, 64> inner;
    std::array<std::uint8_t, 64> outer;
    inner.fill(0x36);
    outer.fill(0x5c);
    for (std::size_t i = 0; i < key_.size(); ++i) {
        inner[i] ^= key_[i];
        outer[i] ^= key_[i];
    }
    const Hash first = sha256_.start().add(inner).add(place).add(binding).finish();
    return sha256_.start().add(outer).add(first).finish();
}

void Cursors::append(std::string& out, const ListPlace& place, const ListBinding& binding) {
    const auto packed = pack(place);
    const Hash code = mac(packed, binding);
    std::array<std::uint8_t, cursor_bytes> bytes;
    std::memcpy(bytes.data(), packed.data(), place_bytes);
    std::memcpy(bytes.data() + place_bytes, code.data(), mac_bytes);
    access::append_base64url(out, bytes);
}

std::optional<ListPlace> Cursors::read(std::string_view text, const ListBinding& binding) {
    if (access::base64url_bytes_max(text.size()) > 64) return std::nullopt;
    std::array<std::uint8_t, 64> bytes;
    const auto length = access::decode_base64url(text, bytes);
    if (!length || *length != cursor_bytes) return std::nullopt;
    const Bytes packed{bytes.data(), place_bytes};
    const Hash code = mac(packed, binding);
    if (!equal_constant_time({bytes.data() + place_bytes, mac_bytes}, {code.data(), mac_bytes})) {
        return std::nullopt;
    }
    if (bytes[0] != version) return std::nullopt;
    return ListPlace{.before_seq = load_le<std::uint64_t>(&bytes[1]),
                     .rows_before = load_le<std::uint64_t>(&bytes[9]),
                     .page_size = load_le<std::uint32_t>(&bytes[17]),
                     .currency = {load_le<std::uint16_t>(&bytes[21])}};
}

BindingBuilder& BindingBuilder::add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    sha256_.add(as_bytes(text));
    return *this;
}

BindingBuilder& BindingBuilder::add(std::int64_t number) {
    std::array<std::uint8_t, 8> bytes;
    store_le(bytes.data(), number);
    sha256_.add(bytes);
    return *this;
}

}  // namespace coffer::api
