#pragma once

#include "app/logs.h"
#include "app/settings.h"
#include "base/result.h"
#include "store_embedded/embedded_store.h"
#include "store_postgres/postgres_store.h"

namespace coffer::app {

/// What the settings mean for each store. Refuses units that are none.
[[nodiscard]] Result<store_embedded::EmbeddedOptions, Fault> embedded_options(
    const Settings& settings, Logs& logs);
[[nodiscard]] Result<store_postgres::PostgresOptions, Fault> postgres_options(
    const Settings& settings, Logs& logs);

}  // namespace coffer::app
