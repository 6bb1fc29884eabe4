#pragma once

#include "base/instant.h"
#include "money/currency.h"
#include "wallet/names.h"
#include "wallet/objects.h"

namespace coffer::wallet {

/// The next free numbers of the book. Handed in, so that `decide` makes nothing up.
struct NextNumbers {
    std::uint32_t tenant = 1;
    std::uint32_t application = 1;
    std::uint32_t subject = 1;
    std::uint32_t wallet = 1;
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
    std::uint32_t wallets_per_user_max = 1000;
};

}  // namespace coffer::wallet
