#include "store_embedded/tenant_wallets.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace coffer::store_embedded {
namespace {

using wallet::WalletStatus;

TEST(tenant_wallets, pages_are_those_of_a_list_that_is_looked_at_one_by_one) {
    std::mt19937 engine{7};
    const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
    TenantWallets index;
    std::map<std::uint32_t, WalletStatus, std::greater<>> model;  // newest first
    const auto any = [&] { return static_cast<WalletStatus>(1 + random() % 3); };
    std::uint32_t number = 0;
    for (int step = 0; step < 3'000; ++step) {
        if (model.empty() || random() % 3 == 0) {
            number += 1 + random() % 4;  // other tenants have the others
            const WalletStatus status = random() % 4 == 0 ? any() : WalletStatus::active;
            index.add(number, status);
            model[number] = status;
            continue;
        }
        auto row = std::next(model.begin(), static_cast<long>(random() % model.size()));
        const WalletStatus to = any();
        if (to != row->second) index.change(row->first, row->second, to);
        row->second = to;

        const auto status = random() % 4 == 0 ? std::nullopt : std::optional{any()};
        const std::uint32_t before = random() % 3 == 0 ? 0 : 1 + random() % (number + 2);
        const std::uint64_t skip = random() % 5 == 0 ? random() % 400 : random() % 8;
        const std::size_t rows_max = 1 + random() % 9;
        std::vector<std::uint32_t> expected;
        std::uint64_t total = 0;
        std::uint64_t passed = 0;
        for (const auto& [one, its_status] : model) {
            if (status && its_status != *status) continue;
            ++total;
            if (before != 0 && one >= before) continue;
            if (passed++ < skip || expected.size() == rows_max) continue;
            expected.push_back(one);
        }
        ASSERT_EQ(index.page(status, before, skip, rows_max), expected) << "step " << step;
        ASSERT_EQ(index.count(status), total);
    }
}

}  // namespace
}  // namespace coffer::store_embedded
