#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "wallet/objects.h"

namespace coffer::store_embedded {

/// The wallets of one tenant in order of opening, so that a page of them is found without looking
/// at the others. 4 bytes a wallet; those that are not active stand in a second list, too, because
/// they are few. A page costs O(log² n).
class TenantWallets {
public:
    /// Numbers only grow: wallets come in the order in which they were opened.
    void add(std::uint32_t number, wallet::WalletStatus status);
    void change(std::uint32_t number, wallet::WalletStatus from, wallet::WalletStatus to);

    /// With that status, or all of them.
    [[nodiscard]] std::uint64_t count(std::optional<wallet::WalletStatus> status) const;

    /// Newest first: at most `rows_max` numbers below `before` (0: from the newest), after passing
    /// over `skip` of them.
    [[nodiscard]] std::vector<std::uint32_t> page(std::optional<wallet::WalletStatus> status,
                                                  std::uint32_t before, std::uint64_t skip,
                                                  std::size_t rows_max) const;

private:
    [[nodiscard]] std::vector<std::uint32_t>& others(wallet::WalletStatus status) {
        return status == wallet::WalletStatus::frozen ? frozen_ : closed_;
    }
    /// How many of the first `end` wallets are active.
    [[nodiscard]] std::size_t active_among(std::size_t end) const;
    [[nodiscard]] bool is_active(std::uint32_t number) const;

    std::vector<std::uint32_t> all_;
    std::vector<std::uint32_t> frozen_;
    std::vector<std::uint32_t> closed_;
};

}  // namespace coffer::store_embedded
