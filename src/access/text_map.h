#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include <absl/container/flat_hash_map.h>
#include <absl/hash/hash.h>

namespace coffer::access {

/// Abseil's seeded hash over a text's bytes. Spelled out, because Debian's Abseil has a string_view
/// of its own and would quietly fall back to the unseeded std::hash for the standard one.
struct TextHash {
    using is_transparent = void;

    struct Text {
        std::string_view bytes;
        template <class State>
        friend State AbslHashValue(State state, const Text& text) {
            return State::combine_contiguous(std::move(state), text.bytes.data(),
                                             text.bytes.size());
        }
    };
    [[nodiscard]] std::size_t operator()(std::string_view text) const {
        return absl::Hash<Text>{}(Text{text});
    }
};

/// `Name` is std::string, or std::string_view where the text lives elsewhere. Looked up by views.
template <class Name, class Value>
using TextMap = absl::flat_hash_map<Name, Value, TextHash, std::equal_to<>>;

}  // namespace coffer::access
