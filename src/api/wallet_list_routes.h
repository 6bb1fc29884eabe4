#pragma once

#include "api/ask.h"

namespace coffer::api {

// GET /wallets: the caller's own wallets, or all of the tenant for who may read the tenant.
// GET /admin/wallets: all of the tenant.

[[nodiscard]] std::optional<Problem> parse_list_wallets(const Ask& ask, engine::Item& item,
                                                        Remembered& remembered);
[[nodiscard]] std::optional<Problem> parse_list_tenant_wallets(const Ask& ask, engine::Item& item,
                                                               Remembered& remembered);
void render_wallets(const Rendering& rendering, const engine::Answer& answer);

}  // namespace coffer::api
