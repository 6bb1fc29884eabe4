#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tests/sim/run.h"

namespace coffer::tests::sim {

struct CampaignOptions {
    std::uint64_t seed = 1;  ///< of the first run; the others follow
    std::uint64_t runs = 1;
    std::uint64_t twice_every = 20;  ///< runs, of which one is run again and must be the same
    Mutant mutant = Mutant::nothing;
    bool shrinks = true;  ///< a failure is made smaller, which takes some fifty runs more
    std::function<void(std::uint64_t done)> progress = [](std::uint64_t) {};
};

struct CampaignTotals {
    std::uint64_t runs = 0;
    std::uint64_t operations = 0;
    std::uint64_t deaths = 0;
    std::uint64_t run_twice = 0;
    std::int64_t simulated_ms = 0;
    Marks marks;

    struct Failure {
        Options options;  ///< the smallest that still fails
        Outcome outcome;
    };
    std::optional<Failure> failure;

    void add(const Outcome& outcome);
    void add(const CampaignTotals& other);
    [[nodiscard]] std::string text() const;
    /// The names of marks that never came; "" when all did.
    [[nodiscard]] std::string missing() const;
};

/// Runs until all are done or one fails, which is made smaller then.
[[nodiscard]] CampaignTotals run_campaign(const CampaignOptions& options);

/// Drops steps, clients, users and kinds of trouble while the run still fails.
[[nodiscard]] CampaignTotals::Failure shrink(const Options& options, Outcome outcome);

}  // namespace coffer::tests::sim
