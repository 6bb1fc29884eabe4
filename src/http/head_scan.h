#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/limits.h"
#include "http/refusal.h"

namespace coffer::http {

/// Looks at every byte of a request's header section once, as it arrives, and finds its end. What
/// it passes has CR LF at the end of every line and nowhere else, no control characters, no folded
/// lines, token names directly before their colon, and keeps the limits.
///
/// The first offending byte decides, so the answer is the same however the bytes were cut into
/// segments. It keeps 12 bytes between calls.
class HeadScan {
public:
    struct Found {
        std::uint32_t head_bytes = 0;  ///< with the empty line; 0: more is needed
        std::optional<Refusal> refusal;
    };

    /// `input` begins at the request's first byte and has grown since the last call.
    [[nodiscard]] Found scan(std::string_view input, const Limits& limits);

private:
    [[nodiscard]] std::optional<Refusal> check_bytes(std::string_view input,
                                                     std::uint32_t content_end,
                                                     const Limits& limits) const;

    std::uint32_t line_at_ = 0;     // where the line begins that is not complete yet
    std::uint32_t checked_at_ = 0;  // bytes before this one have been looked at
    std::uint32_t lines_ = 0;       // complete ones, with the request line
};

}  // namespace coffer::http
