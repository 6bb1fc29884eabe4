#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/history/format.h"
#include "tests/history/generator_service.h"

namespace coffer::tests::history {

/// A history that no service ever had, of one that keeps every rule: clients that run beside each
/// other, answers that get lost, repeats, deaths of the service, frozen wallets, foreign tenants.
struct GeneratorOptions {
    std::uint64_t seed = 1;
    std::size_t operations = 1000;  ///< besides the last reads
    Number clients = 16;
    Number wallets = 64;
    Number tenants = 2;
    std::size_t operations_per_death = 0;            ///< 0: the service does not die
    int lost_per_mille = 5;                          ///< answers that never arrive
    int pages_per_mille = 10;                        ///< reads of statements
    int corrections_per_mille = 5;                   ///< what operators do, and clients seldom
    Mischief mischief = Mischief::keeps_every_rule;  ///< in the second half of the history
};

/// Calls `line` for every line of it, with its line feed. The same options, the same lines. Answers
/// whether the mischief found its occasion.
bool generate(const GeneratorOptions& options, const std::function<void(const std::string&)>& line);

}  // namespace coffer::tests::history
