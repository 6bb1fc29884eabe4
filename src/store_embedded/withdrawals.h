#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "wallet/policy.h"

namespace coffer::store_embedded {

/// What each wallet has withdrawn in its day and month, by wallet number. Memory is taken for a
/// thousand neighbours when the first of them withdraws; rows never move.
class Withdrawals {
public:
    static constexpr std::uint32_t chunk_rows = 1024;

    /// With event 0 where nothing was withdrawn.
    [[nodiscard]] wallet::Withdrawn find(std::uint32_t number) const {
        const std::uint32_t chunk = number / chunk_rows;
        if (chunk >= chunks_.size() || chunks_[chunk] == nullptr) return {};
        return chunks_[chunk][number % chunk_rows];
    }

    wallet::Withdrawn& row(std::uint32_t number) {
        const std::uint32_t chunk = number / chunk_rows;
        if (chunk >= chunks_.size()) chunks_.resize(chunk + std::size_t{1});
        if (chunks_[chunk] == nullptr) {
            chunks_[chunk] = std::make_unique<wallet::Withdrawn[]>(chunk_rows);
        }
        return chunks_[chunk][number % chunk_rows];
    }

    [[nodiscard]] std::uint32_t chunks() const {
        return static_cast<std::uint32_t>(chunks_.size());
    }
    /// Calls `visit(number, row)` for each wallet of a chunk that withdrew.
    template <class Visit>
    void visit(std::uint32_t chunk, Visit visit) const {
        if (chunks_[chunk] == nullptr) return;
        for (std::uint32_t i = 0; i < chunk_rows; ++i) {
            const wallet::Withdrawn& row = chunks_[chunk][i];
            if (row.event != 0) visit(chunk * chunk_rows + i, row);
        }
    }

private:
    std::vector<std::unique_ptr<wallet::Withdrawn[]>> chunks_;
};

}  // namespace coffer::store_embedded
