#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace coffer::tests::sim {

/// What may go wrong in a run. Each run has a subset of its own (swarm testing: Groce et al., ISSTA
/// 2012), because faults hide each other: a disk that is always full is never torn.
enum class Trouble : std::uint8_t {
    power_loss,
    kill,
    write_error,
    full_disk,
    read_error,
    clock_jumps,
    resets,
    slow_readers,
    pieces,
    slow_writes,
    twins,
    checkpoints,
};
inline constexpr std::size_t trouble_count = 12;
inline constexpr std::array<std::string_view, trouble_count> trouble_names{
    "power_loss", "kill",         "write_error", "full_disk",   "read_error", "clock_jumps",
    "resets",     "slow_readers", "pieces",      "slow_writes", "twins",      "checkpoints"};

/// A promise that is broken on purpose, to show that the simulator would notice.
enum class Mutant : std::uint8_t { nothing, answer_before_sync, no_folder_sync };

/// Whole units; what is requested above it waits for a second person, where a run has that.
inline constexpr std::int64_t auto_approved_max = 25;

/// One run, fully described: the same options give the same run, event by event.
struct Options {
    std::uint64_t seed = 0;
    std::uint32_t steps = 0;
    std::uint32_t clients = 0;
    std::uint32_t tenants = 0;
    std::uint32_t users = 0;  ///< of each tenant
    std::array<bool, trouble_count> troubles{};
    bool reviews_withdrawals = false;  ///< above auto_approved_max, and of requests only
    Mutant mutant = Mutant::nothing;

    [[nodiscard]] bool has(Trouble trouble) const {
        return troubles[static_cast<std::size_t>(trouble)];
    }
    [[nodiscard]] std::string text() const;
    friend bool operator==(const Options&, const Options&) = default;
};

/// What the seed says.
[[nodiscard]] Options options_of(std::uint64_t seed);

}  // namespace coffer::tests::sim
