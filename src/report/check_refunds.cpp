#include "report/check_refunds.h"

#include <utility>

#include "report/record_reader.h"

namespace coffer::report {
namespace {

bool is_refundable(Kind kind) {
    return kind == Kind::deposit || kind == Kind::withdraw || kind == Kind::transfer ||
           kind == Kind::auto_withdrawal || kind == Kind::pay_withdrawal || kind == Kind::capture;
}

}  // namespace

void RefundChecks::check(const Judged& judged, IdCipher& ids) {
    if (judged.record.kind != Kind::refund) return;
    const Movement& movement = judged.movement();
    const RefundBody& refund = movement.refund;
    const auto [sequence, ordinal] = ids.origin(refund.entry);
    const bool earlier = sequence < judged.batch.sequence ||
                         (sequence == judged.batch.sequence && ordinal < judged.record.ordinal);
    judged.demand(earlier, Rule::refund, "refund of 0 id", "is not of an entry before it");
    judged.demand(!refund.cancels || refund.everything, Rule::refund, "refund flags",
                  "cancel without giving back everything");

    Claim& claim = claims_[{sequence, ordinal}];
    judged.demand(claim.refunds.empty() || !claim.refunds.back().cancels, Rule::refund,
                  "refund of 0 id", "was cancelled before");
    judged.demand_equal<std::uint64_t>(refund.refunds, claim.refunds.size() + 1, Rule::refund,
                                       "refunds so far");
    judged.demand_equal(refund.amount, claim.amount + movement.amount, Rule::refund,
                        "refunded so far");
    claim.amount += movement.amount;
    claim.refunds.push_back({.place = judged.findings.place(),
                             .tenant = movement.tenant,
                             .entry = refund.entry,
                             .transaction = refund.transaction,
                             .amount = claim.amount,
                             .lines = movement.lines.size(),
                             .rows = refund.rows,
                             .cancels = refund.cancels});
}

void RefundChecks::original_batch(const BatchView& batch, IdCipher& ids, Findings& findings) {
    for (std::size_t ordinal = 0; ordinal < batch.records.size(); ++ordinal) {
        const auto found = claims_.find({batch.sequence, ordinal});
        if (found == claims_.end()) continue;
        if (read_record(batch.records[ordinal].bytes, record_)) continue;  // found before
        found->second.found = true;
        for (const Refund& refund : found->second.refunds) {
            hold_against(refund, record_, batch, ids, findings);
        }
    }
}

void RefundChecks::hold_against(const Refund& refund, const Record& record, const BatchView& batch,
                                IdCipher& ids, Findings& findings) {
    findings.at(refund.place);
    const auto demand = [&](bool holds, std::string_view field, std::string_view message) {
        if (!holds) findings.add(Rule::refund, std::string{field}, std::string{message});
    };
    const auto id = [&](IdPlace place) {
        return ids.id(batch.time.unix_ms, batch.sequence, record.ordinal, place);
    };
    demand(refund.entry == id(IdPlace::entry), "refund of 0 id", "is not the id of an entry");
    if (record.kind < Kind::open_wallet || !is_refundable(record.kind)) {
        return demand(false, "refund of 0 id", "is of a record that moved no money for good");
    }
    const Movement& original = record.movement;
    demand(original.tenant == refund.tenant, "refund of 0 id", "is of another tenant's entry");
    demand(refund.amount <= original.amount, "refunded so far", "is more than the entry moved");
    demand(!refund.cancels || refund.amount == original.amount, "refund flags",
           "cancel an entry of which something is left");
    const bool second_asked = refund.transaction == id(IdPlace::second_row);
    demand(second_asked || refund.transaction == id(IdPlace::row), "refunded row 0 id",
           "is not the id of a row of that entry");
    if (refund.lines != original.lines.size()) {
        return demand(false, "wallet lines", "are not those of the entry");
    }
    for (std::size_t i = 0; i < refund.lines; ++i) {
        const std::size_t at = second_asked ? refund.lines - 1 - i : i;
        const Line& line = original.lines[at];
        const std::string field = "original row " + std::to_string(i);
        demand(refund.rows[i].wallet == line.wallet, "wallet line " + std::to_string(i) + " wallet",
               "is not that of the entry");
        demand(refund.rows[i].seq == line.transactions, field + " seq", "is not that of the row");
        demand(refund.rows[i].type == line.type, field + " type", "is not that of the row");
    }
}

void RefundChecks::finish(Findings& findings) const {
    for (const auto& [origin, claim] : claims_) {
        if (claim.found) continue;
        for (const Refund& refund : claim.refunds) {
            findings.at(refund.place);
            findings.add(Rule::refund, "refund of 0 id", "there is no such entry in the book");
        }
    }
}

}  // namespace coffer::report
