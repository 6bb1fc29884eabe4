#include "api/approval_routes.h"

#include "api/approval_dto.h"
#include "api/json_text.h"
#include "api/list_query.h"
#include "api/text_rules.h"
#include "engine/public_ids.h"

namespace coffer::api {
namespace {

using Of = wallet::DecideApproval::Of;

/// An id that is none is as missing as one that nothing has.
std::optional<Problem> parse_decision(const Ask& ask, Of of, bool approve, engine::Item& item) {
    if (auto problem = judge_text(ask.body[Field::approved_by], "approved_by")) return problem;
    const bool withdrawal = of == Of::withdrawal;
    const auto id = engine::parse_id(
        withdrawal ? engine::withdrawal_prefix : engine::adjustment_prefix, ask.id);
    if (!id) return Problem{Error::approval_not_found};
    wallet::DecideApproval verb{.approval = *id, .of = of, .approve = approve};
    if (auto problem = read_text(ask, Field::remark, verb.remark)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

std::optional<Problem> parse_list(const Ask& ask, std::string_view route, std::string_view user,
                                  engine::Item& item, Remembered& remembered) {
    engine::ListApprovals list{.tenant = ask.texts.copy(ask.principal.tenant),
                               .user = ask.texts.copy(user)};
    list.adjustments = route == "admin/adjustments";
    if (const std::string_view text = ask.query[Parameter::status]; !text.empty()) {
        list.state = wallet::parse_approval_state(text);
        if (!list.state) {
            return Problem{Error::choice_invalid,
                           {{"field", "status"},
                            {"allowed", "pending, completed, rejected, cancelled, auto_approved"}}};
        }
    }
    BindingBuilder binding{ask.sha256};
    binding.add(list.tenant).add(list.user).add(route);
    binding.add(list.state ? static_cast<std::int64_t>(*list.state) : 0);
    remembered.binding = binding.finish();
    if (auto problem = read_place(ask, remembered)) return problem;
    const ListPlace& place = remembered.place;
    list.before = static_cast<std::uint32_t>(place.before_seq);
    list.skip = place.before_seq == 0 ? place.rows_before : 0;
    list.rows_max = place.page_size;
    item = list;
    return std::nullopt;
}

}  // namespace

std::optional<Problem> parse_request_withdrawal(const Ask& ask, engine::Item& item, Remembered&) {
    wallet::RequestWithdrawal verb{.target = {.user = ask.id}};
    if (auto problem = read_reference(ask, verb.reference)) return problem;
    if (auto problem = read_text(ask, Field::remark, verb.remark)) return problem;
    if (auto problem = read_currency(ask, verb.target.currency)) return problem;
    if (auto problem = read_amount(ask, verb.amount)) return problem;
    item = wallet::Command{caller_of(ask), verb};
    return std::nullopt;
}

std::optional<Problem> parse_approve_withdrawal(const Ask& ask, engine::Item& item, Remembered&) {
    return parse_decision(ask, Of::withdrawal, true, item);
}

std::optional<Problem> parse_reject_withdrawal(const Ask& ask, engine::Item& item, Remembered&) {
    return parse_decision(ask, Of::withdrawal, false, item);
}

std::optional<Problem> parse_approve_adjustment(const Ask& ask, engine::Item& item, Remembered&) {
    return parse_decision(ask, Of::adjustment, true, item);
}

std::optional<Problem> parse_reject_adjustment(const Ask& ask, engine::Item& item, Remembered&) {
    return parse_decision(ask, Of::adjustment, false, item);
}

void render_approval(const Rendering& rendering, const engine::Answer& answer) {
    std::string& out = rendering.out;
    out += ',';
    const std::size_t fields_at = out.size();
    append_approval_fields_after(out, *std::get<engine::Applied>(answer).record, rendering.wording);
    append_data_again(out, fields_at);
}

std::optional<Problem> parse_withdrawals(const Ask& ask, engine::Item& item,
                                         Remembered& remembered) {
    return parse_list(ask, "withdrawals", ask.id, item, remembered);
}

std::optional<Problem> parse_tenant_withdrawals(const Ask& ask, engine::Item& item,
                                                Remembered& remembered) {
    return parse_list(ask, "admin/withdrawals", {}, item, remembered);
}

std::optional<Problem> parse_adjustments(const Ask& ask, engine::Item& item,
                                         Remembered& remembered) {
    return parse_list(ask, "admin/adjustments", {}, item, remembered);
}

void render_approvals(const Rendering& rendering, const engine::Answer& answer) {
    const auto& page = std::get<engine::ApprovalPage>(answer);
    std::string& out = rendering.out;
    out += R"(,"items":[)";
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
        out += i > 0 ? ",{" : "{";
        append_approval_fields(out, page.rows[i], rendering.wording);
        out += '}';
    }
    ListPlace next = rendering.remembered.place;
    next.rows_before += page.rows.size();
    if (!page.rows.empty()) next.before_seq = page.rows.back().number.value;
    append_list_end(rendering, page.total, page.more && !page.rows.empty() ? &next : nullptr);
}

}  // namespace coffer::api
