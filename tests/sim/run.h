#pragma once

#include <cstdint>
#include <string>

#include "tests/sim/marks.h"
#include "tests/sim/options.h"

namespace coffer::tests::sim {

/// What came of one run.
struct Outcome {
    std::string violation;  ///< "": everything held
    std::string history;    ///< as tests/history/format.h has it
    std::string trace;      ///< a hash of everything that happened; equal for equal options
    Marks marks;
    std::uint64_t operations = 0;
    std::uint64_t deaths = 0;
    std::int64_t simulated_ms = 0;
};

/// The whole service and its clients in one thread, on a simulated disk, network, clock and
/// randomness. Safety: with the run's troubles, dying and starting again. Heal: all of them end.
/// Liveness: every tenant's money moves again within five simulated seconds. Then all clients go,
/// the service starts once more, every statement and balance is read, the book is verified, and the
/// history checker judges all that was ever asked and told.
[[nodiscard]] Outcome run(const Options& options);

}  // namespace coffer::tests::sim
