#include "store_postgres/history.h"

#include <algorithm>

#include "store_postgres/arrays.h"

namespace coffer::store_postgres {
namespace {

using engine::HistoryKind;
using engine::ListHistory;
using wallet::TransactionType;

// The server's numbers end at 2^63 - 1.
std::string bounded(std::uint64_t number) {
    return std::to_string(std::min<std::uint64_t>(number, INT64_MAX));
}

std::string types_of(const ListHistory& list) {
    Array types;
    for (int type = 1; type <= static_cast<int>(wallet::transaction_types); ++type) {
        const auto each = static_cast<TransactionType>(type);
        if (list.kind == HistoryKind::freezes) {
            if (each != TransactionType::freeze) continue;
        } else {
            if (list.kind == HistoryKind::balance_history && wallet::leaves_total(each)) continue;
            if (list.type != TransactionType::none && list.type != each) continue;
        }
        types.add(type);
    }
    return types.text();
}

}  // namespace

std::vector<Step> steps_for(const HistoryQuestion& question) {
    const wallet::Wallet& wallet = question.of.wallet;
    const std::vector<std::string> which{std::to_string(wallet.tenant.value),
                                         std::to_string(wallet.number.value),
                                         bounded(wallet.events)};
    if (!question.list) return {{Statement::wallet_records, which}};
    const ListHistory& list = *question.list;
    // Nothing is refunded in the trial, so nothing was ever cancelled.
    if (list.nothing_matches || list.state == ListHistory::State::cancelled) return {};
    const bool freezes = list.kind == HistoryKind::freezes;
    std::vector<std::string> values = which;
    values.push_back(types_of(list));
    const auto bound = [&](const std::optional<Instant>& instant, std::int64_t none) {
        return std::to_string(instant && !freezes ? instant->unix_ms : none);
    };
    values.push_back(bound(list.from, INT64_MIN));
    values.push_back(bound(list.until, INT64_MAX));
    const bool by_state = freezes && list.hold_is_open.has_value();
    values.push_back(std::to_string(by_state ? *list.hold_is_open ? 1 : 2 : 0));
    std::vector<Step> steps{{Statement::page_total, values}};
    values.push_back(bounded(list.before_seq == 0 ? UINT64_MAX : list.before_seq));
    values.push_back(bounded(list.skip));
    values.push_back(std::to_string(std::uint64_t{list.rows_max} + 1));
    steps.push_back({Statement::page_rows, std::move(values)});
    return steps;
}

engine::Page page_of(const HistoryQuestion& question, std::span<const Rows> answers,
                     engine::PublicIds& ids) {
    engine::Page page;
    if (answers.empty()) return page;
    page.total = answers[0].number<std::uint64_t>(0, 0);
    const Rows& rows = answers[1];
    const int rows_max = static_cast<int>(question.list->rows_max);
    page.more = rows.size() > rows_max;
    page.rows.reserve(static_cast<std::size_t>(rows.size()));  // records point into their rows
    for (int row = 0; row < std::min(rows.size(), rows_max); ++row) {
        engine::PagedRow& paged = page.rows.emplace_back();
        paged.bytes = rows.bytes(row, 5);
        paged.movement = std::make_unique<engine::Movement>();
        ENSURE(engine::decode_movement(as_bytes(paged.bytes), *paged.movement));
        wallet::Record& record = paged.movement->record;
        record.at = {rows.number<std::int64_t>(row, 3)};
        record.ids = ids.make_one(record.at, rows.number<std::uint64_t>(row, 0),
                                  rows.number<std::uint32_t>(row, 1));
        paged.line = rows.number<std::size_t>(row, 2);
        if (question.list->kind == HistoryKind::freezes && !rows.is_null(row, 4)) {
            paged.hold = {.state = wallet::HoldState::released,
                          .ended_at = Instant{rows.number<std::int64_t>(row, 4)}};
        }
    }
    return page;
}

engine::Integrity integrity_of(const HistoryQuestion& question, const Rows& records) {
    engine::Integrity integrity{.wallet = question.of.wallet.id};
    Sha256 sha256;
    for (int row = 0; row < records.size(); ++row) {
        ++integrity.records;
        const std::string bytes = records.bytes(row, 2);
        const Hash hash = sha256.of(as_bytes(bytes));
        const bool in_place = records.number<std::uint64_t>(row, 0) == integrity.records;
        if (!in_place || hash != records.hash(row, 1)) {
            integrity.broken_at = integrity.records;
            return integrity;
        }
        integrity.last_link = sha256.of_both(integrity.last_link, hash);
    }
    const bool whole = integrity.records == question.of.wallet.events;
    if (!whole || integrity.last_link != question.of.link) {
        integrity.broken_at = std::max<std::uint64_t>(integrity.records, 1);
    }
    return integrity;
}

}  // namespace coffer::store_postgres
