#include "tests/postgres/postgres_house.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "os/random.h"
#include "store_postgres/postgres_store.h"

namespace coffer::tests {
namespace {

/// A store that is told by a poller, for callers who know of polling only: poll() waits a moment
/// for the server.
class PolledStore final : public engine::Store {
public:
    PolledStore(std::unique_ptr<store_postgres::PostgresStore> store, os::Poller& poller)
        : store_{std::move(store)}, poller_{poller} {}

    void execute(engine::Batch& batch, engine::Answers& answers) override {
        store_->execute(batch, answers);
    }
    void poll(engine::Answers& answers) override {
        std::array<os::Ready, 16> ready;
        (void)poller_.wait(store_->busy() ? 20'000'000 : 0, ready);
        store_->poll(answers);
        if (wake_) wake_();
    }
    bool busy() const override { return store_->busy(); }
    void wake_with(std::function<void()> wake) override { wake_ = std::move(wake); }
    bool healthy() const override { return store_->healthy(); }
    bool writable() const override { return store_->writable(); }
    const money::CurrencyTable& currencies() const override { return store_->currencies(); }
    const wallet::Settings& settings() const override { return store_->settings(); }
    engine::Head head() const override { return store_->head(); }
    engine::StoreFigures figures() const override { return store_->figures(); }
    Hash key_for(std::string_view purpose) const override { return store_->key_for(purpose); }

private:
    std::unique_ptr<store_postgres::PostgresStore> store_;
    os::Poller& poller_;
    std::function<void()> wake_;
};

class PostgresHouse final : public StoreHouse {
public:
    PostgresHouse(const StoreSetup& setup, std::string url) {
        static int houses = 0;
        options_.url = std::move(url);
        options_.schema = "t" + std::to_string(getpid()) + "_" + std::to_string(houses++);
        options_.connections = 1;
        // One lane: then there is one order of all batches, as the suite's heads expect.
        options_.lanes = 1;
        options_.batch_items_max = 2000;
        options_.default_currency = setup.default_currency;
        options_.auto_open_wallets = setup.auto_open_wallets;
        options_.wallets_per_user_max = setup.wallets_per_user_max;
        for (const auto& info : setup.units) options_.units.push_back({info.code, info.decimals});
        auto poller = os::make_poller();
        if (!poller) throw std::runtime_error{poller.error().message};
        poller_ = std::move(*poller);
        open();
    }
    ~PostgresHouse() override {
        store_.reset();
        PGconn* connection = PQconnectdb(options_.url.c_str());
        const std::string drop = "set client_min_messages = error; drop schema if exists " +
                                 options_.schema + " cascade";
        PQclear(PQexec(connection, drop.c_str()));
        PQfinish(connection);
    }
    engine::Store& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        open();
    }

private:
    void open() {
        auto opened =
            store_postgres::PostgresStore::open(*poller_, clock, os::system_random(), options_);
        if (!opened) throw std::runtime_error{opened.error().message};
        store_ = std::make_unique<PolledStore>(std::move(*opened), *poller_);
    }

    store_postgres::PostgresOptions options_;
    std::unique_ptr<os::Poller> poller_;
    std::unique_ptr<PolledStore> store_;
};

}  // namespace

std::optional<StoreKind> postgres_store_kind() {
    const char* url = std::getenv("COFFER_POSTGRES_URL");
    if (url == nullptr) return std::nullopt;
    const std::string wallet_lists =
        "lists of wallets answer 503: their cursor is a wallet's number, which is in the order of "
        "opening only where one process gives numbers out";
    return StoreKind{
        "postgres",
        [url](const StoreSetup& setup) { return std::make_unique<PostgresHouse>(setup, url); },
        {{"wallets_of_a_tenant_newest_first", wallet_lists},
         {"wallets_of_one_user", wallet_lists},
         {"wallets_with_one_status", wallet_lists}},
        false};
}

}  // namespace coffer::tests
