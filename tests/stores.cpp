#include "tests/stores.h"

#include <stdexcept>

#include "engine/memory_store.h"
#include "os/simulated_disk.h"
#include "store_embedded/embedded_store.h"
#include "tests/counting_random.h"
#include "tests/postgres/postgres_house.h"

namespace coffer::tests {
namespace {

money::CurrencyTable currencies_of(const StoreSetup& setup) {
    money::CurrencyTable table;
    for (const auto& info : money::iso_4217()) (void)table.add(info);
    for (const auto& info : setup.units) (void)table.add(info);
    return table;
}

wallet::Policy policy_of(const StoreSetup& setup) {
    const auto policy = engine::configured_policy({}, currencies_of(setup), setup.policy);
    ENSURE(policy);
    return policy->policy;
}

money::Currency currency_of(const StoreSetup& setup) {
    const money::CurrencyTable table = currencies_of(setup);
    const auto found = table.find(setup.default_currency);
    ENSURE(found);
    return *found;
}

class MemoryHouse final : public StoreHouse {
public:
    explicit MemoryHouse(const StoreSetup& setup) {
        engine::MemoryStore::Options options;
        options.now = [this] { return clock.now(); };
        options.units = setup.units;
        options.settings = {.version = 1,
                            .default_currency = currency_of(setup),
                            .auto_open_wallets = setup.auto_open_wallets};
        options.wallets_per_user_max = setup.wallets_per_user_max;
        options.policy = policy_of(setup);
        options.adjust_alone_max = setup.adjust_alone_max;
        store_ = std::make_unique<engine::MemoryStore>(options);
    }
    engine::Store& store() override { return *store_; }
    void reopen() override { store_ = store_->reopened(); }

private:
    std::unique_ptr<engine::MemoryStore> store_;
};

/// The embedded store on a disk of its own, without threads.
class EmbeddedHouse final : public StoreHouse {
public:
    EmbeddedHouse(const StoreSetup& setup, store_embedded::EmbeddedOptions options)
        : options_{std::move(options)} {
        options_.background = false;
        options_.default_currency = setup.default_currency;
        options_.auto_open_wallets = setup.auto_open_wallets;
        options_.wallets_per_user_max = setup.wallets_per_user_max;
        options_.policy = setup.policy;
        options_.adjust_alone_max = setup.adjust_alone_max;
        for (const auto& info : setup.units) options_.units.push_back({info.code, info.decimals});
        open();
    }
    engine::Store& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        open();
    }

private:
    void open() {
        auto opened = store_embedded::EmbeddedStore::open(disk_, clock, random_, options_);
        if (!opened) throw std::runtime_error{opened.error().message};
        store_ = std::move(*opened);
    }

    store_embedded::EmbeddedOptions options_;
    os::SimulatedDisk disk_;
    CountingRandom random_;
    std::unique_ptr<store_embedded::EmbeddedStore> store_;
};

std::vector<StoreKind> store_kinds_of_this_process() {
    return {
        {"memory", [](const StoreSetup& setup) { return std::make_unique<MemoryHouse>(setup); }},
        {"embedded",
         [](const StoreSetup& setup) {
             return std::make_unique<EmbeddedHouse>(
                 setup, store_embedded::EmbeddedOptions{.segment_bytes = 4 << 20});
         }},
        // Several segments and checkpoints even in a short story.
        {"embedded_small",
         [](const StoreSetup& setup) {
             return std::make_unique<EmbeddedHouse>(
                 setup, store_embedded::EmbeddedOptions{.segment_bytes = 1 << 20,
                                                        .checkpoint_bytes = 16 << 10});
         }},
    };
}

}  // namespace

const std::vector<StoreKind>& store_kinds() {
    static const std::vector<StoreKind> kinds = [] {
        std::vector<StoreKind> all = store_kinds_of_this_process();
        // Where tests/postgres has started a server.
        if (const auto postgres = postgres_store_kind()) all.push_back(*postgres);
        return all;
    }();
    return kinds;
}

const StoreKind& memory_store_kind() { return store_kinds().front(); }

}  // namespace coffer::tests
