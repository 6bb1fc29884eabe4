#include "store_embedded/history_reader.h"

#include <algorithm>
#include <map>
#include <span>

#include "store_embedded/history_walk.h"

namespace coffer::store_embedded {
namespace {

using engine::HistoryKind;
using engine::HoldNow;
using engine::ListHistory;
using engine::Page;
using wallet::TransactionType;
using NodePtr = HistoryWalk::NodePtr;

std::uint64_t count_of(const wallet::WalletLine& line, TransactionType type) {
    return line.counts[static_cast<std::size_t>(type) - 1];
}

/// How many rows that pass the type filter a wallet had after this line.
std::uint64_t rank_by_type(const wallet::WalletLine& line, const ListHistory& query) {
    switch (query.kind) {
        case HistoryKind::transactions:
            return query.type == TransactionType::none ? line.transactions
                                                       : count_of(line, query.type);
        case HistoryKind::balance_history:
            if (query.type == TransactionType::none) {
                return line.transactions - count_of(line, TransactionType::freeze) -
                       count_of(line, TransactionType::unfreeze) -
                       count_of(line, TransactionType::withdrawal_hold) -
                       count_of(line, TransactionType::withdrawal_release);
            }
            return wallet::leaves_total(query.type) ? 0 : count_of(line, query.type);
        case HistoryKind::freezes:
            return count_of(line, TransactionType::freeze) +
                   count_of(line, TransactionType::unfreeze) +
                   count_of(line, TransactionType::payment);
    }
    unreachable_value();
}

/// Counts rows that pass the filters, from the first to a line of a wallet.
class Ranking {
public:
    Ranking(const ListHistory& query, std::span<const wallet::Refunded::Row> cancelled)
        : query_{query}, cancelled_{cancelled} {}

    std::uint64_t operator()(const wallet::WalletLine& line) const {
        switch (query_.state) {
            case ListHistory::State::any: return rank_by_type(line, query_);
            case ListHistory::State::completed:
                return rank_by_type(line, query_) - cancelled_until(line.transactions);
            case ListHistory::State::cancelled: return cancelled_until(line.transactions);
        }
        unreachable_value();
    }

private:
    // A few for most wallets, none for nearly all.
    std::uint64_t cancelled_until(std::uint64_t seq) const {
        return static_cast<std::uint64_t>(std::ranges::count_if(cancelled_, [&](const auto& row) {
            return row.seq <= seq &&
                   (query_.type == TransactionType::none || query_.type == row.type);
        }));
    }

