#pragma once

#include <string_view>

#include "tests/history/format.h"

namespace coffer::tests::history {

/// Reads the fields of one line. The line must end in a line feed, which stops every field. What
/// does not fit is noticed once, by good(), at the end: the caller asks for all fields first.
class Fields {
public:
    explicit Fields(const char* begin) : at_{begin} {}

    /// A field of one character.
    char letter() {
        const char found = *at_;
        if (found == '\n') return fail<char>();
        ++at_;
        return skip_blank() ? found : fail<char>();
    }

    /// A whole number below 10^18, with a minus sign or without.
    std::int64_t number() {
        std::int64_t value = 0;
        const bool negative = *at_ == '-';
        if (negative) ++at_;
        const char* const first = at_;
        for (unsigned digit = 0; (digit = static_cast<unsigned char>(*at_) - '0') < 10; ++at_) {
            value = value * 10 + digit;
        }
        if (at_ == first || at_ - first > 18 || !skip_blank()) return fail<std::int64_t>();
        return negative ? -value : value;
    }

    /// The number of a thing; `-` is none, and what begins with `?` is unknown.
    Number index() {
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
