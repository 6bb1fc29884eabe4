#pragma once

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "base/ensure.h"
#include "engine/public_ids.h"
#include "money/decimal.h"

namespace coffer::api {

/// A part of an answer whose greatest length is known: its pieces are put side by side here and
/// appended together, because a call and a look at the string's room for each piece costs more than
/// the piece. Running over the end is our bug.
template <std::size_t bytes_max>
class ShortText {
public:
    ShortText() = default;
    ShortText(const ShortText&) = delete;
    ShortText& operator=(const ShortText&) = delete;

    /// A literal: its length is known to the compiler, so it is copied in place.
    template <std::size_t bytes>
    ShortText& put(const char (&literal)[bytes]) {
        ENSURE(room() >= bytes - 1);
        std::memcpy(at_, literal, bytes - 1);
        at_ += bytes - 1;
        return *this;
    }
    ShortText& put_text(std::string_view text) {
        ENSURE(room() >= text.size());
        if (!text.empty()) std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
        return *this;
    }
    ShortText& put_id(std::string_view prefix, wallet::PublicId id) {
        put_text(prefix);
        ENSURE(room() >= engine::id_characters);
        at_ = engine::put_id(at_, id);
        return *this;
    }
    /// Without quotes.
    ShortText& put_amount(Int128 minor_units, int decimals) {
        ENSURE(room() >= money::minor_units_text_bytes_max);
        at_ = money::put_minor_units(at_, minor_units, decimals);
        return *this;
    }
    ShortText& put_number(std::uint64_t number) {
        const auto written = std::to_chars(at_, text_ + bytes_max, number);
        ENSURE(written.ec == std::errc{});
        at_ = written.ptr;
        return *this;
    }

    void append_to(std::string& out) const {
        out.append(text_, static_cast<std::size_t>(at_ - text_));
    }

private:
    [[nodiscard]] std::size_t room() const {
        return static_cast<std::size_t>(text_ + bytes_max - at_);
    }

    char text_[bytes_max];
    char* at_ = text_;
};

}  // namespace coffer::api
