#pragma once

#include <optional>

#include "tests/stores.h"

namespace coffer::tests {

/// The PostgreSQL store on the server that COFFER_POSTGRES_URL names (tests/postgres/server.py
/// starts one), each house in a schema of its own; nothing where the variable is not set.
[[nodiscard]] std::optional<StoreKind> postgres_store_kind();

}  // namespace coffer::tests
