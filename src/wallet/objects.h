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
};
inline constexpr std::size_t transaction_types = 6;

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

enum class HoldState : std::uint8_t { open = 1, released = 2 };
enum class HoldPurpose : std::uint8_t { freeze = 1 };

/// An amount set aside: posted from the wallet's available to its frozen account. Ends once.
struct Hold {
    PublicId id;
    WalletNumber wallet;
    Int128 amount = 0;
    HoldState state = HoldState::open;
    HoldPurpose purpose = HoldPurpose::freeze;
    std::uint8_t version = 0;
    Instant created_at;
    Instant ended_at;
    std::string reason;
};

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
