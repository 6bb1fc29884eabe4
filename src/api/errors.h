#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wallet/rejection.h"

namespace coffer::api {

/// Every way in which a request can fail. Each has one row in the table; the texts and numbers are
/// also in api/errors.yaml, and a test compares the two. Numbers are never used again.
enum class Error : std::uint8_t {
    // The form of the request.
    path_not_found,
    method_not_allowed,
    body_empty,
    body_malformed,
    body_not_an_object,
    field_unknown,
    field_repeated,
    field_not_text,
    amount_not_text,
    field_missing,
    user_id_invalid,
    reference_invalid,
    text_too_long,
    text_invalid,
    choice_invalid,
    parameter_repeated,
    parameters_too_many,
    number_invalid,
    date_invalid,
    dates_reversed,
    cursor_invalid,
    cursor_with_page,
    currency_named_twice,
    content_type_unsupported,
    content_encoding_unsupported,
    http_malformed,
    request_too_slow,
    body_too_large,
    request_line_too_long,
    expectation_unknown,
    headers_too_large,
    not_implemented,
    http_version_unknown,
    idempotency_key_invalid,
    idempotency_keys_differ,
    movements_invalid,
    list_invalid,
    dry_run_of_many,
    instant_invalid,
    // The wallet.
    wallet_not_found,
    counterparty_wallet_not_found,
    currency_must_be_named,
    wallet_already_open,
    wallets_of_user_at_maximum,
    wallet_is_closed,
    wallet_is_frozen,
    counterparty_wallet_is_closed,
    status_change_not_allowed,
    wallet_not_empty,
    wallet_has_open_holds,
    // Money and state.
    exceeds_available_balance,
    reference_reused,
    hold_not_found,
    hold_already_ended,
    transaction_not_found,
    transaction_not_refundable,
    already_refunded,
    exceeds_refundable,
    approval_not_found,
    already_decided,
    own_request,
    exceeds_hold,
    expires_in_past,
    payer_is_payee,
    idempotency_key_reused,
    // The amount.
    amount_malformed,
    amount_has_too_many_decimals,
    amount_not_positive,
    amount_over_maximum,
    balance_over_maximum,
    currency_unknown,
    // Access.
    authorization_missing,
    authorization_not_bearer,
    token_refused,
    permission_missing,
    authorization_repeated,
    tenant_differs,
    too_many_refused_tokens,
    too_many_waiting_tokens,
    token_keys_unavailable,
    key_missing,
    key_refused,
    tenant_missing,
    tenant_not_of_key,
    // The policy of an application.
    policy_not_found,
    transfers_disabled,
    currency_not_supported,
    balance_over_limit,
    withdrawal_below_minimum,
    daily_withdraw_limit_exceeded,
    monthly_withdraw_limit_exceeded,
    withdrawal_needs_review,
    float_exceeded,
    rate_limited,
    field_not_number,
    field_not_boolean,
    limit_invalid,
    currencies_invalid,
    time_zone_unknown,
    // The machine.
    internal,
    breaks_a_law,
    too_many_requests_in_flight,
    store_unavailable,
    storage_full,
    clock_wrong,
    outcome_unknown,
    too_many_connections,
    not_ready,
    book_read_only,
};
inline constexpr std::size_t error_count = static_cast<std::size_t>(Error::book_read_only) + 1;

/// What sending the request again can bring.
enum class Retry : std::uint8_t {
    never,                ///< the request itself must change
    when_state_changes,   ///< the same may succeed after a deposit, an unfreeze, new rights …
    later,                ///< the same request after Retry-After
    with_same_reference,  ///< the only way to learn what happened; without a reference: look it up
};

struct ErrorRow {
    Error error;
    std::uint32_t code;
    std::uint16_t status;
    Retry retry;
    std::string_view name;
    std::string_view english;  ///< with placeholders: {available}, {needed}, {field} …
    std::string_view chinese;
};

[[nodiscard]] const ErrorRow& row_of(Error error);
[[nodiscard]] Error error_of(wallet::Rejection rejection);
/// The row for a refusal that the HTTP server gives by itself.
[[nodiscard]] Error error_of_http_status(int status);
[[nodiscard]] std::string_view to_text(Retry retry);

}  // namespace coffer::api
