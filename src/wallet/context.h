#pragma once

#include <optional>

#include "base/instant.h"
#include "money/currency.h"
#include "money/decimal.h"
#include "wallet/names.h"
#include "wallet/objects.h"
#include "wallet/policy.h"

namespace coffer::wallet {

/// The next free numbers of the book. Handed in, so that `decide` makes nothing up.
struct NextNumbers {
    std::uint32_t tenant = 1;
    std::uint32_t application = 1;
    std::uint32_t subject = 1;
    std::uint32_t wallet = 1;
    std::uint32_t approval = 1;
};

/// Everything a decision may depend on besides the command and what it touches; all recorded.
struct Context {
    Instant now;  ///< one instant for the whole round
    std::uint32_t ordinal = 0;
    NewIds ids;
    NextNumbers next;
    Fingerprint reference_fingerprint{};
    Fingerprint key_fingerprint{};
    std::int64_t key_lifetime_ms = 86'400'000;
    const money::CurrencyTable* currencies = nullptr;
    const Settings* settings = nullptr;
    /// Of the caller's application, every field with a value.
    const Policy* policy = &standard_policy;
    /// Today in that policy's time zone, days since 1970-01-01; none: the store keeps no sums of
    /// withdrawals.
    std::optional<std::int32_t> local_day{};
    std::uint32_t wallets_per_user_max = 1000;
    /// The most that one operator may adjust alone, in whole units of any currency; none: no limit.
    std::optional<money::Decimal> adjust_alone_max;
};

}  // namespace coffer::wallet
