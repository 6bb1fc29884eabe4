#include <bit>

#include "store_embedded/state.h"

namespace coffer::store_embedded {

void HistoryHead::links_for(std::uint64_t event, engine::WalletLinks& into) const {
    into.previous = last_;
    into.skips.clear();
    for (std::size_t k = 1; event % (std::uint64_t{1} << k) == 0; ++k) {
        into.skips.push_back(k <= levels_.size() ? levels_[k - 1] : 0);
    }
}

void HistoryHead::advance(std::uint64_t event, Position position) {
    last_ = position;
    for (std::size_t k = 1; event % (std::uint64_t{1} << k) == 0; ++k) {
        // Level k begins with event 2^k, and events come one by one.
        if (k > levels_.size()) levels_.push_back(0);
        levels_[k - 1] = position;
    }
}

void HistoryHead::restore(Position last, std::uint64_t events, std::span<const Position> levels) {
    ENSURE(levels.size() == (events < 2 ? 0 : std::bit_width(events) - 1));
    last_ = last;
    levels_.assign(levels.begin(), levels.end());
}

}  // namespace coffer::store_embedded
