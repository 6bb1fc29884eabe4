#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "ledger/entry.h"
#include "money/amount.h"
#include "wallet/names.h"

namespace coffer::wallet {

enum class WalletStatus : std::uint8_t { active = 1, frozen = 2, closed = 3 };

/// What a row of a wallet's history is. The numbers are in the journal.
enum class TransactionType : std::uint8_t {
    none = 0,  ///< an event without a row: the wallet was opened, its status changed
    deposit = 1,
    withdraw = 2,
    transfer_in = 3,
    transfer_out = 4,
    freeze = 5,
    unfreeze = 6,
    refund = 7,               ///< of a deposit money leaves, of everything else it comes back
    adjustment = 8,           ///< an operator's correction, up or down
    payment = 9,              ///< captured from a hold
    withdrawal_hold = 10,     ///< set aside for a withdrawal request
    withdrawal_release = 11,  ///< given back to what is available
};
inline constexpr std::size_t transaction_types = 11;

/// Moves between what is available and what is held, and leaves the total as it is.
[[nodiscard]] constexpr bool leaves_total(TransactionType type) {
    return type == TransactionType::freeze || type == TransactionType::unfreeze ||
           type == TransactionType::withdrawal_hold || type == TransactionType::withdrawal_release;
}

[[nodiscard]] std::string_view to_text(WalletStatus status);
[[nodiscard]] std::string_view to_text(TransactionType type);
[[nodiscard]] std::optional<WalletStatus> parse_wallet_status(std::string_view text);
[[nodiscard]] std::optional<TransactionType> parse_transaction_type(std::string_view text);

/// How many rows of each type a wallet has; [0] is deposit. Kept, so that totals are exact.
using TypeCounts = std::array<std::uint64_t, transaction_types>;

/// What one user owns with us in one currency. Balances are minor units of that currency.
struct Wallet {
    PublicId id;
    Int128 available = 0;
    Int128 held = 0;
    std::uint64_t events = 0;        ///< records about it, the opening included; its version
    std::uint64_t transactions = 0;  ///< rows of its history; the last row's `seq`
    TypeCounts counts{};
    Instant created_at;
    Instant updated_at;
    WalletNumber number;
    TenantNumber tenant;
    SubjectNumber owner;
    ApplicationNumber application;
    std::uint32_t open_holds = 0;
    money::Currency currency;
    WalletStatus status = WalletStatus::active;

    /// The posted balance: what is owed to the user, held or not.
    [[nodiscard]] Int128 posted() const { return available + held; }
};

enum class HoldState : std::uint8_t {
    open = 1,
    released = 2,  ///< somebody gave the rest back
    captured = 3,  ///< all of it was paid out
    expired = 4,   ///< the rest was given back when its time had come
};
inline constexpr std::size_t hold_states = 4;
enum class HoldPurpose : std::uint8_t { freeze = 1 };

/// An amount set aside: posted from the wallet's available to its frozen account. Parts of it may
/// be paid out while it is open. Ends once.
struct Hold {
    PublicId id;
    WalletNumber wallet;
    Int128 amount = 0;    ///< set aside at first
    Int128 captured = 0;  ///< of that paid out so far
    HoldState state = HoldState::open;
    HoldPurpose purpose = HoldPurpose::freeze;
    std::uint32_t version = 0;
    Instant created_at;
    Instant expires_at;  ///< 0: never
    Instant ended_at;
    std::string reason;

    [[nodiscard]] Int128 left() const { return amount - captured; }
    /// Its time has come, whether or not somebody has ended it yet.
    [[nodiscard]] bool is_due(Instant now) const {
        return expires_at != Instant{} && expires_at <= now;
    }
};

/// What was given back of one entry so far. Only entries that were refunded at all have one.
struct Refunded {
    /// A row of a wallet's history that the entry made.
    struct Row {
        WalletNumber wallet;
        std::uint64_t seq = 0;
        TransactionType type = TransactionType::none;
    };
    PublicId entry;
    Int128 amount = 0;          ///< the sum of its refunds, in minor units
    std::uint32_t refunds = 0;  ///< how many; its version
    bool cancelled = false;     ///< the last of them took back all that was left, for good
    std::array<Row, 2> rows;    ///< the second one of a transfer only
};

/// What may need a second person.
enum class ApprovalKind : std::uint8_t { withdrawal = 1, adjustment_up = 2, adjustment_down = 3 };

enum class ApprovalState : std::uint8_t {
    pending = 1,
    completed = 2,      ///< somebody else said yes, and it was done
    rejected = 3,       ///< somebody said no
    cancelled = 4,      ///< whoever asked took it back
    auto_approved = 5,  ///< done at once: the policy asks nobody
};
inline constexpr std::size_t approval_states = 5;

[[nodiscard]] constexpr bool is_adjustment(ApprovalKind kind) {
    return kind != ApprovalKind::withdrawal;
}

/// A withdrawal or an adjustment that was asked for, and what became of it. Decided once. While a
/// withdrawal is pending its amount is held.
struct Approval {
    PublicId id;
    ApprovalNumber number;
    WalletNumber wallet;
    Int128 amount = 0;
    ApprovalKind kind = ApprovalKind::withdrawal;
    ApprovalState state = ApprovalState::pending;
    std::uint8_t version = 0;  ///< 1 asked for, 2 decided
    SubjectNumber requester;
    SubjectNumber decider;  ///< 0: nobody yet, or nobody was asked
    Instant created_at;
    Instant decided_at;
    std::string remark;    ///< whoever asked
    std::string decision;  ///< whoever decided
};

[[nodiscard]] std::string_view to_text(ApprovalState state);
[[nodiscard]] std::optional<ApprovalState> parse_approval_state(std::string_view text);

struct Tenant {
    TenantNumber number;
    std::string_view id;
};

struct User {
    SubjectNumber number;
    TenantNumber tenant;
    std::string_view id;
};

/// What an operator sets for the whole book; later per tenant and application.
struct Settings {
    std::uint32_t version = 0;
    money::Currency default_currency;
    bool auto_open_wallets = true;
    friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace coffer::wallet
