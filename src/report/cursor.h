#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/int128.h"
#include "report/record_reader.h"

namespace coffer::report {

/// Where a field's place is written to; nothing for ordinary reading.
struct NoTrace {
    static constexpr bool wanted = false;
    void element(std::string_view, std::size_t) {}
    void field(std::string_view, std::size_t, std::size_t, FieldSpan::Form) {}
};

/// Reads the fields of one record. The first field that cannot be read stops everything: further
/// answers are 0, and `malformed()` says which field and why. (base/byte_writer.h has a reader too,
/// which the engine uses; the verifier does not share it.)
template <class Trace>
class Cursor {
public:
    Cursor(Bytes bytes, Trace& trace)
        : begin_{bytes.data()}, at_{begin_}, end_{begin_ + bytes.size()}, trace_{trace} {}

    [[nodiscard]] bool ok() const { return why_.empty(); }
    /// What has been read since it stood at `start`, one of here()'s answers.
    [[nodiscard]] const std::uint8_t* here() const { return at_; }
    [[nodiscard]] Bytes since(const std::uint8_t* start) const {
        return ok() ? Bytes{start, static_cast<std::size_t>(at_ - start)} : Bytes{};
    }
    [[nodiscard]] bool at_end() const { return at_ == end_; }
    [[nodiscard]] std::string_view failed_field() const { return field_; }
    [[nodiscard]] std::string_view why() const { return why_; }
    [[nodiscard]] Trace& trace() { return trace_; }

    void fail(std::string_view field, std::string_view why) {
        if (!ok()) return;
        field_ = field;
        why_ = why;
        at_ = end_;
    }

    std::uint8_t u8(std::string_view field) {
        if (at_ == end_) return ended(field);
        traced(field, at_, 1, FieldSpan::Form::fixed);
        return *at_++;
    }
    /// One byte from `low` to `high`.
    std::uint8_t u8_within(std::string_view field, std::uint8_t low, std::uint8_t high) {
        const std::uint8_t value = u8(field);
        if (ok() && (value < low || value > high)) fail(field, "a value outside its list");
        return ok() ? value : low;
    }
    template <class Number>
    Number fixed(std::string_view field) {
        const Bytes found = bytes(field, sizeof(Number));
        return ok() ? load_le<Number>(found.data()) : 0;
    }
    Bytes bytes(std::string_view field, std::size_t count) {
        if (static_cast<std::size_t>(end_ - at_) < count) {
            ended(field);
            return {};
        }
        traced(field, at_, count, FieldSpan::Form::fixed);
        const Bytes found{at_, count};
        at_ += count;
        return found;
    }
    std::uint64_t varint(std::string_view field) {
        if (at_ != end_ && *at_ < 0x80) {
            traced(field, at_, 1, FieldSpan::Form::varint);
            return *at_++;
        }
        const UInt128 value = wide(field, FieldSpan::Form::varint);
        if (value >> 64 != 0) fail(field, "more than 64 bits");
        return ok() ? static_cast<std::uint64_t>(value) : 0;
    }
    UInt128 varint128(std::string_view field) { return wide(field, FieldSpan::Form::varint128); }
    Int128 zigzag128(std::string_view field) {
        const UInt128 coded = wide(field, FieldSpan::Form::zigzag128);
        const auto half = static_cast<Int128>(coded >> 1);
        return (coded & 1) == 0 ? half : -half - 1;
    }
    std::string_view text(std::string_view field, std::size_t bytes_max) {
        const std::uint64_t count = plain_varint(field);
        if (ok() && count > bytes_max) fail(field, "a text over its limit");
        if (ok() && count > static_cast<std::uint64_t>(end_ - at_)) ended(field);
        if (!ok()) return {};
        const std::string_view found{reinterpret_cast<const char*>(at_),
                                     static_cast<std::size_t>(count)};
        if (!valid_utf8(found)) {
            fail(field, "not UTF-8");
            return {};
        }
        traced(field, at_, found.size(), FieldSpan::Form::text);
        at_ += found.size();
        return found;
    }

private:
    std::uint8_t ended(std::string_view field) {
        fail(field, "the record ends before");
        return 0;
    }
    void traced(std::string_view field, const std::uint8_t* at, std::size_t count,
                FieldSpan::Form form) {
        if constexpr (Trace::wanted) {
            trace_.field(field, static_cast<std::size_t>(at - begin_), count, form);
        }
    }
    UInt128 wide(std::string_view field, FieldSpan::Form form) {
        const std::uint8_t* start = at_;
        const UInt128 value = untraced_varint(field);
        if (ok()) traced(field, start, static_cast<std::size_t>(at_ - start), form);
        return value;
    }
    std::uint64_t plain_varint(std::string_view field) {
        const UInt128 value = untraced_varint(field);
        if (value >> 64 != 0) fail(field, "more than 64 bits");
        return ok() ? static_cast<std::uint64_t>(value) : 0;
    }
    UInt128 untraced_varint(std::string_view field) {
        UInt128 value = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (at_ == end_) return ended(field);
            const std::uint8_t byte = *at_++;
            const UInt128 part = byte & 0x7f;
            if (shift > 126 || (shift == 126 && part > 3)) {
                fail(field, "more than 128 bits");
                return 0;
            }
            value |= part << shift;
            if (byte >= 0x80) continue;
            if (byte == 0 && shift > 0) fail(field, "not the shortest form");
            return ok() ? value : 0;
        }
    }
    static bool valid_utf8(std::string_view text);

    const std::uint8_t* begin_;
    const std::uint8_t* at_;
    const std::uint8_t* end_;
    Trace& trace_;
    std::string_view field_;
    std::string_view why_;
};

/// Strict: shortest forms, no surrogates, nothing over U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

template <class Trace>
bool Cursor<Trace>::valid_utf8(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x80) return is_utf8(text);
    }
    return true;
}

}  // namespace coffer::report
