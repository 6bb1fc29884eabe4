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
    judged.demand_equal(hold.amount, movement.amount, Rule::hold, hold_field("amount"));
    judged.demand_equal<unsigned>(hold.version, static_cast<unsigned>(hold.state), Rule::hold,
                                  hold_field("version"));
    const Key128 reason = key_of(sha_.of(as_bytes(hold.reason)).data());
    if (hold.state == HoldState::open) {
        const UInt128 id = ids.id(judged.batch.time.unix_ms, judged.batch.sequence,
                                  judged.record.ordinal, IdPlace::hold);
        judged.demand(hold.id == id, Rule::hold, hold_field("id"),
                      "is not the id of this place in the book");
        judged.demand_equal(hold.opened_at, judged.batch.time.unix_ms, Rule::hold,
                            hold_field("time of opening"));
        open_[id] = {static_cast<std::uint32_t>(hold.wallet), hold.amount,
                     judged.batch.time.unix_ms, reason};
        return;
    }
    const auto found = open_.find(hold.id);
    judged.demand(found != open_.end(), Rule::hold, hold_field("id"), "is not an open hold");
    if (found == open_.end()) return;
    const OpenHold& opened = found->second;
    judged.demand_equal<std::uint64_t>(hold.wallet, opened.wallet, Rule::hold,
                                       hold_field("wallet"));
    judged.demand_equal(hold.amount, opened.amount, Rule::hold, hold_field("amount"));
    judged.demand_equal(hold.opened_at, opened.opened_at, Rule::hold,
                        hold_field("time of opening"));
    judged.demand(reason == opened.reason, Rule::hold, "reason of a hold",
                  "is not the reason the hold was opened with");
    open_.erase(found);
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
        sum.amount += static_cast<Int128>(hold.amount);
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