    const ListHistory& query_;
    const std::span<const wallet::Refunded::Row> cancelled_;
};

engine::PagedRow row_of(const HistoryReader::Node& node) {
    engine::PagedRow row;
    row.bytes.assign(as_text(node.stored.bytes));
    row.movement = std::make_unique<engine::Movement>();
    // Decoded anew, so that its texts point into the row's own bytes.
    ENSURE(engine::decode_movement(as_bytes(row.bytes), *row.movement));
    row.movement->record.at = node.at();
    row.movement->record.ids = node.movement.record.ids;
    row.line = node.line;
    return row;
}

/// The stretch of history that a question is about: everything not newer than `newest`, of which
/// the first `rank_before` rows are too old.
struct Stretch {
    NodePtr newest;
    std::uint64_t rank_before = 0;
};

Result<Stretch, Fault> stretch_of(HistoryWalk& walk, const HistoryStart& start,
                                  const ListHistory& query, const Ranking& rank) {
    auto newest = walk.at(start.last);
    if (!newest) return newest.error();
    Stretch stretch{.newest = *newest};
    if (query.until && stretch.newest->at() >= *query.until) {
        const auto first_after = walk.oldest_that(
            stretch.newest, [&](const auto& node) { return node.at() >= *query.until; });
        if (!first_after) return first_after.error();
        auto before = walk.previous(**first_after);
        if (!before) return before.error();
        stretch.newest = *before;
    }
    if (stretch.newest == nullptr || !query.from) return stretch;
    if (stretch.newest->at() < *query.from) return Stretch{};
    const auto first_inside = walk.oldest_that(
        stretch.newest, [&](const auto& node) { return node.at() >= *query.from; });
    if (!first_inside) return first_inside.error();
    const auto before = walk.previous(**first_inside);
    if (!before) return before.error();
    if (*before != nullptr) stretch.rank_before = rank((*before)->of_wallet());
    return stretch;
}

Result<Ok, Fault> fill(HistoryWalk& walk, NodePtr node, std::uint64_t newest_rank,
                       const Stretch& stretch, const ListHistory& query, const Ranking& rank,
                       Page& page) {
    std::uint64_t wanted = newest_rank;
    for (; wanted > stretch.rank_before && page.rows.size() < query.rows_max; --wanted) {
        const auto found = walk.oldest_that(
            node, [&](const auto& candidate) { return rank(candidate.of_wallet()) >= wanted; });
        if (!found) return found.error();
        node = *found;
        page.rows.push_back(row_of(*node));
    }
    page.more = wanted > stretch.rank_before;
    return Ok{};
}

Result<Page, Fault> list_rows(HistoryWalk& walk, const HistoryStart& start,
                              const ListHistory& query) {
    Page page;
    const Ranking rank{query, start.cancelled};
    const auto stretch = stretch_of(walk, start, query, rank);
    if (!stretch) return stretch.error();
    NodePtr node = stretch->newest;
    if (node == nullptr) return page;
    page.total = rank(node->of_wallet()) - stretch->rank_before;
    if (query.before_seq != 0 && node->of_wallet().transactions >= query.before_seq) {
        const auto too_new = walk.oldest_that(node, [&](const auto& candidate) {
            return candidate.of_wallet().transactions >= query.before_seq;
        });
        if (!too_new) return too_new.error();
        auto before = walk.previous(**too_new);
        if (!before) return before.error();
        node = *before;
        if (node == nullptr) return page;
    }
    const std::uint64_t newest_rank = rank(node->of_wallet());
    if (newest_rank <= stretch->rank_before) return page;
    if (newest_rank - stretch->rank_before <= query.skip) return page;
    const auto filled = fill(walk, node, newest_rank - query.skip, *stretch, query, rank, page);
    if (!filled) return filled.error();
    return page;
}

// Freezes are met after what became of them, because the walk goes back in time: so the walk starts
// at the newest row whatever page is asked for, and the first row met about a hold is its newest.
Result<Page, Fault> list_freezes(HistoryWalk& walk, const HistoryStart& start,
                                 const ListHistory& query) {
    Page page;
    const wallet::Wallet& wallet = start.wallet;
    const std::uint64_t all = wallet.counts[static_cast<std::size_t>(TransactionType::freeze) - 1];
    page.total = !query.hold_is_open   ? all
                 : *query.hold_is_open ? wallet.open_holds
                                       : all - wallet.open_holds;
    auto node = walk.at(start.last);
    if (!node) return node.error();
    std::map<wallet::PublicId, HoldNow> changed;
    std::uint64_t passed = 0;
    for (std::uint64_t wanted = rank_by_type((*node)->of_wallet(), query); wanted > 0; --wanted) {
        auto found = walk.oldest_that(*node, [&](const auto& candidate) {
            return rank_by_type(candidate.of_wallet(), query) >= wanted;
        });
        if (!found) return found.error();
        node = std::move(found);
        const wallet::Record& record = (*node)->movement.record;
        const wallet::HoldLine& hold = record.holds[0];
        const bool has_ended = hold.state != wallet::HoldState::open;
        if (record.kind != wallet::RecordKind::freeze) {
            changed.try_emplace(hold.id,
                                HoldNow{.state = hold.state,
                                        .captured = hold.captured,
                                        .ended_at = has_ended ? (*node)->at() : Instant{}});
            continue;
        }
        const auto now = changed.find(hold.id);
        const bool open = now == changed.end() || now->second.state == wallet::HoldState::open;
        if (query.hold_is_open && *query.hold_is_open != open) continue;
        if (query.before_seq != 0 && (*node)->of_wallet().transactions >= query.before_seq)
            continue;
        if (passed++ < query.skip) continue;
        if (page.rows.size() == query.rows_max) {
            page.more = true;
            break;
        }
        page.rows.push_back(row_of(**node));
        if (now != changed.end()) page.rows.back().hold = now->second;
    }
    return page;
}

}  // namespace

Result<Ok, Fault> HistoryReader::read(Position position, Node& into) {
    if (const auto read = records_.read(position, into.stored); !read) return read.error();
    if (!engine::decode_movement(into.stored.bytes, into.movement)) {
        return Fault{
            Fault::Kind::storage_corrupt,
            "the record at book position " + std::to_string(position) + " is not a movement"};
    }
    wallet::Record& record = into.movement.record;
    record.at = into.stored.batch_time;
    record.ids = ids_.make_one(record.at, into.stored.batch_sequence, record.ordinal);
    return Ok{};
}

Result<bool, Fault> HistoryReader::find_origin(wallet::PublicId id, Node& into) {
    const engine::PublicIds::Origin origin = ids_.origin(id);
    auto batch = records_.find_batch(origin.sequence);
    if (!batch) return batch.error();
    if (!*batch || origin.ordinal >= (*batch)->header.record_count) return false;
    RecordView record;
    RecordCursor cursor{(*batch)->view()};
    for (std::uint32_t i = 0; i <= origin.ordinal; ++i) {
        if (!cursor.next(record)) return false;
    }
    wallet::Record request;
    if (!engine::decode_request(record.bytes, request)) return false;
    if (const auto read = this->read(record.position, into); !read) return read.error();
    return true;
}

Result<Page, Fault> HistoryReader::list(const HistoryStart& start, const ListHistory& query) {
    if (query.nothing_matches) return Page{};
    HistoryWalk walk{*this, start.wallet.number};
    return query.kind == HistoryKind::freezes ? list_freezes(walk, start, query)
                                              : list_rows(walk, start, query);
}

Result<engine::Integrity, Fault> HistoryReader::integrity(const HistoryStart& start) {
    engine::Integrity result{.wallet = start.wallet.id};
    std::vector<Hash> hashes;  // newest first
    std::uint64_t due = start.wallet.events;
    for (Position position = start.last; position != 0 && due != 0; --due) {
        HistoryWalk walk{*this, start.wallet.number};
        const auto node = walk.at(position);
        // Not a fault of this question: it is what the question is about.
        if (!node || (*node)->of_wallet().event != due) {
            result.broken_at = due;
            return result;
        }
        hashes.push_back(sha_.of((*node)->stored.bytes));
        position = (*node)->links().previous;
    }
    for (auto hash = hashes.rbegin(); hash != hashes.rend(); ++hash) {
        result.last_link = sha_.of_both(result.last_link, *hash);
    }
    result.records = hashes.size();
    if (due != 0 || result.last_link != start.link) result.broken_at = start.wallet.events;
    return result;
}

}  // namespace coffer::store_embedded
