#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/history/format.h"

namespace coffer::tests::sim {

/// What the last reads say of refunds, held against itself: every row tells how much of it was
/// given back, and that is the sum of the refunds that name it. While clients write it cannot be
/// judged so, for a page shows one moment of one wallet.
class RefundSums {
public:
    struct Row {
        std::string id;
        std::string entry;
        history::Minor amount = 0;
        std::string refund_of;  ///< "" where it is no refund
        bool has_reference = false;
        history::Minor refunded = 0;  ///< as it says
        bool cancelled = false;       ///< likewise
    };
    void add(const Row& row) { rows_.push_back(row); }

    /// "" where all agree.
    [[nodiscard]] std::string wrong() const {
        std::map<std::string, std::string> entry_of;
        for (const Row& row : rows_) entry_of[row.id] = row.entry;
        struct Given {
            history::Minor amount = 0;
            bool cancelled = false;
        };
        std::map<std::string, Given> given;              // by entry of the original
        std::map<std::string, std::string> original_of;  // by entry of the refund
        for (const Row& row : rows_) {
            if (row.refund_of.empty()) continue;
            const auto original = entry_of.find(row.refund_of);
            if (original == entry_of.end()) return "a refund of what is nowhere: " + row.id;
            const auto [counted, is_new] = original_of.emplace(row.entry, original->second);
            if (counted->second != original->second) return "a refund of two: " + row.id;
            if (!is_new) continue;  // the other side of it
            Given& sum = given[original->second];
            sum.amount += row.amount;
            // Only a cancellation has none.
            sum.cancelled = sum.cancelled || !row.has_reference;
        }
        for (const Row& row : rows_) {
            const Given& sum = given[row.entry];
            if (row.refunded == sum.amount && row.cancelled == sum.cancelled) continue;
            return row.id + " says that " + std::to_string(row.refunded) + " of it was given back" +
                   (row.cancelled ? ", and that it is cancelled" : "") + "; its refunds are " +
                   std::to_string(sum.amount) + (sum.cancelled ? " and cancel it" : "");
        }
        return "";
    }

private:
    std::vector<Row> rows_;
};

}  // namespace coffer::tests::sim
