#include "tests/store_contract.h"

namespace coffer::tests {

INSTANTIATE_TEST_SUITE_P(Every, StoreContract, testing::ValuesIn(store_kinds()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace coffer::tests
