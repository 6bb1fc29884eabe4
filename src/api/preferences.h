#pragma once

#include <cstdint>
#include <string_view>

namespace coffer::api {

enum class Language : std::uint8_t { english, chinese };

/// The language that `Accept-Language` weighs higher (RFC 9110 12.5.4); English when it names
/// neither, or both alike with English first.
[[nodiscard]] Language preferred_language(std::string_view accept_language);

/// Whether `Accept` names application/problem+json with a weight above zero.
[[nodiscard]] bool wants_problem_json(std::string_view accept);

}  // namespace coffer::api
