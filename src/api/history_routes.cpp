#include "api/history_routes.h"

#include <algorithm>
#include <array>

#include "api/list_query.h"
#include "api/movement_dto.h"

namespace coffer::api {
namespace {

// Words of the contract that no row ever has: they are filters that nothing passes, not mistakes.
constexpr std::array<std::string_view, 3> statuses_without_rows{"pending", "processing", "failed"};

template <std::size_t count>
bool contains(const std::array<std::string_view, count>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<Problem> read_type(const Ask& ask, engine::ListHistory& list) {
    const std::string_view text = ask.query[Parameter::type];
    if (text.empty()) return std::nullopt;
    if (const auto type = wallet::parse_transaction_type(text)) {
        list.type = *type;
        return std::nullopt;
    }
    return Problem{Error::choice_invalid,
                   {{"field", "type"},
                    {"allowed",
                     "deposit, withdraw, transfer_in, transfer_out, freeze, unfreeze, refund, "
                     "adjustment, payment, withdrawal_hold, withdrawal_release"}}};
}

std::optional<Problem> read_status(const Ask& ask, engine::ListHistory& list) {
    const std::string_view text = ask.query[Parameter::status];
    if (text.empty()) return std::nullopt;
    using State = engine::ListHistory::State;
    if (text == "completed" || text == "cancelled") {
        list.state = text == "completed" ? State::completed : State::cancelled;
        return std::nullopt;
    }
    if (!contains(statuses_without_rows, text)) {
        return Problem{Error::choice_invalid,
                       {{"field", "status"},
                        {"allowed", "completed, pending, processing, failed, cancelled"}}};
    }
    list.nothing_matches = true;
    return std::nullopt;
}

}  // namespace

std::optional<Problem> parse_transactions(const Ask& ask, engine::Item& item,
                                          Remembered& remembered) {
    engine::ListHistory list{.kind = engine::HistoryKind::transactions};
    if (auto problem = read_type(ask, list)) return problem;
    if (auto problem = read_status(ask, list)) return problem;
    if (auto problem = read_dates(ask, list)) return problem;
    if (auto problem = read_list(ask, "transactions", list, remembered)) return problem;
    item = list;
    return std::nullopt;
}

void render_transactions(const Rendering& rendering, const engine::Answer& answer) {
    render_list(rendering, std::get<engine::Page>(answer),
                [](std::string& out, const engine::PagedRow& row, const Wording& wording) {
                    append_transaction(out, row.movement->record, row.line, wording, Balances::told,
                                       row.refunded ? &*row.refunded : nullptr);
                });
}

std::optional<Problem> parse_balance_history(const Ask& ask, engine::Item& item,
                                             Remembered& remembered) {
    engine::ListHistory list{.kind = engine::HistoryKind::balance_history};
    if (auto problem = read_dates(ask, list)) return problem;
    if (auto problem = read_list(ask, "balance-history", list, remembered)) return problem;
    item = list;
    return std::nullopt;
}

void render_balance_history(const Rendering& rendering, const engine::Answer& answer) {
    render_list(rendering, std::get<engine::Page>(answer),
                [](std::string& out, const engine::PagedRow& row, const Wording& wording) {
                    append_balance_change(out, row.movement->record, row.line, wording);
                });
}

}  // namespace coffer::api
