#include "api/routes.h"

#include "base/ensure.h"

namespace coffer::api {

std::string_view to_text(Route route) {
    switch (route) {
        using enum Route;
        case open_wallet: return "open_wallet";
        case read_wallet: return "read_wallet";
        case read_balance: return "read_balance";
        case list_transactions: return "list_transactions";
        case list_balance_history: return "list_balance_history";
        case list_freezes: return "list_freezes";
        case deposit: return "deposit";
        case withdraw: return "withdraw";
        case transfer: return "transfer";
        case freeze: return "freeze";
        case unfreeze: return "unfreeze";
        case change_wallet_status: return "change_wallet_status";
        case close_wallet: return "close_wallet";
        case check_integrity: return "check_integrity";
        case list_wallets: return "list_wallets";
        case list_tenant_wallets: return "list_tenant_wallets";
        case admin_open_wallet: return "admin_open_wallet";
        case batch: return "batch";
        case batch_freeze: return "batch_freeze";
        case batch_unfreeze: return "batch_unfreeze";
        case delete_freeze_record: return "delete_freeze_record";
        case capture: return "capture";
        case refund: return "refund";
        case cancel_transaction: return "cancel_transaction";
        case adjust: return "adjust";
        case request_withdrawal: return "request_withdrawal";
        case list_withdrawals: return "list_withdrawals";
        case list_tenant_withdrawals: return "list_tenant_withdrawals";
        case approve_withdrawal: return "approve_withdrawal";
        case reject_withdrawal: return "reject_withdrawal";
        case list_adjustments: return "list_adjustments";
        case approve_adjustment: return "approve_adjustment";
        case reject_adjustment: return "reject_adjustment";
        case ledger_head: return "ledger_head";
        case read_policy: return "read_policy";
        case set_policy: return "set_policy";
        case remove_policy: return "remove_policy";
        case internal_balance: return "internal_balance";
        case internal_refund: return "internal_refund";
        case internal_runtime: return "internal_runtime";
        case livez: return "livez";
        case readyz: return "readyz";
        case healthz: return "healthz";
        case openapi: return "openapi";
        case docs: return "docs";
        case docs_file: return "docs_file";
        case metrics: return "metrics";
        case options: return "options";
        case none: return "none";
    }
    unreachable_value();
}

}  // namespace coffer::api
