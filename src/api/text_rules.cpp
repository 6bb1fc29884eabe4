#include "api/text_rules.h"

#include <algorithm>

#include "engine/record_codec.h"
#include "http/url.h"

namespace coffer::api {

static_assert(name_bytes_max == engine::name_bytes_max && text_bytes_max == engine::text_bytes_max,
              "what is accepted here must fit the journal");

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_bytes_max && http::is_utf8(text) &&
           !contains_control_character(text);
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
