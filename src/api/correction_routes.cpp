#include "api/correction_routes.h"

#include "access/decide_access.h"
#include "api/approval_dto.h"
#include "api/movement_dto.h"
#include "api/movement_routes.h"
#include "api/wallet_dto.h"
#include "engine/public_ids.h"

namespace coffer::api {
namespace {

/// An id that is none is as missing as one that nothing has.
std::optional<Problem> read_transaction(std::string_view text, wallet::PublicId& id) {
    const auto parsed = engine::parse_id(engine::transaction_prefix, text);
    if (!parsed) return Problem{Error::transaction_not_found};
    id = *parsed;
    return std::nullopt;
}

std::optional<Problem> read_refund(const Ask& ask, wallet::Refund& verb) {
    if (auto problem = read_transaction(ask.body[Field::transaction_id], verb.transaction)) {
        return problem;
    }
    if (auto problem = read_reference(ask, verb.reference)) return problem;
    if (auto problem = read_text(ask, Field::reason, verb.reason)) return problem;
    verb.everything = ask.body[Field::amount].empty();
    return verb.everything ? std::nullopt : read_amount(ask, verb.amount);
}

}  // namespace

std::optional<Problem> parse_refund(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Refund verb{.user = ask.id};
    if (auto problem = read_refund(ask, verb)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

std::optional<Problem> parse_internal_refund(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Refund verb;
    if (auto problem = read_refund(ask, verb)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

bool names_withdrawal(std::string_view id) {
    return engine::parse_id(engine::withdrawal_prefix, id).has_value();
}

namespace {

/// Its owner's, unless an operator asks.
std::optional<Problem> parse_take_back(const Ask& ask, engine::Item& item) {
    using access::Action;
    const bool operator_asks = access::decide_access(ask.principal, Action::take_back_withdrawal,
                                                     "") == access::Access::allowed;
    wallet::CancelWithdrawal verb{
        .user = operator_asks ? std::string_view{} : ask.texts.copy(ask.principal.subject),
        .approval = *engine::parse_id(engine::withdrawal_prefix, ask.id)};
    if (auto problem = read_text(ask, Field::reason, verb.remark)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

}  // namespace

std::optional<Problem> parse_cancel(const Ask& ask, engine::Item& item, Remembered&) {
    if (names_withdrawal(ask.id)) return parse_take_back(ask, item);
    wallet::Refund verb{.everything = true, .cancels = true};
    if (auto problem = read_transaction(ask.id, verb.transaction)) return problem;
    if (auto problem = read_text(ask, Field::reason, verb.reason)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

void render_cancelled(const Rendering& rendering, const engine::Answer& answer) {
    rendering.out += R"(,"data":)";
    append_cancelled(rendering.out, *std::get<engine::Applied>(answer).record, rendering.wording);
}

std::optional<Problem> parse_adjust(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::Adjust verb{.target = {.user = ask.id}};
    const std::string_view type = ask.body[Field::type];
    if (type == "withdraw") {
        verb.direction = wallet::Adjust::Direction::down;
    } else if (type != "deposit") {
        return Problem{Error::choice_invalid,
                       {{"field", "type"}, {"allowed", "deposit, withdraw"}}};
    }
    if (auto problem = read_reference(ask, verb.reference)) return problem;
    if (auto problem = read_text(ask, Field::reason, verb.reason)) return problem;
    if (auto problem = read_currency(ask, verb.target.currency)) return problem;
    if (auto problem = read_amount(ask, verb.amount)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

void render_adjusted(const Rendering& rendering, const engine::Answer& answer) {
    const wallet::Record& record = *std::get<engine::Applied>(answer).record;
    if (record.approvals.empty()) return render_movement(rendering, answer);
    std::string& out = rendering.out;
    out += R"(,"data":{"adjustment":{)";
    append_approval_fields_after(out, record, rendering.wording);
    out += R"(},"wallet":)";
    append_wallet_after(out, record, record.wallets[0], rendering.wording);
    out += '}';
}

}  // namespace coffer::api
