#include "report/check.h"

namespace coffer::report {
namespace {

FieldName hold_field(std::string_view field) { return {"hold line", 0, field}; }

}  // namespace

void HoldChecks::check(const Judged& judged, IdCipher& ids) {
    const Movement& movement = judged.movement();
    if (movement.holds.empty() || movement.lines.empty()) return;
    const Hold& hold = movement.holds[0];
    judged.demand_equal(hold.wallet, movement.lines[0].wallet, Rule::hold, hold_field("wallet"));
    // A part that says nothing is left out.
    judged.demand((hold.parts & hold_expires) == 0 || hold.expires_at != 0, Rule::hold,
                  hold_field("time of expiry"), "is none, and has a part all the same");
    judged.demand((hold.parts & hold_has_captured) == 0 || hold.captured != 0, Rule::hold,
                  hold_field("captured so far"), "is nothing, and has a part all the same");
    if (judged.record.kind == Kind::freeze) {
        check_opened(judged, ids);
    } else {
        check_changed(judged);
    }
}

void HoldChecks::check_opened(const Judged& judged, IdCipher& ids) {
    const Movement& movement = judged.movement();
    const Hold& hold = movement.holds[0];
    judged.demand_equal(hold.amount, movement.amount, Rule::hold, hold_field("amount"));
    judged.demand_equal<std::uint64_t>(hold.version, 1, Rule::hold, hold_field("version"));
    judged.demand_equal<UInt128>(hold.captured, 0, Rule::hold, hold_field("captured so far"));
    judged.demand((hold.parts & hold_expires) == 0 || hold.expires_at > judged.batch.time.unix_ms,
                  Rule::hold, hold_field("time of expiry"), "is not later than the freeze");
    const UInt128 id = ids.id(judged.batch.time.unix_ms, judged.batch.sequence,
                              judged.record.ordinal, IdPlace::hold);
    judged.demand(hold.id == id, Rule::hold, hold_field("id"),
                  "is not the id of this place in the book");
    judged.demand_equal(hold.opened_at, judged.batch.time.unix_ms, Rule::hold,
                        hold_field("time of opening"));
    open_[id] = {static_cast<std::uint32_t>(hold.wallet),
                 hold.amount,
                 0,
                 judged.batch.time.unix_ms,
                 hold.expires_at,
                 1,
                 key_of(sha_.of(as_bytes(hold.reason)).data())};
}

/// Captured from, released or expired.
void HoldChecks::check_changed(const Judged& judged) {
    const Movement& movement = judged.movement();
    const Hold& hold = movement.holds[0];
    const auto found = open_.find(hold.id);
    judged.demand(found != open_.end(), Rule::hold, hold_field("id"), "is not an open hold");
    if (found == open_.end()) return;
    OpenHold& opened = found->second;
    judged.demand_equal<std::uint64_t>(hold.wallet, opened.wallet, Rule::hold,
                                       hold_field("wallet"));
    judged.demand_equal(hold.amount, opened.amount, Rule::hold, hold_field("amount"));
    judged.demand_equal(hold.opened_at, opened.opened_at, Rule::hold,
                        hold_field("time of opening"));
    judged.demand_equal(hold.expires_at, opened.expires_at, Rule::hold,
                        hold_field("time of expiry"));
    judged.demand_equal<std::uint64_t>(hold.version, ++opened.version, Rule::hold,
                                       hold_field("version"));
    judged.demand(key_of(sha_.of(as_bytes(hold.reason)).data()) == opened.reason, Rule::hold,
                  "reason of a hold", "is not the reason the hold was opened with");
    const std::int64_t now = judged.batch.time.unix_ms;
    const bool is_due = opened.expires_at != 0 && opened.expires_at <= now;
    if (judged.record.kind == Kind::capture) {
        opened.captured += movement.amount;
        judged.demand(!is_due, Rule::hold, hold_field("time of expiry"), "was before this capture");
        judged.demand(opened.captured <= opened.amount, Rule::amount, "amount",
                      "is more than the hold has left");
    } else {
        judged.demand_equal(movement.amount, opened.amount - opened.captured, Rule::hold,
                            hold_field("amount"));
        judged.demand(judged.record.kind != Kind::expire_freeze || is_due, Rule::hold,
                      hold_field("time of expiry"), "has not come");
    }
    judged.demand_equal(hold.captured, opened.captured, Rule::hold, hold_field("captured so far"));
    if (hold.state != HoldState::open) open_.erase(found);
}

void HoldChecks::finish(BookState& state,
                        const std::unordered_map<std::uint64_t, Int128>& set_aside,
                        Findings& findings) const {
    struct Sum {
        Int128 amount = 0;
        std::uint32_t holds = 0;
    };
    std::unordered_map<std::uint32_t, Sum> sums;
    for (const auto& [id, hold] : open_) {
        Sum& sum = sums[hold.wallet];
        sum.amount += static_cast<Int128>(hold.amount - hold.captured);
        ++sum.holds;
    }
    for (std::size_t i = 0; i < state.wallets.size(); ++i) {
        const TrackedWallet& wallet = state.wallets[i];
        const auto found = sums.find(wallet.number);
        Sum sum = found == sums.end() ? Sum{} : found->second;
        const auto beside = set_aside.find(wallet.number);
        if (beside != set_aside.end()) sum.amount += beside->second;
        if (wallet.held == sum.amount && wallet.open_holds == sum.holds) continue;
        findings.add(Rule::hold, "held",
                     "what " + public_id_text(wallet_prefix, wallet.id) +
                         " holds is not the sum of its open holds and pending withdrawals");
    }
}

}  // namespace coffer::report
