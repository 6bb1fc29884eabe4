#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace coffer::api {

/// Every operation that has an answer of its own. Metrics and logs name the route, never the path.
enum class Route : std::uint8_t {
    open_wallet,
    read_wallet,
    read_balance,
    list_transactions,
    list_balance_history,
    list_freezes,
    deposit,
    withdraw,
    transfer,
    freeze,
    unfreeze,
    change_wallet_status,
    close_wallet,
    check_integrity,
    list_wallets,
    list_tenant_wallets,
    admin_open_wallet,
    batch,
    batch_freeze,
    batch_unfreeze,
    delete_freeze_record,
    capture,
    refund,
    cancel_transaction,
    adjust,
    request_withdrawal,
    list_withdrawals,
    list_tenant_withdrawals,
    approve_withdrawal,
    reject_withdrawal,
    list_adjustments,
    approve_adjustment,
    reject_adjustment,
    ledger_head,
    read_policy,
    set_policy,
    remove_policy,
    internal_balance,
    internal_refund,
    internal_runtime,
    livez,
    readyz,
    healthz,
    openapi,
    docs,
    docs_file,
    metrics,
    options,  ///< OPTIONS on any path
    none,     ///< no such path, or a method that it does not take
};
inline constexpr std::size_t route_count = 49;

/// The name in metrics and logs, and the operationId in api/openapi.yaml.
[[nodiscard]] std::string_view to_text(Route route);

}  // namespace coffer::api
