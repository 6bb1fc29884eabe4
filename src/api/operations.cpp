#include "api/operations.h"

#include <array>

#include "api/admin_wallet_routes.h"
#include "api/approval_routes.h"
#include "api/capture_routes.h"
#include "api/correction_routes.h"
#include "api/freeze_routes.h"
#include "api/history_routes.h"
#include "api/movement_routes.h"
#include "api/policy_routes.h"
#include "api/wallet_list_routes.h"
#include "api/wallet_routes.h"

namespace coffer::api {
namespace {

using access::Action;

constexpr std::array<Operation, 40> operations{{
    {Route::open_wallet, Action::open_wallet, Target::body_user, true, 201, &open_wallet_form,
     parse_open_wallet, render_opened_wallet},
    {Route::read_wallet, Action::read_user, Target::path_user, false, 200, nullptr,
     parse_read_wallet, render_wallet},
    {Route::read_balance, Action::read_user, Target::path_user, false, 200, nullptr,
     parse_read_wallet, render_balance},
    {Route::list_transactions, Action::read_user, Target::path_user, false, 200, nullptr,
     parse_transactions, render_transactions},
    {Route::list_balance_history, Action::read_user, Target::path_user, false, 200, nullptr,
     parse_balance_history, render_balance_history},
    {Route::list_freezes, Action::read_user, Target::path_user, false, 200, nullptr, parse_freezes,
     render_freezes},
    {Route::deposit, Action::deposit, Target::path_user, true, 200, &movement_form, parse_deposit,
     render_movement},
    {Route::withdraw, Action::withdraw, Target::path_user, true, 200, &movement_form,
     parse_withdraw, render_movement},
    {Route::transfer, Action::transfer, Target::body_payer, true, 200, &transfer_form,
     parse_transfer, render_transfer},
    {Route::freeze, Action::freeze, Target::path_user, true, 200, &freeze_form, parse_freeze,
     render_freeze},
    {Route::unfreeze, Action::unfreeze, Target::path_user, true, 200, &unfreeze_form,
     parse_unfreeze, render_freeze},
    {Route::change_wallet_status, Action::admin, Target::path_wallet, true, 200,
     &change_status_form, parse_change_status, render_changed_wallet},
    {Route::close_wallet, Action::admin, Target::path_wallet, true, 200, nullptr,
     parse_close_wallet, render_nothing},
    {Route::check_integrity, Action::read_tenant, Target::path_wallet, false, 200, nullptr,
     parse_integrity, render_integrity},
    {Route::list_wallets, Action::read_user, Target::caller, false, 200, nullptr,
     parse_list_wallets, render_wallets},
    {Route::list_tenant_wallets, Action::read_tenant, Target::tenant, false, 200, nullptr,
     parse_list_tenant_wallets, render_wallets},
    {Route::admin_open_wallet, Action::admin, Target::body_user, true, 201, &open_wallet_form,
     parse_open_wallet, render_opened_wallet},
    // Each movement is read, allowed and answered by itself: service_batch.cpp.
    {Route::batch, Action::read_user, Target::caller, true, 200, nullptr, nullptr, nullptr},
    // For each text of the list: service_freezes.cpp.
    {Route::batch_freeze, Action::freeze, Target::tenant, true, 200, &batch_freeze_form,
     parse_batch_freeze, nullptr},
    {Route::batch_unfreeze, Action::unfreeze, Target::tenant, true, 200, &batch_unfreeze_form,
     parse_batch_unfreeze, nullptr},
    {Route::delete_freeze_record, Action::unfreeze, Target::path_wallet, true, 200, nullptr,
     parse_delete_freeze_record, render_nothing},
    {Route::capture, Action::freeze, Target::path_user, true, 200, &capture_form, parse_capture,
     render_capture},
    {Route::refund, Action::refund, Target::path_user, true, 200, &refund_form, parse_refund,
     render_movement},
    {Route::cancel_transaction, Action::cancel, Target::path_wallet, true, 200, &cancel_form,
     parse_cancel, render_cancelled},
    {Route::adjust, Action::adjust, Target::path_user, true, 200, &adjust_form, parse_adjust,
     render_adjusted},
    {Route::request_withdrawal, Action::request_withdrawal, Target::path_user, true, 201,
     &withdrawal_form, parse_request_withdrawal, render_approval},
    {Route::list_withdrawals, Action::read_user, Target::path_user, false, 200, nullptr,
     parse_withdrawals, render_approvals},
    {Route::list_tenant_withdrawals, Action::read_tenant, Target::tenant, false, 200, nullptr,
     parse_tenant_withdrawals, render_approvals},
    {Route::approve_withdrawal, Action::decide_withdrawal, Target::path_wallet, true, 200,
     &approve_form, parse_approve_withdrawal, render_approval},
    {Route::reject_withdrawal, Action::decide_withdrawal, Target::path_wallet, true, 200,
     &reject_form, parse_reject_withdrawal, render_approval},
    {Route::list_adjustments, Action::read_tenant, Target::tenant, false, 200, nullptr,
     parse_adjustments, render_approvals},
    {Route::approve_adjustment, Action::adjust, Target::path_wallet, true, 200, &approve_form,
     parse_approve_adjustment, render_approval},
    {Route::reject_adjustment, Action::adjust, Target::path_wallet, true, 200, &reject_form,
     parse_reject_adjustment, render_approval},
    // Answered at once, see Service::Parts::answer_head(): no store is asked.
    {Route::ledger_head, Action::admin, Target::tenant, false, 200, nullptr, nullptr, nullptr},
    {Route::read_policy, Action::admin, Target::path_tenant, false, 200, nullptr, parse_read_policy,
     render_policy},
    {Route::set_policy, Action::admin, Target::path_tenant, true, 200, &policy_form,
     parse_set_policy, render_nothing},
    {Route::remove_policy, Action::admin, Target::path_tenant, true, 200, nullptr,
     parse_remove_policy, render_nothing},
    // With a key instead of a token: service_internal.cpp.
    {Route::internal_balance, Action::read_user, Target::tenant, false, 200, nullptr,
     parse_read_wallet, render_balance},
    {Route::internal_refund, Action::refund, Target::tenant, true, 200, &refund_form,
     parse_internal_refund, render_movement},
    {Route::internal_runtime, Action::read_tenant, Target::tenant, false, 200, nullptr, nullptr,
     nullptr},
}};

consteval bool in_order_of_routes() {
    for (std::size_t i = 0; i < operations.size(); ++i) {
        if (static_cast<std::size_t>(operations[i].route) != i) return false;
    }
    return true;
}
static_assert(in_order_of_routes(), "a route has no operation, or two");
static_assert(static_cast<std::size_t>(Route::livez) == operations.size());

}  // namespace

bool needs_token(Route route) { return route < Route::internal_balance; }

bool takes_list(Route route) {
    return route == Route::batch_freeze || route == Route::batch_unfreeze;
}

bool needs_key(Route route) {
    return route >= Route::internal_balance && route <= Route::internal_runtime;
}

const Operation& operation_of(Route route) {
    ENSURE(needs_token(route) || needs_key(route));
    return operations[static_cast<std::size_t>(route)];
}

}  // namespace coffer::api
