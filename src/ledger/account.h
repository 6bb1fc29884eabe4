#pragma once

#include <cstdint>
#include <string_view>

#include "base/ensure.h"
#include "base/id.h"
#include "money/currency.h"

namespace coffer::ledger {

/// Whose books: every tenant has a chart of accounts of its own.
using TenantNumber = Id<struct TenantTag, std::uint32_t>;
/// Which wallet an account belongs to; 0 for the accounts of the house.
using WalletNumber = Id<struct WalletTag, std::uint32_t>;

// The five elements of financial statements: IFRS Conceptual Framework, chapter 4.
enum class AccountType : std::uint8_t { asset, liability, equity, income, expense };
enum class Side : std::uint8_t { debit = 0, credit = 1 };

/// The side that makes an account of this type grow.
[[nodiscard]] constexpr Side normal_balance(AccountType type) {
    switch (type) {
        using enum AccountType;
        case asset:
        case expense: return Side::debit;
        case liability:
        case equity:
        case income: return Side::credit;
    }
    unreachable_value();
}

[[nodiscard]] constexpr Side opposite(Side side) {
    return side == Side::debit ? Side::credit : Side::debit;
}

/// The chart of accounts. The numbers are in the journal: never changed, never used again.
enum class AccountKind : std::uint8_t {
    settlement = 1,        ///< money at the bank or payment provider
    wallet_available = 2,  ///< owed to the user, free to leave
    wallet_frozen = 3,     ///< owed to the user, held
    promotions = 4,        ///< coupons
    expense_adjustments = 5,
    income_adjustments = 6,
    fees = 7,
    exchange = 8,  ///< the two legs of an exchange
    opening = 9,
};
inline constexpr AccountKind account_kinds[] = {
    AccountKind::settlement,
    AccountKind::wallet_available,
    AccountKind::wallet_frozen,
    AccountKind::promotions,
    AccountKind::expense_adjustments,
    AccountKind::income_adjustments,
    AccountKind::fees,
    AccountKind::exchange,
    AccountKind::opening,
};

[[nodiscard]] constexpr AccountType type_of(AccountKind kind) {
    switch (kind) {
        using enum AccountKind;
        case settlement: return AccountType::asset;
        case wallet_available:
        case wallet_frozen: return AccountType::liability;
        case promotions:
        case expense_adjustments: return AccountType::expense;
        case income_adjustments:
        case fees: return AccountType::income;
        case exchange:
        case opening: return AccountType::equity;
    }
    unreachable_value();
}

/// The name in reports and exports; a wallet's accounts get its id between the two parts.
[[nodiscard]] constexpr std::string_view name_of(AccountKind kind) {
    switch (kind) {
        using enum AccountKind;
        case settlement: return "assets:settlement";
        case wallet_available: return "liabilities:wallet:available";
        case wallet_frozen: return "liabilities:wallet:frozen";
        case promotions: return "expenses:promotions";
        case expense_adjustments: return "expenses:adjustments";
        case income_adjustments: return "income:adjustments";
        case fees: return "income:fees";
        case exchange: return "equity:exchange";
        case opening: return "equity:opening";
    }
    unreachable_value();
}

[[nodiscard]] constexpr bool belongs_to_wallet(AccountKind kind) {
    return kind == AccountKind::wallet_available || kind == AccountKind::wallet_frozen;
}

/// One account: the place in the chart, the tenant whose chart it is, its one currency.
struct AccountRef {
    TenantNumber tenant;
    AccountKind kind = AccountKind::settlement;
    money::Currency currency;
    WalletNumber wallet;

    friend constexpr bool operator==(const AccountRef&, const AccountRef&) = default;
    friend constexpr auto operator<=>(const AccountRef&, const AccountRef&) = default;
};

}  // namespace coffer::ledger
