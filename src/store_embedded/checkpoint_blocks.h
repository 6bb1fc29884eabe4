#pragma once

#include <cstdint>

namespace coffer::store_embedded {

// What the blocks of a checkpoint file hold: docs/journal-format.md, section 7.
inline constexpr std::uint32_t checkpoint_magic = 0x4b434643;  // "CFCK"
inline constexpr std::uint32_t checkpoint_version = 2;
inline constexpr std::uint32_t checkpoint_block_bytes_max = 4 * 1024 * 1024;

enum class BlockKind : std::uint8_t {
    start = 1,
    currencies = 2,
    tenants = 3,
    applications = 4,
    subjects = 5,
    wallets = 6,
    accounts = 7,
    holds = 8,
    refunded = 9,
    approvals = 10,
    policies = 20,
    withdrawn = 21,
    end = 255,
};

}  // namespace coffer::store_embedded
