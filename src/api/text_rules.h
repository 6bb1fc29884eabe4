#pragma once

#include <optional>
#include <string_view>

#include "api/problem.h"

namespace coffer::api {

inline constexpr std::size_t name_bytes_max = 128;
inline constexpr std::size_t text_bytes_max = 4096;

/// Words that stand where a user id may stand in a path. A user of that name could never be named.
inline constexpr std::array<std::string_view, 5> reserved_user_ids{"transfer", "batch", "coupons",
                                                                   "snapshot", "transactions"};

/// C0, DEL and C1: what ends a line, or hides in one.
[[nodiscard]] bool contains_control_character(std::string_view utf8);

/// 1 to name_bytes_max bytes of UTF-8 without control characters.
[[nodiscard]] bool is_name(std::string_view text);

/// Each answers what is wrong, naming `field`; nothing when the text is fine.
[[nodiscard]] std::optional<Problem> judge_user_id(std::string_view text, std::string_view field);
[[nodiscard]] std::optional<Problem> judge_reference(std::string_view text, std::string_view field);
[[nodiscard]] std::optional<Problem> judge_text(std::string_view text, std::string_view field);

}  // namespace coffer::api
