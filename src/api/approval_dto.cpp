#include "api/approval_dto.h"

#include "api/json_text.h"
#include "engine/public_ids.h"
#include "wallet/apply.h"

namespace coffer::api {
namespace {

void append_type(std::string& out, wallet::ApprovalKind kind) {
    switch (kind) {
        case wallet::ApprovalKind::withdrawal: return;
        case wallet::ApprovalKind::adjustment_up: out += R"(,"type":"deposit")"; return;
        case wallet::ApprovalKind::adjustment_down: out += R"(,"type":"withdraw")"; return;
    }
}

}  // namespace

void append_approval_fields(std::string& out, const wallet::Approval& approval,
                            const Wording& wording) {
    const wallet::Wallet& wallet = wording.names.wallet(approval.wallet);
    const money::CurrencyInfo& currency = wording.currencies.info(wallet.currency);
    const bool withdrawal = approval.kind == wallet::ApprovalKind::withdrawal;
    out += R"("id":")";
    engine::append_id(out, withdrawal ? engine::withdrawal_prefix : engine::adjustment_prefix,
                      approval.id);
    out += R"(","user_id":)";
    append_json_text(out, wording.names.subject(wallet.owner));
    out += R"(,"wallet_id":")";
    engine::append_id(out, engine::wallet_prefix, wallet.id);
    out += R"(","amount":)";
    append_amount(out, approval.amount, currency.decimals);
    out += R"(,"currency":")";
    out += currency.code;
    out += '"';
    append_type(out, approval.kind);
    out += R"(,"status":")";
    out += wallet::to_text(approval.state);
    out += R"(","remark":)";
    append_json_text(out, approval.remark);
    out += R"(,"requested_by":)";
    append_json_text(out, wording.names.subject(approval.requester));
    out += R"(,"decided_by":)";
    append_json_text(out, wording.names.subject(approval.decider));
    out += R"(,"decision_remark":)";
    append_json_text(out, approval.decision);
    out += R"(,"created_at":")";
    append_instant(out, approval.created_at);
    out += R"(","decided_at":")";
    if (approval.decided_at.unix_ms != 0) append_instant(out, approval.decided_at);
    out += '"';
}

void append_approval_fields_after(std::string& out, const wallet::Record& record,
                                  const Wording& wording) {
    wallet::Approval approval;
    wallet::apply(record.approvals[0], record, approval);
    append_approval_fields(out, approval, wording);
    const bool moved = approval.state == wallet::ApprovalState::completed ||
                       approval.state == wallet::ApprovalState::auto_approved;
    if (!moved) return;
    out += R"(,"transaction_id":")";
    engine::append_id(out, engine::transaction_prefix, record.ids.transactions[0]);
    out += '"';
}

}  // namespace coffer::api
