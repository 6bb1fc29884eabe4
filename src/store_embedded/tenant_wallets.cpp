#include "store_embedded/tenant_wallets.h"

#include <algorithm>

#include "base/ensure.h"

namespace coffer::store_embedded {
namespace {

using Numbers = std::vector<std::uint32_t>;
using wallet::WalletStatus;

std::size_t count_below(const Numbers& numbers, std::uint32_t bound) {
    return static_cast<std::size_t>(std::ranges::lower_bound(numbers, bound) - numbers.begin());
}

/// The last ones of the first `end`, backwards.
Numbers backwards(const Numbers& numbers, std::size_t end, std::uint64_t skip,
                  std::size_t rows_max) {
    Numbers rows;
    if (skip >= end) return rows;
    end -= static_cast<std::size_t>(skip);
    while (end > 0 && rows.size() < rows_max) rows.push_back(numbers[--end]);
    return rows;
}

}  // namespace

void TenantWallets::add(std::uint32_t number, WalletStatus status) {
    ENSURE(all_.empty() || all_.back() < number);
    all_.push_back(number);
    if (status != WalletStatus::active) others(status).push_back(number);
}

void TenantWallets::change(std::uint32_t number, WalletStatus from, WalletStatus to) {
    if (from != WalletStatus::active) {
        Numbers& list = others(from);
        const auto place = std::ranges::lower_bound(list, number);
        ENSURE(place != list.end() && *place == number);
        list.erase(place);
    }
    if (to != WalletStatus::active) {
        Numbers& list = others(to);
        list.insert(std::ranges::lower_bound(list, number), number);
    }
}

std::uint64_t TenantWallets::count(std::optional<WalletStatus> status) const {
    if (!status) return all_.size();
    switch (*status) {
        case WalletStatus::active: return all_.size() - frozen_.size() - closed_.size();
        case WalletStatus::frozen: return frozen_.size();
        case WalletStatus::closed: return closed_.size();
    }
    unreachable_value();
}

std::size_t TenantWallets::active_among(std::size_t end) const {
    if (end == all_.size()) return end - frozen_.size() - closed_.size();
    return end - count_below(frozen_, all_[end]) - count_below(closed_, all_[end]);
}

bool TenantWallets::is_active(std::uint32_t number) const {
    return !std::ranges::binary_search(frozen_, number) &&
           !std::ranges::binary_search(closed_, number);
}

std::vector<std::uint32_t> TenantWallets::page(std::optional<WalletStatus> status,
                                               std::uint32_t before, std::uint64_t skip,
                                               std::size_t rows_max) const {
    const auto end_of = [&](const Numbers& numbers) {
        return before == 0 ? numbers.size() : count_below(numbers, before);
    };
    if (!status) return backwards(all_, end_of(all_), skip, rows_max);
    if (*status == WalletStatus::frozen) {
        return backwards(frozen_, end_of(frozen_), skip, rows_max);
    }
    if (*status == WalletStatus::closed) {
        return backwards(closed_, end_of(closed_), skip, rows_max);
    }
    const std::size_t active = active_among(end_of(all_));
    if (skip >= active) return {};
    // The shortest beginning that holds all the active ones but `skip`.
    const std::size_t wanted = active - static_cast<std::size_t>(skip);
    std::size_t low = 0;
    std::size_t high = all_.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (active_among(middle) < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Numbers rows;
    for (std::size_t at = low; at > 0 && rows.size() < rows_max; --at) {
        if (is_active(all_[at - 1])) rows.push_back(all_[at - 1]);
    }
    return rows;
}

}  // namespace coffer::store_embedded
