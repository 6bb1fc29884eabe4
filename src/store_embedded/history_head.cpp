#include <bit>

#include "store_embedded/state.h"

namespace coffer::store_embedded {
namespace {

// Levels k ≥ 1 that a wallet with this many events has: those with 2^k ≤ events.
std::size_t levels_of(std::uint64_t events) {
    return events < 2 ? 0 : static_cast<std::size_t>(std::bit_width(events)) - 1;
}

}  // namespace

void HistoryHead::links_for(std::uint64_t event, engine::WalletLinks& into) const {
    into.previous = last_;
    into.skips.clear();
    const std::size_t known = levels_of(event - 1);
    for (std::size_t k = 1; event % (std::uint64_t{1} << k) == 0; ++k) {
        into.skips.push_back(k <= known ? levels_[k - 1] : 0);
    }
}

void HistoryHead::advance(std::uint64_t event, Position position) {
    last_ = position;
    const std::size_t before = levels_of(event - 1);
    const std::size_t after = levels_of(event);
    if (after > before) {
        auto grown = std::make_unique<Position[]>(after);
        for (std::size_t i = 0; i < before; ++i) grown[i] = levels_[i];
        levels_ = std::move(grown);
    }
    for (std::size_t k = 1; k <= after && event % (std::uint64_t{1} << k) == 0; ++k) {
        levels_[k - 1] = position;
    }
}

std::span<const Position> HistoryHead::levels(std::uint64_t events) const {
    return {levels_.get(), levels_of(events)};
}

void HistoryHead::restore(Position last, std::uint64_t events,
                          std::span<const Position> levels) {
    ENSURE(levels.size() == levels_of(events));
    last_ = last;
    levels_ = levels.empty() ? nullptr : std::make_unique<Position[]>(levels.size());
    for (std::size_t i = 0; i < levels.size(); ++i) levels_[i] = levels[i];
}

}  // namespace coffer::store_embedded
