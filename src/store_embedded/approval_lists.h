#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "wallet/objects.h"

namespace coffer::store_embedded {

/// Approvals of one tenant in the order in which they were asked for, all of them and by what
/// became of them, so that a page is found without looking at the others. 8 bytes an approval.
class ApprovalLists {
public:
    /// Numbers only grow.
    void add(std::uint32_t number, wallet::ApprovalState state);
    void change(std::uint32_t number, wallet::ApprovalState from, wallet::ApprovalState to);

    [[nodiscard]] std::uint64_t count(std::optional<wallet::ApprovalState> state) const {
        return list(state).size();
    }
    /// Newest first: at most `rows_max` numbers below `before` (0: from the newest), after passing
    /// over `skip` of them.
    [[nodiscard]] std::vector<std::uint32_t> page(std::optional<wallet::ApprovalState> state,
                                                  std::uint32_t before, std::uint64_t skip,
                                                  std::size_t rows_max) const;

private:
    using Numbers = std::vector<std::uint32_t>;
    [[nodiscard]] const Numbers& list(std::optional<wallet::ApprovalState> state) const {
        return state ? by_state_[static_cast<std::size_t>(*state) - 1] : all_;
    }
    [[nodiscard]] Numbers& list(wallet::ApprovalState state) {
        return by_state_[static_cast<std::size_t>(state) - 1];
    }

    Numbers all_;
    std::array<Numbers, wallet::approval_states> by_state_;
};

}  // namespace coffer::store_embedded
