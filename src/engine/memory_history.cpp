#include <utility>

#include "engine/memory_store.h"

namespace coffer::engine {
namespace {

using wallet::TransactionType;

std::size_t line_of(const wallet::Record& record, wallet::WalletNumber number) {
    std::size_t line = 0;
    while (record.wallets[line].wallet != number) ++line;
    return line;
}

bool is_of_kind(HistoryKind kind, TransactionType type) {
    switch (kind) {
        case HistoryKind::transactions: return type != TransactionType::none;
        case HistoryKind::balance_history:
            return type != TransactionType::none && !wallet::leaves_total(type);
        case HistoryKind::freezes: return type == TransactionType::freeze;
    }
    unreachable_value();
}

bool passes(const MemoryBook& book, const ListHistory& query, const wallet::Record& record,
            const wallet::WalletLine& line) {
    if (query.nothing_matches || !is_of_kind(query.kind, line.type)) return false;
    if (query.kind == HistoryKind::freezes) {
        const bool open = book.hold(record.holds[0].id)->state == wallet::HoldState::open;
        return !query.hold_is_open || open == *query.hold_is_open;
    }
    if (query.type != TransactionType::none && query.type != line.type) return false;
    if (query.state != ListHistory::State::any) {
        const wallet::Refunded* refunded = book.refunded(record.ids.entry);
        const bool cancelled = refunded != nullptr && refunded->cancelled;
        if (cancelled != (query.state == ListHistory::State::cancelled)) return false;
    }
    if (query.from && record.at < *query.from) return false;
    return !query.until || record.at < *query.until;
}

PagedRow row_at(const MemoryBook& book, Position position, std::size_t line, HistoryKind kind) {
    PagedRow row;
    row.bytes = book.record(position).bytes;
    row.movement = std::make_unique<Movement>();
    book.read(position, *row.movement);
    // Once more from the row's own copy of the bytes, which the texts have to point into.
    const Instant at = row.movement->record.at;
    const wallet::NewIds ids = row.movement->record.ids;
    ENSURE(decode_movement(as_bytes(row.bytes), *row.movement));
    row.movement->record.at = at;
    row.movement->record.ids = ids;
    row.line = line;
    if (const wallet::Refunded* refunded = book.refunded(ids.entry)) row.refunded = *refunded;
    if (kind == HistoryKind::freezes) {
        const wallet::Hold* hold = book.hold(row.movement->record.holds[0].id);
        row.hold = {.state = hold->state, .captured = hold->captured, .ended_at = hold->ended_at};
    }
    return row;
}

}  // namespace

Page page_of(const MemoryBook& book, const MemoryBook::WalletRow& row, const ListHistory& query) {
    Page page;
    std::uint64_t passed_over = 0;
    for (auto at = row.history.rbegin(); at != row.history.rend(); ++at) {
        Movement movement;
        book.read(*at, movement);
        const std::size_t line = line_of(movement.record, row.wallet.number);
        const wallet::WalletLine& seen = movement.record.wallets[line];
        if (!passes(book, query, movement.record, seen)) continue;
        ++page.total;
        if (query.before_seq != 0 && seen.transactions >= query.before_seq) continue;
        if (passed_over++ < query.skip) continue;
        if (page.rows.size() == query.rows_max) {
            page.more = true;
        } else {
            page.rows.push_back(row_at(book, *at, line, query.kind));
        }
    }
    return page;
}

Integrity integrity_of(const MemoryBook& book, const MemoryBook::WalletRow& row) {
    Integrity integrity{.wallet = row.wallet.id};
    Sha256 sha256;
    for (const Position position : row.history) {
        const Hash record = sha256.of(as_bytes(book.record(position).bytes));
        integrity.last_link = sha256.of_both(integrity.last_link, record);
        ++integrity.records;
        if (integrity.last_link != row.links[integrity.records - 1]) {
            integrity.broken_at = integrity.records;
            break;
        }
    }
    return integrity;
}

}  // namespace coffer::engine
