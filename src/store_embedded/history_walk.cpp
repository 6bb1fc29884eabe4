#include "store_embedded/history_walk.h"

namespace coffer::store_embedded {
namespace {

inline constexpr std::size_t kept_max = 4096;

}  // namespace

HistoryWalk::Step HistoryWalk::at(Position position) {
    if (position == 0) return NodePtr{};
    if (const auto found = read_.find(position); found != read_.end()) return found->second;
    auto node = std::make_shared<Node>();
    if (const auto read = reader_.read(position, *node); !read) return read.error();
    const auto& lines = node->movement.record.wallets;
    while (node->line < lines.size() && lines[node->line].wallet != wallet_) ++node->line;
    if (node->line == lines.size()) {
        return Fault{Fault::Kind::storage_corrupt,
                     "the record at book position " + std::to_string(position) +
                         " has no line of the wallet whose history leads to it"};
    }
    if (read_.size() == kept_max) read_.clear();
    read_.emplace(position, node);
    return NodePtr{node};
}

HistoryWalk::Step HistoryWalk::oldest_that(NodePtr from,
                                           const std::function<bool(const Node&)>& keep) {
    for (;;) {
        // Far jumps first; one that overshoots costs a read, a step that holds is taken at once.
        NodePtr taken;
        const auto& skips = from->links().skips;
        for (std::size_t k = skips.size() + 1; k-- > 0 && taken == nullptr;) {
            const Position target = k == 0 ? from->links().previous : skips[k - 1];
            if (target == 0) continue;
            auto node = at(target);
            if (!node) return node;
            if (keep(**node)) taken = *node;
        }
        if (taken == nullptr) return from;
        from = std::move(taken);
    }
}

}  // namespace coffer::store_embedded
