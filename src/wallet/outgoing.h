#pragma once

#include <variant>

#include "wallet/verbs.h"

namespace coffer::wallet {

/// A wallet that may pay and the amount that it may pay.
struct Payable {
    const Wallet* wallet;
    money::Amount amount;
};

/// Nothing when `amount` still fits into a wallet that holds `posted`.
[[nodiscard]] std::optional<Refusal> overfilled(money::Amount amount, Int128 posted);

/// How much: `amount`, or all that is available, which must be something.
struct Wanted {
    money::Decimal amount;
    bool everything = false;
};

/// What withdraw, transfer and freeze judge alike: the wallet exists and is open, takes the amount
/// in its currency, and has it available. A wallet with the status frozen pays only where the verb
/// is an operator's (`Stopped::may_pay`).
enum class Stopped : bool { may_not_pay, may_pay };
[[nodiscard]] Refusal exceeds_available(const Wallet& wallet, Int128 needed);
[[nodiscard]] std::variant<Payable, Refusal> payable_from(const Setting& setting,
                                                          const Target& target,
                                                          const Wanted& wanted, Stopped stopped);

}  // namespace coffer::wallet
