#pragma once

#include <optional>
#include <string_view>

#include "wallet/decide.h"

namespace coffer::wallet {

/// The answer to a command whose reference was used before: the first one's again when `is_same`
/// says of its record that it asked for the same. Nothing: the reference is new, or there is none.
template <class IsSame>
[[nodiscard]] std::optional<Decision> repeated(std::string_view reference, const Loaded& loaded,
                                               IsSame is_same) {
    const Record* first = reference.empty() ? nullptr : loaded.prior();
    if (first == nullptr) return std::nullopt;
    if (is_same(*first)) return Replayed{first};
    return Refusal{.rejection = Rejection::reference_reused, .currency = {}};
}

}  // namespace coffer::wallet
