#include <algorithm>
#include <utility>

#include "money/currency.h"
#include "report/check.h"

namespace coffer::report {
namespace {

void check_genesis(const Judged& judged, SetupChecks& setup, const BookId& book) {
    const GenesisBody& body = judged.record.genesis;
    judged.demand(
        judged.batch.sequence == 1 && judged.view.position == judged.batch.records[0].position,
        Rule::genesis, "kind", "stands where no genesis may stand");
    judged.demand(body.book == book, Rule::genesis, "book id", "is not the book of MANIFEST");
    if (setup.has_genesis) return;
    setup.has_genesis = true;
    setup.genesis = body;
    setup.software = body.software;
}

bool well_formed_code(std::string_view code) {
    return code.size() >= 2 && code[0] >= 'A' && code[0] <= 'Z' &&
           std::ranges::all_of(
               code, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

void check_currency(const Judged& judged) {
    const CurrencyBody& body = judged.record.currency;
    KnownCurrencies& known = judged.state.currencies;
    judged.demand(body.number != 0 && body.number <= UINT16_MAX, Rule::currency, "number",
                  "not a currency number");
    judged.demand(body.decimals <= money::currency_decimals_max, Rule::currency, "decimals",
                  "more than a currency can have");
    judged.demand(well_formed_code(body.code), Rule::currency, "code", "not a currency code");
    judged.demand(!known.knows(body.number), Rule::currency, "number", "is introduced already");
    judged.demand(known.find_code(body.code) == nullptr, Rule::currency, "code",
                  "is introduced already");
    // ISO's numbers, codes and decimals belong together; other units have numbers of their own.
    bool of_iso = false;
    for (const money::CurrencyInfo& info : money::iso_4217()) {
        const bool same_number = info.currency.number == body.number;
        const bool same_code = info.code == body.code;
        if (!same_number && !same_code) continue;
        of_iso = true;
        judged.demand(same_number, Rule::currency, "number", "is not the number of that code");
        judged.demand(same_code, Rule::currency, "code", "is not the code of that number");
        judged.demand(info.decimals == body.decimals, Rule::currency, "decimals",
                      "are not those of ISO 4217");
    }
    judged.demand(of_iso || body.number >= money::configured_currency_first, Rule::currency,
                  "number", "is below 10,000 and not one of ISO 4217");
    const bool usable = body.number != 0 && body.number <= UINT16_MAX && !known.knows(body.number);
    if (usable) known.add(body);
}

void check_settings(const Judged& judged) {
    const SettingsBody& body = judged.record.settings;
    SettingsBody& known = judged.state.settings;
    judged.demand_equal(body.version, known.version + 1, Rule::settings, "version");
    judged.demand(judged.state.currencies.knows(body.default_currency), Rule::currency,
                  "default currency", "is not introduced");
    const std::uint64_t version = known.version + 1;
    known = body;
    known.version = version;
}

}  // namespace

void SetupChecks::check_epoch(const Judged& judged) {
    const EpochBody& body = judged.record.epoch;
    EpochBody& known = judged.state.epoch;
    if (body.state == EpochState::open) {
        judged.demand(known.state == EpochState::restored, Rule::epoch, "state",
                      "opens a book that is open");
        judged.demand_equal(body.number, known.number, Rule::epoch, "number");
        known.state = EpochState::open;
        if (!restores.empty()) restores.back().opened_sequence = judged.batch.sequence;
        return;
    }
    const bool again = known.state == EpochState::restored && body.number == known.number;
    judged.demand(!again, Rule::epoch, "state", "begins an epoch that has begun");
    if (!again) judged.demand_equal(body.number, known.number + 1, Rule::epoch, "number");
    known = {.number = known.number + 1, .state = EpochState::restored};
    restores.push_back({.epoch = known.number,
                        .sequence = judged.batch.sequence,
                        .at = judged.batch.time,
                        .last_kept = time_before_});
}

void SetupChecks::check(const Judged& judged, const BookId& book) {
    if (judged.batch.sequence != sequence_) {
        sequence_ = judged.batch.sequence;
        time_before_ = std::exchange(time_, judged.batch.time);
    }
    judged.demand(judged.record.kind == Kind::epoch || judged.state.epoch.state == EpochState::open,
                  Rule::epoch, "kind", "was written while the book was read-only after a restore");
    switch (judged.record.kind) {
        using enum Kind;
        case genesis: return check_genesis(judged, *this, book);
        case currency: return check_currency(judged);
        case settings: return check_settings(judged);
        case epoch: return check_epoch(judged);
        case open_wallet:
        case deposit:
        case withdraw:
        case transfer:
        case freeze:
        case unfreeze:
        case change_status:
        case policy:
        case adjust:
        case refund:
        case request_withdrawal:
        case auto_withdrawal:
        case pay_withdrawal:
        case release_withdrawal:
        case propose_adjustment:
        case approve_adjustment:
        case reject_adjustment:
        case capture:
        case expire_freeze:
        case refused: return;
        case default_policy: return check_default_policy(judged);
    }
}

}  // namespace coffer::report
