#pragma once

#include <cstring>
#include <limits>
#include <string_view>

#include "tests/history/format.h"
#include "tests/history/separators.h"

namespace coffer::tests::history {

/// Reads the fields of one line. The line must end in a line feed, and `padding_bytes` behind it
/// may be read. What does not fit is noticed once, by good(), at the end: the caller asks for all
/// fields first.
class Fields {
public:
    static constexpr std::size_t padding_bytes = Separators::block_bytes;

    [[gnu::always_inline]] explicit Fields(const char* begin)
        : at_{begin}, block_{begin, Separators{begin}} {}

    /// A field of one character.
    [[gnu::always_inline]] char letter() {
        const std::string_view field = next();
        wrong_ = wrong_ || field.size() != 1;
        return field.data()[0];
    }

    /// A whole number below 10^18, with a minus sign or without.
    [[gnu::always_inline]] std::int64_t number() { return number_of(next()); }

    /// The number of a thing; what begins with `-` is none, what begins with `?` is unknown.
    [[gnu::always_inline]] Number index() {
        const std::string_view field = next();
        if (field.data()[0] == '-') return none;
        if (field.data()[0] == '?') return unknown;
        const std::int64_t value = number_of(field);
        wrong_ = wrong_ || value >= unknown;
        return static_cast<Number>(value);
    }

    /// A number that may be missing: `-`.
    std::int64_t number_or_none() {
        const std::string_view field = next();
        return field == "-" ? not_said : number_of(field);
    }

    /// All that is left of the line.
    std::string_view rest() {
        const char* const begin = at_;
        if (at_end()) return {begin, 0};
        while (!at_end()) next();
        return {begin, static_cast<std::size_t>(at_ - 1 - begin)};
    }

    /// Every field was well-formed and there are no more of them.
    [[nodiscard]] bool good() const { return !wrong_ && at_end(); }
    [[nodiscard]] bool at_end() const {
        return block_.ends.none_left() && block_.ends.holds_feed();
    }

private:
    struct Block {
        const char* begin;
        Separators ends;
    };
    static constexpr std::int64_t no_number = std::numeric_limits<std::int64_t>::min();

    [[gnu::always_inline]] std::string_view next() {
        if (block_.ends.none_left()) [[unlikely]] {
            // Behind the last field of a line comes an empty one, which nothing takes.
            if (block_.ends.holds_feed()) --at_;
            block_ = next_block(block_, at_);
        }
        const char* const begin = at_;
        const char* const end = block_.begin + block_.ends.take();
        at_ = end + 1;
        return {begin, static_cast<std::size_t>(end - begin)};
    }

    // What is seldom called stands apart, and without `this`: the rest stays in registers.
    [[gnu::noinline]] static Block next_block(Block block, const char* at) {
        if (block.ends.holds_feed()) return {at, Separators{at}};
        do {
            block.begin += Separators::block_bytes;
            block.ends = Separators{block.begin};
        } while (block.ends.none_left());
        return block;
    }

    [[gnu::always_inline]] std::int64_t number_of(std::string_view field) {
        const char* const begin = field.data();
        const std::size_t bytes = field.size();
        std::uint64_t other = 0;  // what is no digit
        std::uint64_t value = 0;
        if (bytes - 1 < 8) {
            value = digits(begin, bytes, other);
        } else if (bytes - 9 < 8) {
            value =
                digits(begin, bytes - 8, other) * 100000000 + digits(begin + bytes - 8, 8, other);
        } else {
            other = 1;
        }
        if (other == 0) [[likely]]
            return static_cast<std::int64_t>(value);
        const std::int64_t found = other_number(field);
        wrong_ = wrong_ || found == no_number;
        return found;
    }

    /// A negative one, or one of more than sixteen digits, or none.
    [[gnu::noinline]] static std::int64_t other_number(std::string_view field) {
        const bool negative = field.starts_with('-');
        if (negative) field.remove_prefix(1);
        if (field.empty() || field.size() > 18) return no_number;
        std::int64_t value = 0;
        for (const char digit : field) {
            if (digit < '0' || digit > '9') return no_number;
            value = value * 10 + (digit - '0');
        }
        return negative ? -value : value;
    }

    /// One to eight digits, without a branch on how many there are: their number changes from field
    /// to field, and each wrong guess would cost more than the field.
    [[gnu::always_inline]] static std::uint64_t digits(const char* begin, std::size_t bytes,
                                                       std::uint64_t& other) {
        std::uint64_t word = 0;
        std::memcpy(&word, begin, sizeof word);
        word = (word ^ 0x3030303030303030) << (64 - 8 * bytes);
        other |= ((word + 0x7676767676767676) | word) & 0x8080808080808080;
        word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ff;
        word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffff;
        return (word * 10000 + (word >> 32)) & 0xffffffff;
    }

    const char* at_;
    Block block_;
    bool wrong_ = false;
};

}  // namespace coffer::tests::history
