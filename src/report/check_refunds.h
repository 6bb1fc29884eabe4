#pragma once

#include <unordered_map>
#include <vector>

#include "report/check.h"

namespace coffer::report {

/// Refunds: numbered and summed per entry as they are read; what they are of is looked up behind
/// the last record, in a second reading of the book that only a book with refunds gets.
class RefundChecks {
public:
    void check(const Judged& judged, IdCipher& ids);

    [[nodiscard]] bool wanted() const { return !claims_.empty(); }
    /// Holds the records of the batch against what refunds said of them. In order of the book.
    void original_batch(const BatchView& batch, IdCipher& ids, Findings& findings);
    /// Behind the last of them: every refund has found its original.
    void finish(Findings& findings) const;

private:
    struct Refund {
        Place place;
        std::uint64_t tenant = 0;
        UInt128 entry = 0;
        UInt128 transaction = 0;
        UInt128 amount = 0;  ///< with those before it
        std::size_t lines = 0;
        std::array<RefundedRow, 2> rows{};
        bool cancels = false;
    };
    /// What the refunds of an entry said, and what they come to.
    struct Claim {
        std::vector<Refund> refunds;
        UInt128 amount = 0;
        bool found = false;
    };
    struct OriginHash {
        std::size_t operator()(const std::pair<std::uint64_t, std::uint64_t>& origin) const {
            return static_cast<std::size_t>(origin.first * 0x9e3779b97f4a7c15u + origin.second);
        }
    };
    using Claims = std::unordered_map<std::pair<std::uint64_t, std::uint64_t>, Claim, OriginHash>;

    static void hold_against(const Refund& refund, const Record& record, const BatchView& batch,
                             IdCipher& ids, Findings& findings);

    Claims claims_;  // by sequence of the batch and ordinal
    Record record_;
};

}  // namespace coffer::report
