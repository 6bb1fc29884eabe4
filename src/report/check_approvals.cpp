#include "report/check_approvals.h"

namespace coffer::report {
namespace {

FieldName field_of(std::string_view field) { return {"approval", 0, field}; }

ApprovalState state_after(Kind kind) {
    switch (kind) {
        case Kind::auto_withdrawal: return ApprovalState::auto_approved;
        case Kind::pay_withdrawal:
        case Kind::approve_adjustment: return ApprovalState::completed;
        case Kind::release_withdrawal:
        case Kind::reject_adjustment: return ApprovalState::rejected;
        default: return ApprovalState::pending;
    }
}

bool is_of_withdrawal(Kind kind) { return kind <= Kind::release_withdrawal; }

/// Which way an adjustment went, by its entry.
ApprovalKind direction_of(const Movement& movement) {
    constexpr std::uint8_t adjustment_expense = 5;
    return movement.postings[0].account == adjustment_expense ? ApprovalKind::adjustment_up
                                                              : ApprovalKind::adjustment_down;
}

}  // namespace

void ApprovalChecks::check(const Judged& judged, IdCipher& ids) {
    if (!has_approval(judged.record.kind) || judged.movement().lines.empty()) return;
    const Movement& movement = judged.movement();
    const ApprovalBody& approval = movement.approval;
    const ApprovalState due = state_after(judged.record.kind);
    const bool taken_back =
        due == ApprovalState::rejected && approval.state == ApprovalState::cancelled;
    judged.demand(approval.state == due || taken_back, Rule::approval, field_of("state"),
                  "does not fit the kind of record");
    judged.demand_equal(approval.wallet, movement.lines[0].wallet, Rule::approval,
                        field_of("wallet"));
    judged.demand_equal(approval.amount, movement.amount, Rule::approval, field_of("amount"));
    judged.demand(
        is_of_withdrawal(judged.record.kind) == (approval.kind == ApprovalKind::withdrawal),
        Rule::approval, field_of("kind"), "does not fit the kind of record");
    const unsigned version = due == ApprovalState::pending ? 1 : 2;
    judged.demand_equal<unsigned>(approval.version, version, Rule::approval, field_of("version"));
    if (due == ApprovalState::pending || due == ApprovalState::auto_approved) {
        check_asked(judged, ids);
    } else {
        check_decided(judged);
    }
}

void ApprovalChecks::check_asked(const Judged& judged, IdCipher& ids) {
    const ApprovalBody& approval = judged.movement().approval;
    const UInt128 id = ids.id(judged.batch.time.unix_ms, judged.batch.sequence,
                              judged.record.ordinal, IdPlace::hold);
    judged.demand(approval.id == id, Rule::approval, field_of("id"),
                  "is not the id of this place in the book");
    judged.demand_equal(approval.number, ++asked_, Rule::approval, field_of("number"));
    judged.demand_equal(approval.requester, judged.movement().actor, Rule::approval,
                        field_of("requester"));
    judged.demand_equal(approval.created_at, judged.batch.time.unix_ms, Rule::approval,
                        field_of("time of asking"));
    judged.demand(approval.remark == judged.movement().description, Rule::approval,
                  "remark of an approval", "is not the description of the record that asked");
    if (approval.state == ApprovalState::pending) {
        pending_[id] = {approval, key_of(sha_.of(as_bytes(approval.remark)).data())};
    }
}

void ApprovalChecks::check_decided(const Judged& judged) {
    const Movement& movement = judged.movement();
    const ApprovalBody& approval = movement.approval;
    const auto found = pending_.find(approval.id);
    judged.demand(found != pending_.end(), Rule::approval, field_of("id"), "is not pending");
    if (found == pending_.end()) return;
    const ApprovalBody& asked = found->second.asked;
    judged.demand(key_of(sha_.of(as_bytes(approval.remark)).data()) == found->second.remark,
                  Rule::approval, "remark of an approval", "is not that of who asked");
    judged.demand_equal(approval.number, asked.number, Rule::approval, field_of("number"));
    judged.demand_equal(approval.wallet, asked.wallet, Rule::approval, field_of("wallet"));
    judged.demand_equal(approval.amount, asked.amount, Rule::approval, field_of("amount"));
    judged.demand_equal(approval.requester, asked.requester, Rule::approval, field_of("requester"));
    judged.demand_equal(approval.created_at, asked.created_at, Rule::approval,
                        field_of("time of asking"));
    judged.demand(approval.kind == asked.kind, Rule::approval, field_of("kind"),
                  "is not that of what was asked for");
    if (approval.state == ApprovalState::completed) {
        judged.demand(movement.actor != asked.requester, Rule::approval, "actor",
                      "approves what they asked for themselves");
        if (approval.kind != ApprovalKind::withdrawal && movement.postings.size() == 2) {
            judged.demand(direction_of(movement) == asked.kind, Rule::approval, field_of("kind"),
                          "is not the way in which the entry goes");
        }
    }
    pending_.erase(found);
}

std::unordered_map<std::uint64_t, Int128> ApprovalChecks::held() const {
    std::unordered_map<std::uint64_t, Int128> sums;
    for (const auto& [id, pending] : pending_) {
        const ApprovalBody& approval = pending.asked;
        if (approval.kind != ApprovalKind::withdrawal) continue;
        sums[approval.wallet] += static_cast<Int128>(approval.amount);
    }
    return sums;
}

}  // namespace coffer::report
