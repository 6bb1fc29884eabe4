#pragma once

#include <cstring>

#include "base/bytes.h"

namespace coffer {

/// a == b, without a call: for names, which are short and looked at several times a request.
[[nodiscard]] inline bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    constexpr std::size_t at_once = sizeof(std::uint64_t);
    if (a.size() < at_once) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (a[i] != b[i]) return false;
        }
        return true;
    }
    const Bytes first = as_bytes(a);
    const Bytes second = as_bytes(b);
    const auto differ_at = [&](std::size_t at) {
        return load_le<std::uint64_t>(&first[at]) != load_le<std::uint64_t>(&second[at]);
    };
    const std::size_t last = a.size() - at_once;  // overlaps what was compared
    for (std::size_t at = 0; at < last; at += at_once) {
        if (differ_at(at)) return false;
    }
    return !differ_at(last);
}

}  // namespace coffer
