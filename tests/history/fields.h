#pragma once

#include <bit>
#include <cstring>
#include <string_view>

#include "tests/history/format.h"

namespace coffer::tests::history {

/// Reads the fields of one line. The line must end in a line feed, which stops every field, and
/// `padding_bytes` behind it may be read. What does not fit is noticed once, by good(), at the
/// end: the caller asks for all fields first.
class Fields {
public:
    static constexpr std::size_t padding_bytes = 8;

    explicit Fields(const char* begin) : at_{begin} {}

    /// A field of one character.
    [[gnu::always_inline]] char letter() {
        const char found = *at_;
        if (found == '\n') return fail<char>();
        ++at_;
        return skip_blank() ? found : fail<char>();
    }

    /// A whole number below 10^18, with a minus sign or without.
    [[gnu::always_inline]] std::int64_t number() {
        std::uint64_t value = 0;
        const int digits = eight_digits(value);
        if (digits == 0 || digits == 8) return other_number(value, digits);
        return skip_blank() ? static_cast<std::int64_t>(value) : fail<std::int64_t>();
    }

    /// The number of a thing; `-` is none, and what begins with `?` is unknown.
    [[gnu::always_inline]] Number index() {
        if (*at_ == '-') return special(none);
        if (*at_ == '?') return special(unknown);
        const std::int64_t value = number();
        return value >= 0 && value < unknown ? static_cast<Number>(value) : fail<Number>();
    }

    /// A number that may be missing: `-`.
    std::int64_t number_or_none() {
        if (*at_ != '-' || (at_[1] != ' ' && at_[1] != '\n')) return number();
        special(none);
        return not_said;
    }

    /// All that is left of the line.
    std::string_view rest() {
        const char* end = at_;
        while (*end != '\n') ++end;
        const std::string_view found{at_, static_cast<std::size_t>(end - at_)};
        at_ = end;
        return found;
    }

    /// Every field was well-formed and there are no more of them.
    [[nodiscard]] bool good() const { return good_ && *at_ == '\n'; }
    [[nodiscard]] bool at_end() const { return *at_ == '\n'; }

private:
    static constexpr std::uint64_t power_of_ten[] = {1,      10,      100,      1000,     10000,
                                                     100000, 1000000, 10000000, 100000000};

    // A long one or a negative one, of which `digits` have been read.
    [[gnu::noinline]] std::int64_t other_number(std::uint64_t value, int digits) {
        const bool negative = digits == 0 && *at_ == '-';
        if (negative) ++at_;
        if (negative) digits = eight_digits(value);
        for (int more = digits; more == 8 && digits <= 18;) {
            std::uint64_t rest = 0;
            more = eight_digits(rest);
            value = value * power_of_ten[more] + rest;
            digits += more;
        }
        if (digits == 0 || digits > 18 || !skip_blank()) return fail<std::int64_t>();
        const auto found = static_cast<std::int64_t>(value);
        return negative ? -found : found;
    }

    // The digits that come next, at most eight, without a branch on how many there are: their
    // number changes from field to field, and each wrong guess would cost more than the field.
    [[gnu::always_inline]] int eight_digits(std::uint64_t& value) {
        std::uint64_t word = 0;
        std::memcpy(&word, at_, sizeof word);
        word ^= 0x3030303030303030;
        const std::uint64_t others = ((word + 0x7676767676767676) | word) & 0x8080808080808080;
        const int digits = others == 0 ? 8 : std::countr_zero(others) / 8;
        // In two steps: a shift by all eight bytes at once would be undefined.
        word = word << (32 - 4 * digits) << (32 - 4 * digits);
        word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ff;
        word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffff;
        value = (word * 10000 + (word >> 32)) & 0xffffffff;
        at_ += digits;
        return digits;
    }

    bool skip_blank() {
        if (*at_ == ' ') {
            ++at_;
            return true;
        }
        return *at_ == '\n';
    }
    Number special(Number value) {
        while (*at_ != ' ' && *at_ != '\n') ++at_;
        skip_blank();
        return value;
    }
    template <class T>
    T fail() {
        good_ = false;
        while (*at_ != '\n') ++at_;
        return T{};
    }

    const char* at_;
    bool good_ = true;
};

}  // namespace coffer::tests::history
