#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "store_embedded/history_reader.h"

namespace coffer::store_embedded {

/// Walks one wallet's records from newer to older over the skip pointers. Records read are kept for
/// the length of one question, because the steps of a search meet the same ones again.
class HistoryWalk {
public:
    using Node = HistoryReader::Node;
    using NodePtr = std::shared_ptr<const Node>;
    /// Nothing: before the first record.
    using Step = Result<NodePtr, Fault>;

    HistoryWalk(HistoryReader& reader, wallet::WalletNumber wallet)
        : reader_{reader}, wallet_{wallet} {}

    [[nodiscard]] Step at(Position position);
    [[nodiscard]] Step previous(const Node& node) { return at(node.links().previous); }

    /// The oldest record, not newer than `from`, down to which `keep` holds for every record.
    /// `keep(from)` must hold, and once false it stays false for everything older.
    [[nodiscard]] Step oldest_that(NodePtr from, const std::function<bool(const Node&)>& keep);

private:
    HistoryReader& reader_;
    wallet::WalletNumber wallet_;
    std::unordered_map<Position, NodePtr> read_;
};

}  // namespace coffer::store_embedded
