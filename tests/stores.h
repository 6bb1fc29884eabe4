#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "engine/book_setup.h"
#include "engine/store.h"
#include "tests/fake_clock.h"

namespace coffer::tests {

/// What a test wants of a store, whichever store it is.
struct StoreSetup {
    std::string default_currency = "CNY";
    bool auto_open_wallets = true;
    std::uint32_t wallets_per_user_max = 1000;
    std::vector<engine::PolicyText> policy;  ///< of the default
    std::optional<money::Decimal> adjust_alone_max{};
    /// Units besides those of ISO 4217.
    std::vector<money::CurrencyInfo> units{{{10'000}, "POINTS", 0}, {{10'001}, "ETH", 18}};
};

/// A store and whatever it stands on. Its clock is the test's.
class StoreHouse {
public:
    virtual ~StoreHouse() = default;
    virtual engine::Store& store() = 0;
    /// Ends the store and starts one on what it left behind.
    virtual void reopen() = 0;

    FakeClock clock;
};

/// One kind of store. The contract suite and the scenarios run against every kind in the list.
struct StoreKind {
    std::string name;
    std::function<std::unique_ptr<StoreHouse>(const StoreSetup&)> build;
    /// Contract tests that this kind does not pass yet, each with the reason.
    std::map<std::string, std::string> left_out{};
    bool knows_policies = true;
};
[[nodiscard]] const std::vector<StoreKind>& store_kinds();
/// For GoogleTest.
inline void PrintTo(const StoreKind& kind, std::ostream* out) { *out << kind.name; }
/// The plainest one, for what is about the wallet and not about the store.
[[nodiscard]] const StoreKind& memory_store_kind();

}  // namespace coffer::tests
