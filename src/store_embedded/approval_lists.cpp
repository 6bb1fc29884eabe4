#include "store_embedded/approval_lists.h"

#include <algorithm>

#include "base/ensure.h"

namespace coffer::store_embedded {

using wallet::ApprovalState;

void ApprovalLists::add(std::uint32_t number, ApprovalState state) {
    ENSURE(all_.empty() || all_.back() < number);
    all_.push_back(number);
    list(state).push_back(number);
}

void ApprovalLists::change(std::uint32_t number, ApprovalState from, ApprovalState to) {
    Numbers& old = list(from);
    const auto place = std::ranges::lower_bound(old, number);
    ENSURE(place != old.end() && *place == number);
    old.erase(place);
    Numbers& now = list(to);
    now.insert(std::ranges::lower_bound(now, number), number);
}

std::vector<std::uint32_t> ApprovalLists::page(std::optional<ApprovalState> state,
                                               std::uint32_t before, std::uint64_t skip,
                                               std::size_t rows_max) const {
    const Numbers& numbers = list(state);
    auto end = before == 0 ? numbers.end() : std::ranges::lower_bound(numbers, before);
    Numbers rows;
    const auto there = static_cast<std::uint64_t>(end - numbers.begin());
    if (skip >= there) return rows;
    end -= static_cast<std::ptrdiff_t>(skip);
    while (end != numbers.begin() && rows.size() < rows_max) rows.push_back(*--end);
    return rows;
}

}  // namespace coffer::store_embedded
