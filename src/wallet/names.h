#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "base/id.h"
#include "base/int128.h"
#include "ledger/account.h"

namespace coffer::wallet {

using ledger::TenantNumber;
using ledger::WalletNumber;
/// A person, by number: records and tables name people only so. 0: nobody.
using SubjectNumber = Id<struct SubjectTag, std::uint32_t>;
using ApplicationNumber = Id<struct ApplicationTag, std::uint32_t>;
/// What waits for a second person's decision: 1, 2, 3 … in order of asking.
using ApprovalNumber = Id<struct ApprovalTag, std::uint32_t>;

/// 128 bits that sort by time and cannot be guessed; on the wire a prefix and 26 characters.
struct PublicId {
    UInt128 value = 0;
    friend constexpr bool operator==(PublicId, PublicId) = default;
    friend constexpr auto operator<=>(PublicId, PublicId) = default;
};

/// What one record may need, made before `decide` and handed to it.
struct NewIds {
    PublicId wallet;
    PublicId entry;
    std::array<PublicId, 2> transactions;
    PublicId hold;  ///< or approval: no record begins both
};

/// 16 bytes of a keyed hash over who used which reference for what: see engine/reference.h.
using Fingerprint = std::array<std::uint8_t, 16>;

}  // namespace coffer::wallet
