#pragma once

#include <string>
#include <vector>

#include "tests/crash/campaign.h"

namespace coffer::tests::crash {

/// What the work comes to when nothing goes wrong.
struct Campaign::Expected {
    std::vector<Kept> kept{};     ///< every operation of every round
    std::vector<Hash> digests{};  ///< of the store, before the first and after each round
    std::vector<Model> models{};  ///< before the first and after each operation
    std::vector<std::size_t>
        round_ends{};  ///< how many operations there are up to each round's end

    /// The number of operations after which the store looked like this; nothing: never.
    [[nodiscard]] std::optional<std::size_t> operations_at(const Hash& digest) const {
        for (std::size_t i = digests.size(); i-- > 0;) {
            if (digests[i] == digest) return i == 0 ? 0 : round_ends[i - 1];
        }
        return std::nullopt;
    }
};

/// What one run was told before the power went.
struct Campaign::Done {
    std::vector<Kept> kept{};
    std::vector<Hash> digests{};
    std::size_t told = 0;  ///< operations from the first on that were acknowledged
};

}  // namespace coffer::tests::crash
