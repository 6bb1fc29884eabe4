#pragma once

#include <cstring>

#include "base/bytes.h"
#include "base/ensure.h"
#include "base/int128.h"

namespace coffer {

inline constexpr std::size_t varint_bytes_max = 19;

/// Appends to memory that somebody else owns and has made large enough. Never allocates; running
/// over the end is our bug.
class ByteWriter {
public:
    explicit ByteWriter(std::span<std::uint8_t> memory)
        : begin_{memory.data()}, at_{memory.data()}, end_{memory.data() + memory.size()} {}

    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] std::uint8_t* at() { return at_; }
    void skip(std::size_t bytes) {
        ENSURE(bytes <= room());
        at_ += bytes;
    }

    void u8(std::uint8_t value) {
        ENSURE(room() >= 1);
        *at_++ = value;
    }
    template <class Number>
    void fixed(Number value) {
        ENSURE(room() >= sizeof value);
        store_le(at_, value);
        at_ += sizeof value;
    }
    /// Unsigned LEB128.
    void varint(std::uint64_t value) {
        ENSURE(room() >= varint_bytes_max);
        std::uint8_t* at = at_;  // what a byte is stored to may be at_, for all the compiler knows
        for (; value >= 0x80; value >>= 7) *at++ = static_cast<std::uint8_t>(value | 0x80);
        *at++ = static_cast<std::uint8_t>(value);
        at_ = at;
    }
    void varint128(UInt128 value) {
        if (value <= UINT64_MAX) return varint(static_cast<std::uint64_t>(value));
        ENSURE(room() >= varint_bytes_max);
        std::uint8_t* at = at_;
        for (; value >= 0x80; value >>= 7) {
            *at++ = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) | 0x80);
        }
        *at++ = static_cast<std::uint8_t>(value);
        at_ = at;
    }
    /// Signed, zigzag: small numbers of either sign stay short.
    void int128(Int128 value) {
        const auto sign = static_cast<UInt128>(value >> 127);
        varint128((static_cast<UInt128>(value) << 1) ^ sign);
    }
    void bytes(Bytes value) {
        ENSURE(room() >= value.size());
        if (!value.empty()) std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
    }
    void text(std::string_view value) {
        varint(value.size());
        bytes(as_bytes(value));
    }

private:
    std::uint8_t* begin_;
    std::uint8_t* at_;
    std::uint8_t* end_;
};

/// Reads what a ByteWriter wrote. Bytes from a disk are never trusted: anything that does not fit
/// makes every further answer 0 and `ok()` false.
class ByteReader {
public:
    explicit ByteReader(Bytes memory) : at_{memory.data()}, end_{memory.data() + memory.size()} {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t room() const { return static_cast<std::size_t>(end_ - at_); }

    std::uint8_t u8() {
        if (!need(1)) return 0;
        return *at_++;
    }
    template <class Number>
    Number fixed() {
        if (!need(sizeof(Number))) return 0;
        const Number value = load_le<Number>(at_);
        at_ += sizeof(Number);
        return value;
    }
    std::uint64_t varint() {
        const UInt128 value = varint128();
        if (value > UINT64_MAX) ok_ = false;
        return ok_ ? static_cast<std::uint64_t>(value) : 0;
    }
    std::uint32_t varint32() {
        const UInt128 value = varint128();
        if (value > UINT32_MAX) ok_ = false;
        return ok_ ? static_cast<std::uint32_t>(value) : 0;
    }
    UInt128 varint128() {
        UInt128 value = 0;
        for (unsigned shift = 0; shift < 128; shift += 7) {
            if (!need(1)) return 0;
            const std::uint8_t byte = *at_++;
            const UInt128 part = byte & 0x7f;
            if (shift == 126 && part > 3) break;  // more than 128 bits
            value |= part << shift;
            if ((byte & 0x80) == 0) {
                if (byte == 0 && shift > 0) break;  // not the shortest form
                return value;
            }
        }
        ok_ = false;
        return 0;
    }
    Int128 int128() {
        const UInt128 value = varint128();
        return static_cast<Int128>((value >> 1) ^ (~(value & 1) + 1));
    }
    Bytes bytes(std::size_t count) {
        if (!need(count)) return {};
        const Bytes found{at_, count};
        at_ += count;
        return found;
    }
    std::string_view text(std::size_t bytes_max) {
        const std::uint64_t count = varint();
        if (count > bytes_max) ok_ = false;
        if (!ok_) return {};
        return as_text(bytes(static_cast<std::size_t>(count)));
    }

private:
    bool need(std::size_t count) {
        if (!ok_ || room() < count) ok_ = false;
        return ok_;
    }

    const std::uint8_t* at_;
    const std::uint8_t* end_;
    bool ok_ = true;
};

}  // namespace coffer
