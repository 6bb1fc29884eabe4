#include "api/text_rules.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine/record_codec.h"
#include "http/url.h"

namespace coffer::api {

static_assert(name_bytes_max == engine::name_bytes_max && text_bytes_max == engine::text_bytes_max,
              "what is accepted here must fit the journal");

namespace {

/// Printable ASCII, which nearly every name is, eight bytes at a time. Nothing else passes.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    constexpr std::size_t step = sizeof ones;
    std::uint64_t odd = 0;
    const auto look_at = [&odd](std::uint64_t word) {
        // The high bit of a byte over 0x7e or under 0x20. The last may accuse a neighbour, too.
        odd |= word | (word + ones) | (word - ones * ' ');
    };
    const auto load = [&text](std::size_t at) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, step);
        return word;
    };
    if (text.size() < step) {
        for (const char c : text) look_at(ones * static_cast<unsigned char>(c));
    } else {
        for (std::size_t at = 0; at + step < text.size(); at += step) look_at(load(at));
        look_at(load(text.size() - step));
    }
    return (odd & highs) == 0;
}

}  // namespace

bool is_name(std::string_view text) {
    if (text.empty() || text.size() > name_bytes_max) return false;
    return is_plain(text) || (http::is_utf8(text) && !contains_control_character(text));
}

bool contains_control_character(std::string_view utf8) {
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        const bool c1 =
            byte == 0xc2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xa0;
        if (c1) return true;
    }
    return false;
}

std::optional<Problem> judge_user_id(std::string_view text, std::string_view field) {
    const bool reserved = std::find(reserved_user_ids.begin(), reserved_user_ids.end(), text) !=
                          reserved_user_ids.end();
    if (is_name(text) && !reserved) return std::nullopt;
    return Problem{Error::user_id_invalid,
                   {{"field", field},
                    {"limit", "128"},
                    {"reserved", "transfer, batch, coupons, snapshot, transactions"}}};
}

std::optional<Problem> judge_reference(std::string_view text, std::string_view field) {
    if (text.empty() || is_name(text)) return std::nullopt;
    return Problem{Error::reference_invalid, {{"field", field}, {"limit", "128"}}};
}

std::optional<Problem> judge_text(std::string_view text, std::string_view field) {
    if (text.size() > text_bytes_max) {
        return Problem{Error::text_too_long, {{"field", field}, {"limit", "4096"}}};
    }
    if (text.find('\0') != std::string_view::npos) {
        return Problem{Error::text_invalid, {{"field", field}}};
    }
    return std::nullopt;
}

}  // namespace coffer::api
