#include "tests/sim/campaign.h"

#include <utility>

namespace coffer::tests::sim {

void CampaignTotals::add(const Outcome& outcome) {
    ++runs;
    operations += outcome.operations;
    deaths += outcome.deaths;
    simulated_ms += outcome.simulated_ms;
    marks.add(outcome.marks);
}

void CampaignTotals::add(const CampaignTotals& other) {
    runs += other.runs;
    operations += other.operations;
    deaths += other.deaths;
    run_twice += other.run_twice;
    simulated_ms += other.simulated_ms;
    marks.add(other.marks);
    if (!failure && other.failure) failure = other.failure;
}

std::string CampaignTotals::text() const {
    return std::to_string(runs) + " runs, " + std::to_string(operations) + " operations, " +
           std::to_string(deaths) + " deaths of the service, " +
           std::to_string(simulated_ms / 1'000) + " simulated seconds, " +
           std::to_string(run_twice) + " runs twice";
}

std::string CampaignTotals::missing() const {
    std::string names;
    for (std::size_t i = 0; i < mark_count; ++i) {
        if (marks.counts[i] != 0) continue;
        if (!names.empty()) names += ", ";
        names += mark_names[i];
    }
    return names;
}

CampaignTotals run_campaign(const CampaignOptions& campaign) {
    CampaignTotals totals;
    for (std::uint64_t i = 0; i < campaign.runs && !totals.failure; ++i) {
        Options options = options_of(campaign.seed + i);
        options.mutant = campaign.mutant;
        Outcome outcome = run(options);
        totals.add(outcome);
        if (outcome.violation.empty() && campaign.twice_every != 0 &&
            options.seed % campaign.twice_every == 0) {
            ++totals.run_twice;
            if (run(options).trace != outcome.trace)
                outcome.violation = "the same options gave two different runs";
        }
        if (!outcome.violation.empty()) {
            totals.failure = CampaignTotals::Failure{options, std::move(outcome)};
            if (campaign.shrinks) totals.failure = shrink(options, totals.failure->outcome);
        }
        campaign.progress(i + 1);
    }
    return totals;
}

CampaignTotals::Failure shrink(const Options& options, Outcome outcome) {
    CampaignTotals::Failure smallest{options, std::move(outcome)};
    const auto try_with = [&smallest](const Options& smaller) {
        if (smaller == smallest.options) return false;
        Outcome again = run(smaller);
        if (again.violation.empty()) return false;
        smallest = {smaller, std::move(again)};
        return true;
    };
    for (bool any = true; any;) {
        any = false;
        for (std::size_t i = 0; i < trouble_count; ++i) {
            Options smaller = smallest.options;
            smaller.troubles[i] = false;
            any |= try_with(smaller);
        }
        for (std::uint32_t Options::*size :
             {&Options::steps, &Options::clients, &Options::tenants, &Options::users}) {
            for (const std::uint32_t part : {2u, 4u}) {  // by a half, else by a quarter
                Options smaller = smallest.options;
                const std::uint32_t now = smaller.*size;
                smaller.*size = std::max(1u, now - (now + part - 1) / part);
                if (try_with(smaller)) {
                    any = true;
                    break;
                }
            }
        }
    }
    return smallest;
}

}  // namespace coffer::tests::sim
