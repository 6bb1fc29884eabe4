#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "engine/record_codec.h"
#include "engine/store.h"
#include "os/random.h"

namespace coffer::store_postgres {

struct PostgresOptions {
    std::string url;                ///< for libpq: postgres://…
    std::string schema = "coffer";  ///< the tables stand in it; made when missing
    std::size_t connections = 4;    ///< batches in flight at once
    /// Of a new database: how many batches of all processes can commit at once. Never changes.
    std::uint32_t lanes = 64;
    std::size_t batch_items_max = 512;
    bool accept_clock = false;

    // What the book must know from the start on; differences are recorded.
    std::string default_currency = "CNY";
    bool auto_open_wallets = true;
    std::vector<money::UnitText> units{};
    std::uint32_t wallets_per_user_max = 1000;
    std::int64_t idempotency_ttl_s = 86'400;

    std::string software = "coffer";
    /// One line for the operator.
    std::function<void(const std::string&)> log = [](const std::string&) {};
};

/// What a start finds in the database or writes there.
struct Book {
    engine::Genesis genesis;
    std::uint32_t lanes = 0;
    money::CurrencyTable currencies;
    wallet::Settings settings;
    engine::Head head;
    engine::StoreFigures figures;
};

/// Makes the tables where they are missing and brings currencies and settings up to date, alone of
/// all processes (an advisory lock, used for this and nothing else). Waits for the server.
[[nodiscard]] Result<Book, Fault> open_book(const PostgresOptions& options, os::Random& random);

}  // namespace coffer::store_postgres
