#include "api/router.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ensure.h"

namespace coffer::api {
namespace {

using http::Method;

// The longer before the shorter where one begins with the other.
constexpr std::array<std::string_view, 4> bases{"/bff/wallet-service/api/v1", "/bff/wallet/api/v1",
                                                "/wallet/api/v1", "/api/v1"};

constexpr std::array<RouteRow, 49> table{{
    {"/wallets", Method::get, Route::list_wallets},
    {"/wallets", Method::post, Route::open_wallet},
    {"/wallets/batch", Method::post, Route::batch},
    {"/wallets/transfer", Method::post, Route::transfer},
    {"/wallets/{user_id}", Method::get, Route::read_wallet},
    {"/wallets/{user_id}/deposit", Method::post, Route::deposit},
    {"/wallets/{user_id}/withdraw", Method::post, Route::withdraw},
    {"/wallets/{user_id}/balance", Method::get, Route::read_balance},
    {"/wallets/{user_id}/transactions", Method::get, Route::list_transactions},
    {"/wallets/{user_id}/balance-history", Method::get, Route::list_balance_history},
    {"/wallets/{user_id}/freeze", Method::post, Route::freeze},
    {"/wallets/{user_id}/unfreeze", Method::post, Route::unfreeze},
    {"/wallets/{user_id}/freezes", Method::get, Route::list_freezes},
    {"/wallets/{user_id}/freezes/{freeze_id}/capture", Method::post, Route::capture},
    {"/wallets/{user_id}/refund", Method::post, Route::refund},
    {"/wallets/{user_id}/withdraw/request", Method::post, Route::request_withdrawal},
    {"/wallets/{user_id}/withdrawals", Method::get, Route::list_withdrawals},
    {"/wallets/transactions/{transaction_id}/cancel", Method::post, Route::cancel_transaction},
    {"/admin/wallets", Method::get, Route::list_tenant_wallets},
    {"/admin/wallets", Method::post, Route::admin_open_wallet},
    {"/admin/wallets/batch-freeze", Method::post, Route::batch_freeze},
    {"/admin/wallets/batch-unfreeze", Method::post, Route::batch_unfreeze},
    {"/admin/wallets/freeze-records/{freeze_record_id}", Method::delete_,
     Route::delete_freeze_record},
    {"/admin/wallets/withdrawals", Method::get, Route::list_tenant_withdrawals},
    {"/admin/wallets/withdrawals/{withdrawal_id}/approve", Method::post, Route::approve_withdrawal},
    {"/admin/wallets/withdrawals/{withdrawal_id}/reject", Method::post, Route::reject_withdrawal},
    {"/admin/wallets/adjustments", Method::get, Route::list_adjustments},
    {"/admin/wallets/adjustments/{adjustment_id}/approve", Method::post, Route::approve_adjustment},
    {"/admin/wallets/adjustments/{adjustment_id}/reject", Method::post, Route::reject_adjustment},
    {"/admin/wallets/{wallet_id}", Method::put, Route::change_wallet_status},
    {"/admin/wallets/{wallet_id}", Method::delete_, Route::close_wallet},
    {"/admin/wallets/{wallet_id}/integrity", Method::get, Route::check_integrity},
    {"/admin/wallets/users/{user_id}/adjust", Method::post, Route::adjust},
    {"/admin/wallets/{user_id}/adjust", Method::post, Route::adjust},  // as older documents have it
    {"/admin/ledger/head", Method::get, Route::ledger_head},
    {"/admin/wallets/tenants/{tenant_id}/apps/{app_id}/policy", Method::get, Route::read_policy},
    {"/admin/wallets/tenants/{tenant_id}/apps/{app_id}/policy", Method::put, Route::set_policy},
    {"/admin/wallets/tenants/{tenant_id}/apps/{app_id}/policy", Method::delete_,
     Route::remove_policy},
    {"/internal/wallet/balance", Method::get, Route::internal_balance},
    {"/internal/wallet/refund", Method::post, Route::internal_refund},
    {"/internal/wallets/refund", Method::post, Route::internal_refund},  // likewise
    {"/internal/runtime", Method::get, Route::internal_runtime},
    {"/livez", Method::get, Route::livez},
    {"/readyz", Method::get, Route::readyz},
    {"/healthz", Method::get, Route::healthz},
    {"/openapi.json", Method::get, Route::openapi},
    {"/docs", Method::get, Route::docs},
    {"/docs/{file}", Method::get, Route::docs_file},
    {"/metrics", Method::get, Route::metrics},
}};

// From here on paths are served at the root only: they are for the machine's neighbours.
constexpr Route first_at_root_only = Route::internal_balance;

std::string_view without_base(std::string_view path) {
    for (const std::string_view base : bases) {
        if (path.size() > base.size() && path[base.size()] == '/' && path.starts_with(base)) {
            return path.substr(base.size());
        }
    }
    return path;
}

/// What stands between the slashes of a path that begins with one.
struct Segments {
    static constexpr std::size_t most = 7;  // of any pattern
    std::array<std::string_view, most> texts{};
    std::size_t count = 0;  ///< more than `most`: not all are in `texts`
};

constexpr Segments segments_of(std::string_view path) {
    Segments found;
    while (!path.empty() && path.front() == '/' && found.count <= Segments::most) {
        path.remove_prefix(1);
        const std::string_view segment = path.substr(0, path.find('/'));
        if (found.count < Segments::most) found.texts[found.count] = segment;
        ++found.count;
        path.remove_prefix(segment.size());
    }
    return found;
}

constexpr auto patterns = [] {
    std::array<Segments, table.size()> all;
    for (std::size_t i = 0; i < table.size(); ++i) all[i] = segments_of(table[i].path);
    return all;
}();
static_assert(std::ranges::all_of(patterns, [](const Segments& pattern) {
    return pattern.count > 0 && pattern.count <= Segments::most;
}));

/// What stands for the parameters of a pattern; "" where it has none.
struct Parameters {
    std::string_view tenant;
    std::string_view id;
    std::string_view part;
};

/// The parameters of `path` if it has the form of `pattern`.
std::optional<Parameters> parameters_in(const Segments& path, const Segments& pattern) {
    if (path.count != pattern.count) return std::nullopt;
    Parameters found;
    for (std::size_t i = 0; i < path.count; ++i) {
        const std::string_view wanted = pattern.texts[i];
        const std::string_view segment = path.texts[i];
        if (wanted.starts_with('{')) {
            if (segment.empty()) return std::nullopt;
            (wanted == "{tenant_id}"   ? found.tenant
             : wanted == "{freeze_id}" ? found.part
                                       : found.id) = segment;
        } else if (segment != wanted) {
            return std::nullopt;
        }
    }
    return found;
}

}  // namespace

std::span<const std::string_view> base_paths() { return bases; }
std::span<const RouteRow> route_table() { return table; }

Match match_route(Method method, std::string_view raw_path) {
    if (method == Method::options && raw_path == "*") {
        return {.how = Match::How::options, .route = Route::options, .path = "*"};
    }
    const Method wanted = method == Method::head ? Method::get : method;
    const std::string_view path = without_base(raw_path);
    const bool at_root = path.size() == raw_path.size();
    const Segments segments = segments_of(path);
    Match match;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const RouteRow& row = table[i];
        if (match.how == Match::How::no_method && row.path != match.path) break;
        if (row.route >= first_at_root_only && !at_root) break;
        const auto parameters = parameters_in(segments, patterns[i]);
        if (!parameters) continue;
        if (method == Method::options) {
            return {.how = Match::How::options, .route = Route::options, .path = row.path};
        }
        match = {.how = Match::How::no_method, .path = row.path};
        if (row.method == wanted) {
            return {.how = Match::How::found,
                    .route = row.route,
                    .tenant = parameters->tenant,
                    .id = parameters->id,
                    .part = parameters->part,
                    .path = row.path};
        }
    }
    return match;
}

std::string allowed_methods(std::string_view table_path) {
    if (table_path == "*") return "GET, HEAD, POST, PUT, DELETE, OPTIONS";
    std::string allowed;
    for (const RouteRow& row : table) {
        if (row.path != table_path) continue;
        allowed += http::to_text(row.method);
        allowed += row.method == Method::get ? ", HEAD, " : ", ";
    }
    return allowed + "OPTIONS";
}

}  // namespace coffer::api
