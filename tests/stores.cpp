#include "tests/stores.h"

#include "engine/memory_store.h"

namespace coffer::tests {
namespace {

money::Currency currency_of(const StoreSetup& setup) {
    money::CurrencyTable table;
    for (const auto& info : money::iso_4217()) (void)table.add(info);
    for (const auto& info : setup.units) (void)table.add(info);
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
        store_ = std::make_unique<engine::MemoryStore>(options);
    }
    engine::Store& store() override { return *store_; }
    void reopen() override { store_ = store_->reopened(); }

private:
    std::unique_ptr<engine::MemoryStore> store_;
};

}  // namespace

const std::vector<StoreKind>& store_kinds() {
    static const std::vector<StoreKind> kinds{
        {"memory", [](const StoreSetup& setup) { return std::make_unique<MemoryHouse>(setup); }},
    };
    return kinds;
}

const StoreKind& memory_store_kind() { return store_kinds().front(); }

}  // namespace coffer::tests
