#include "api/errors.h"

#include <algorithm>
#include <array>

#include "base/ensure.h"

namespace coffer::api {
namespace {

using enum Error;
using enum Retry;

// Numbered for ever: 610600.. form, 610601.. wallet, 610602.. money and state, 610603.. amount,
// 610604.. access, 610609.. machine.
constexpr std::array<ErrorRow, error_count> rows{{
    {path_not_found, 61060001, 404, never, "path_not_found",
     "there is no such path; /openapi.json lists all of them",
     "没有这个路径；全部路径见 /openapi.json"},
    {method_not_allowed, 61060002, 405, never, "method_not_allowed",
     "this path does not take {method}; it takes {allowed}",
     "此路径不接受 {method}；接受的方法：{allowed}"},
    {body_empty, 61060003, 400, never, "body_empty",
     "the body is empty; send a JSON object with {fields}",
     "请求体为空；请发送包含 {fields} 的 JSON 对象"},
    {body_malformed, 61060004, 400, never, "body_malformed",
     "the body is not valid JSON in UTF-8: {reason}", "请求体不是有效的 UTF-8 JSON：{reason}"},
    {body_not_an_object, 61060005, 400, never, "body_not_an_object",
     "the body must be one JSON object and nothing behind it",
     "请求体必须是一个 JSON 对象，其后不得有其他内容"},
    {field_unknown, 61060006, 400, never, "field_unknown",
     "the field '{field}' is not known here; known are {fields}",
     "不认识字段“{field}”；可用字段：{fields}"},
    {field_repeated, 61060007, 400, never, "field_repeated",
     "the field '{field}' stands twice in the body; send it once",
     "字段“{field}”在请求体中重复；只能出现一次"},
    {field_not_text, 61060008, 400, never, "field_not_text",
     "the field '{field}' must be a JSON string", "字段“{field}”必须是 JSON 字符串"},
    {amount_not_text, 61060009, 400, never, "amount_not_text",
     "the field '{field}' must be a JSON string: send a decimal string such as \"100.00\", "
     "never a number",
     "字段“{field}”必须是 JSON 字符串：请发送十进制字符串，例如 \"100.00\"，不要发送数字"},
    {field_missing, 61060010, 400, never, "field_missing",
     "the field '{field}' is required and must not be empty", "字段“{field}”为必填项，且不能为空"},
    {user_id_invalid, 61060011, 400, never, "user_id_invalid",
     "'{field}' must be a user id: 1 to {limit} bytes of UTF-8 without control characters, and "
     "none of the reserved words {reserved}",
     "“{field}”必须是用户 ID：1 到 {limit} 字节的 UTF-8，不含控制字符，且不是保留字 {reserved}"},
    {reference_invalid, 61060012, 400, never, "reference_invalid",
     "the field '{field}' must be 1 to {limit} bytes of UTF-8 without control characters",
     "字段“{field}”必须是 1 到 {limit} 字节的 UTF-8，不含控制字符"},
    {text_too_long, 61060013, 400, never, "text_too_long",
     "the field '{field}' may have at most {limit} bytes of UTF-8",
     "字段“{field}”最多 {limit} 字节（UTF-8）"},
    {text_invalid, 61060014, 400, never, "text_invalid",
     "the field '{field}' must not contain the character U+0000",
     "字段“{field}”不得包含字符 U+0000"},
    {choice_invalid, 61060015, 400, never, "choice_invalid", "'{field}' must be one of: {allowed}",
     "“{field}”必须是以下之一：{allowed}"},
    {parameter_repeated, 61060016, 400, never, "parameter_repeated",
     "the query parameter '{field}' stands twice; send it once",
     "查询参数“{field}”重复；只能出现一次"},
    {parameters_too_many, 61060017, 400, never, "parameters_too_many",
     "the query is malformed or has more than {limit} parameters",
     "查询字符串格式错误，或参数超过 {limit} 个"},
    {number_invalid, 61060018, 400, never, "number_invalid",
     "'{field}' must be a whole number from {least} to {limit}",
     "“{field}”必须是 {least} 到 {limit} 之间的整数"},
    {date_invalid, 61060019, 400, never, "date_invalid",
     "'{field}' must be a day such as 2026-04-15 or an RFC 3339 instant such as "
     "2026-04-15T10:30:00Z",
     "“{field}”必须是日期（如 2026-04-15）或 RFC 3339 时刻（如 2026-04-15T10:30:00Z）"},
    {dates_reversed, 61060020, 400, never, "dates_reversed",
     "'start_date' must not be later than 'end_date'", "“start_date”不得晚于“end_date”"},
    {cursor_invalid, 61060021, 400, never, "cursor_invalid",
     "'cursor' is not one that this list gave for these filters; begin again without it",
     "“cursor”不是此列表在这些筛选条件下给出的游标；请不带游标重新开始"},
    {cursor_with_page, 61060022, 400, never, "cursor_with_page",
     "'cursor' and 'page' name two places in the list; send one of them",
     "“cursor”和“page”指向列表中的两个位置；只能发送其中一个"},
    {currency_named_twice, 61060023, 400, never, "currency_named_twice",
     "the body and the query name different currencies; send one 'currency'",
     "请求体和查询参数中的货币不同；只能发送一个“currency”"},
    {content_type_unsupported, 61060024, 415, never, "content_type_unsupported",
     "the body must be sent as Content-Type: application/json, in UTF-8",
     "请求体必须以 Content-Type: application/json（UTF-8）发送"},
    {content_encoding_unsupported, 61060025, 415, never, "content_encoding_unsupported",
     "the body must be sent as it is, without Content-Encoding",
     "请求体必须原样发送，不得使用 Content-Encoding"},
    {http_malformed, 61060026, 400, never, "http_malformed",
     "the request is not well-formed HTTP: {reason}", "请求不是格式正确的 HTTP：{reason}"},
    {request_too_slow, 61060027, 408, later, "request_too_slow",
     "the request did not arrive in time: {reason}", "请求未能及时到达：{reason}"},
    {body_too_large, 61060028, 413, never, "body_too_large", "the body is too large: {reason}",
     "请求体过大：{reason}"},
    {request_line_too_long, 61060029, 414, never, "request_line_too_long",
     "the path or the query is too long: {reason}", "路径或查询字符串过长：{reason}"},
    {expectation_unknown, 61060030, 417, never, "expectation_unknown",
     "the Expect header asks for something unknown: {reason}", "无法满足 Expect 请求头：{reason}"},
    {headers_too_large, 61060031, 431, never, "headers_too_large",
     "the headers are too large: {reason}", "请求头过大：{reason}"},
    {not_implemented, 61060032, 501, never, "not_implemented",
     "this is not implemented here: {reason}", "此处未实现：{reason}"},
    {http_version_unknown, 61060033, 505, never, "http_version_unknown",
     "this HTTP version is not spoken here: {reason}", "不支持此 HTTP 版本：{reason}"},
    {idempotency_key_invalid, 61060034, 400, never, "idempotency_key_invalid",
     "'Idempotency-Key' must be 1 to 255 visible ASCII characters, sent once",
     "“Idempotency-Key”必须是 1 到 255 个可见 ASCII 字符，且只能发送一次"},
    {idempotency_keys_differ, 61060035, 400, never, "idempotency_keys_differ",
     "'Idempotency-Key' and 'X-Idempotency-Key' are one header; send one of them",
     "“Idempotency-Key”和“X-Idempotency-Key”是同一标头；只能发送其中一个"},
    {movements_invalid, 61060036, 400, never, "movements_invalid",
     "'movements' must be an array of 1 to 1,000 objects",
     "“movements”必须是 1 到 1,000 个对象的数组"},
    {list_invalid, 61060037, 400, never, "list_invalid",
     "'{field}' must be an array of 1 to 1,000 texts, all of them different",
     "“{field}”必须是 1 到 1,000 个互不相同的文本的数组"},

    {dry_run_of_many, 61060038, 400, never, "dry_run_of_many",
     "'dry_run' is for one command; what many would do depends on each other",
     "“dry_run”只能用于单个操作；多个操作的结果会互相影响"},
    {instant_invalid, 61060039, 400, never, "instant_invalid",
     "'{field}' must be an RFC 3339 instant such as 2026-12-31T23:59:59Z",
     "“{field}”必须是 RFC 3339 时刻（如 2026-12-31T23:59:59Z）"},

    {wallet_not_found, 61060101, 404, when_state_changes, "wallet_not_found",
     "there is no such wallet; a deposit or POST /wallets opens one",
     "钱包不存在；充值或 POST /wallets 可开通钱包"},
    {counterparty_wallet_not_found, 61060102, 404, when_state_changes,
     "counterparty_wallet_not_found",
     "the payee has no open wallet in {currency}; open one with POST /wallets first",
     "收款方没有 {currency} 的已开通钱包；请先用 POST /wallets 开通"},
    {currency_must_be_named, 61060103, 409, never, "currency_must_be_named",
     "the user has several open wallets; name the currency with 'currency'",
     "用户有多个已开通的钱包；请用“currency”指明货币"},
    {wallet_already_open, 61060104, 409, when_state_changes, "wallet_already_open",
     "the user already has an open wallet in {currency}", "用户已有 {currency} 的已开通钱包"},
    {wallets_of_user_at_maximum, 61060105, 409, never, "wallets_of_user_at_maximum",
     "the user has as many wallets as one user may have, closed ones included",
     "用户的钱包数量已达上限（包括已关闭的）"},
    {wallet_is_closed, 61060106, 409, when_state_changes, "wallet_is_closed",
     "the wallet is closed for ever: it can be read, but no money moves; open a new one",
     "钱包已永久关闭：可以查询，但不能变动资金；请开通新钱包"},
    {wallet_is_frozen, 61060107, 409, when_state_changes, "wallet_is_frozen",
     "the wallet has the status frozen: money may come in, but not leave, until an operator sets "
     "it to active",
     "钱包处于冻结状态：可以入账，在管理员恢复为 active 之前不能出账"},
    {counterparty_wallet_is_closed, 61060108, 409, when_state_changes,
     "counterparty_wallet_is_closed",
     "the payee's wallet in {currency} is closed; it can take no money",
     "收款方的 {currency} 钱包已关闭，不能收款"},
    {status_change_not_allowed, 61060109, 409, never, "status_change_not_allowed",
     "the wallet is closed, which is final: its status cannot change any more",
     "钱包已关闭，这是最终状态，不能再更改"},
    {wallet_not_empty, 61060110, 409, when_state_changes, "wallet_not_empty",
     "only an empty wallet can be closed; this one still holds {available} {currency}",
     "只能关闭空钱包；此钱包仍有 {available} {currency}"},
    {wallet_has_open_holds, 61060111, 409, when_state_changes, "wallet_has_open_holds",
     "a wallet with money set aside cannot be closed; release its freezes first",
     "有冻结金额的钱包不能关闭；请先解冻"},

    {exceeds_available_balance, 61060201, 409, when_state_changes, "exceeds_available_balance",
     "the available balance is not sufficient: available {available} {currency}, needed {needed} "
     "{currency}",
     "可用余额不足：可用 {available} {currency}，需要 {needed} {currency}"},
    {reference_reused, 61060202, 409, never, "reference_reused",
     "this reference_id was used for something else; a repeat must have the same amount, currency "
     "and counterparty",
     "此 reference_id 已用于其他请求；重复请求的金额、货币和对方必须相同"},
    {hold_not_found, 61060203, 404, when_state_changes, "hold_not_found",
     "this user has no freeze with that freeze_id", "此用户没有该 freeze_id 的冻结记录"},
    {hold_already_ended, 61060204, 409, never, "hold_already_ended",
     "this freeze has ended: released, captured or expired; a freeze ends once",
     "此冻结已经结束（解除、扣款或到期）；一笔冻结只能结束一次"},
    {transaction_not_found, 61060207, 404, when_state_changes, "transaction_not_found",
     "there is no such transaction, or it is not this user's", "交易不存在，或不属于此用户"},
    {transaction_not_refundable, 61060208, 409, never, "transaction_not_refundable",
     "only a deposit, a withdrawal, a payment or a transfer can be refunded or cancelled",
     "只有充值、提现、扣款和转账可以退款或取消"},
    {already_refunded, 61060209, 409, never, "already_refunded",
     "all of this transaction was given back before", "此交易已全额退回"},
    {exceeds_refundable, 61060210, 409, when_state_changes, "exceeds_refundable",
     "no more than what is left of the transaction can be refunded: {available} {currency} is "
     "left, "
     "{needed} {currency} was asked for",
     "退款不能超过交易的剩余金额：剩余 {available} {currency}，请求 {needed} {currency}"},
    {approval_not_found, 61060211, 404, when_state_changes, "approval_not_found",
     "there is no such request, or it is not this user's", "申请不存在，或不属于此用户"},
    {already_decided, 61060212, 409, never, "already_decided",
     "this request was decided or taken back before; it is decided once",
     "此申请已经审批或撤回；只能处理一次"},
    {own_request, 61060213, 409, never, "own_request",
     "whoever asked may not approve; a second person must",
     "申请人不能审批自己的申请；必须由他人审批"},
    {exceeds_hold, 61060214, 409, when_state_changes, "exceeds_hold",
     "no more than what is left of the freeze can be captured: {available} {currency} is left, "
     "{needed} {currency} was asked for",
     "扣款不能超过冻结的剩余金额：剩余 {available} {currency}，请求 {needed} {currency}"},
    {expires_in_past, 61060215, 422, never, "expires_in_past",
     "'expires_at' must be later than now", "“expires_at”必须晚于当前时间"},
    {payer_is_payee, 61060205, 400, never, "payer_is_payee",
     "'from_user_id' and 'to_user_id' must be two different users",
     "“from_user_id”和“to_user_id”必须是两个不同的用户"},
    {idempotency_key_reused, 61060206, 422, never, "idempotency_key_reused",
     "this Idempotency-Key came with another request before; a repeat must be the same in every "
     "value, a new request needs a new key",
     "此 Idempotency-Key 已用于内容不同的请求；重复请求的所有值必须相同，新请求需要新的键"},

    {amount_malformed, 61060301, 422, never, "amount_malformed",
     "the amount must be written like 100 or 100.00: ASCII digits and one point, without sign, "
     "exponent, blank, comma or leading zeros",
     "金额须写成 100 或 100.00：ASCII 数字和一个小数点，不含符号、指数、空格、逗号或前导零"},
    {amount_has_too_many_decimals, 61060302, 422, never, "amount_has_too_many_decimals",
     "{currency} has {decimals} decimals; an amount with more is refused, never rounded",
     "{currency} 有 {decimals} 位小数；小数位更多的金额会被拒绝，不会舍入"},
    {amount_not_positive, 61060303, 422, never, "amount_not_positive",
     "the amount must be greater than zero", "金额必须大于零"},
    {amount_over_maximum, 61060304, 422, never, "amount_over_maximum",
     "the amount is over the maximum of 10^30 minor units", "金额超过上限（10^30 个最小货币单位）"},
    {balance_over_maximum, 61060305, 422, when_state_changes, "balance_over_maximum",
     "the wallet would hold more than 10^30 minor units: it takes {available} {currency} more, "
     "{needed} {currency} would come",
     "钱包余额将超过上限（10^30 个最小货币单位）：还可入账 {available} {currency}，"
     "本次为 {needed} {currency}"},
    {currency_unknown, 61060306, 422, never, "currency_unknown",
     "the currency '{value}' is not known here; use an ISO 4217 code such as CNY or a unit that "
     "the operator configured",
     "不认识货币“{value}”；请使用 ISO 4217 代码（如 CNY）或管理员配置的单位"},

    {authorization_missing, 61060401, 401, never, "authorization_missing",
     "send Authorization: Bearer with an access token", "请发送 Authorization: Bearer 和访问令牌"},
    {authorization_not_bearer, 61060402, 401, never, "authorization_not_bearer",
     "the Authorization header must be 'Bearer' and one access token",
     "Authorization 请求头必须是“Bearer”加一个访问令牌"},
    {token_refused, 61060403, 401, never, "token_refused", "the token was refused: {reason}",
     "令牌被拒绝：{reason}"},
    {permission_missing, 61060404, 403, when_state_changes, "permission_missing",
     "the token does not allow this: it needs the permission {permission} or the role admin",
     "令牌权限不足：需要权限 {permission} 或角色 admin"},
    {authorization_repeated, 61060405, 400, never, "authorization_repeated",
     "the Authorization header stands twice; send it once",
     "Authorization 请求头重复；只能发送一次"},
    {tenant_differs, 61060406, 400, never, "tenant_differs",
     "X-Tenant-ID names another tenant than the token; leave it out or send the token's",
     "X-Tenant-ID 与令牌的租户不同；请省略它或发送令牌的租户"},
    {too_many_refused_tokens, 61060407, 429, later, "too_many_refused_tokens",
     "too many tokens from this address were refused; wait and send a valid one",
     "此地址被拒绝的令牌过多；请稍候并发送有效令牌"},
    {too_many_waiting_tokens, 61060408, 429, later, "too_many_waiting_tokens",
     "too many new tokens from this address are being checked; wait a moment",
     "此地址正在校验的新令牌过多；请稍候"},
    {token_keys_unavailable, 61060409, 503, later, "token_keys_unavailable",
     "the keys of the token's issuer cannot be fetched at the moment; nothing was changed, try "
     "again",
     "暂时无法获取令牌签发方的密钥；未作任何更改，请重试"},
    {key_missing, 61060410, 401, never, "key_missing",
     "this needs a service's key in the header X-API-Key",
     "此接口需要在 X-API-Key 请求头中提供服务密钥"},
    {key_refused, 61060411, 401, never, "key_refused",
     "X-API-Key is not a key of this service, or stands twice",
     "X-API-Key 不是本服务的密钥，或出现了两次"},
    {tenant_missing, 61060412, 400, never, "tenant_missing",
     "name the tenant in the header X-Tenant-ID, once",
     "请在 X-Tenant-ID 请求头中指明租户，且只能出现一次"},
    {tenant_not_of_key, 61060413, 403, when_state_changes, "tenant_not_of_key",
     "this key may not act for the tenant that X-Tenant-ID names",
     "此密钥无权代表 X-Tenant-ID 所指的租户"},

    {policy_not_found, 61060430, 404, when_state_changes, "policy_not_found",
     "this application has no policy of its own; the service's default holds",
     "此应用没有自己的策略；适用服务的默认策略"},
    {transfers_disabled, 61060431, 409, when_state_changes, "transfers_disabled",
     "the policy of this application does not allow transfers (transfer_enabled)",
     "此应用的策略不允许转账（transfer_enabled）"},
    {currency_not_supported, 61060432, 422, when_state_changes, "currency_not_supported",
     "the policy of this application does not support {currency} (supported_currencies)",
     "此应用的策略不支持 {currency}（supported_currencies）"},
    {balance_over_limit, 61060433, 422, when_state_changes, "balance_over_limit",
     "the wallet would hold more than max_balance allows: {available} {currency} of it is left, "
     "{needed} {currency} would come",
     "钱包余额将超过 max_balance：还可入账 {available} {currency}，本次为 {needed} {currency}"},
    {withdrawal_below_minimum, 61060434, 422, when_state_changes, "withdrawal_below_minimum",
     "a withdrawal must be at least {available} {currency} (min_withdraw_amount); this one is "
     "{needed} {currency}",
     "提现金额不得少于 {available} {currency}（min_withdraw_amount）；本次为 {needed} {currency}"},
    {daily_withdraw_limit_exceeded, 61060435, 422, when_state_changes,
     "daily_withdraw_limit_exceeded",
     "the withdrawal is over daily_withdraw_limit: {available} {currency} of it is left today, "
     "needed {needed} {currency}",
     "提现超过 daily_withdraw_limit：今日剩余 {available} {currency}，需要 {needed} {currency}"},
    {monthly_withdraw_limit_exceeded, 61060436, 422, when_state_changes,
     "monthly_withdraw_limit_exceeded",
     "the withdrawal is over monthly_withdraw_limit: {available} {currency} of it is left this "
     "month, needed {needed} {currency}",
     "提现超过 monthly_withdraw_limit：本月剩余 {available} {currency}，需要 {needed} {currency}"},
    {withdrawal_needs_review, 61060437, 409, never, "withdrawal_needs_review",
     "a withdrawal of more than {available} {currency} is reviewed first "
     "(withdrawal_require_review, auto_approve_limit): ask for it with POST "
     "/wallets/<user_id>/withdraw/request",
     "超过 {available} {currency} 的提现须先经审核（withdrawal_require_review、"
     "auto_approve_limit）：请使用 POST /wallets/<user_id>/withdraw/request 申请"},
    {float_exceeded, 61060438, 409, when_state_changes, "float_exceeded",
     "the prepaid float does not cover this deposit (prefunded_float): {available} {currency} "
     "of it is left, needed {needed} {currency}",
     "预付备付金不足以覆盖此次充值（prefunded_float）：剩余 {available} {currency}，需要 "
     "{needed} {currency}"},
    {rate_limited, 61060439, 429, later, "rate_limited",
     "this caller may send {limit} requests in one window (rate_limit_per_min, "
     "rate_limit_per_hour); wait for {seconds} seconds",
     "此调用方在一个时间窗内最多发送 {limit} 个请求（rate_limit_per_min、rate_limit_per_hour）；"
     "请等待 {seconds} 秒"},
    {field_not_number, 61060440, 400, never, "field_not_number",
     "the field '{field}' must be a JSON number or a string with one",
     "字段“{field}”必须是 JSON 数字，或写有数字的字符串"},
    {field_not_boolean, 61060441, 400, never, "field_not_boolean",
     "the field '{field}' must be true or false", "字段“{field}”必须是 true 或 false"},
    {limit_invalid, 61060442, 422, never, "limit_invalid",
     "'{field}' must be a number such as 1000 or 1000.50: without sign or exponent, at most 18 "
     "decimals, at most 10^30 without its point",
     "“{field}”必须是 1000 或 1000.50 这样的数字：不含符号和指数，最多 18 位小数，去掉小数点后不"
     "超过 10^30"},
    {currencies_invalid, 61060443, 422, never, "currencies_invalid",
     "'{field}' must list at most 32 known currencies, each once, such as CNY,USD; an empty "
     "text means all",
     "“{field}”最多列出 32 种已知货币，不得重复，例如 CNY,USD；空文本表示全部"},
    {time_zone_unknown, 61060444, 422, never, "time_zone_unknown",
     "'{field}' must be the name of a time zone that this machine knows, such as Asia/Shanghai",
     "“{field}”必须是本机认识的时区名称，例如 Asia/Shanghai"},

    {internal, 61060901, 500, later, "internal",
     "the service has a fault of its own; nothing was changed", "服务内部错误；未作任何更改"},
    {breaks_a_law, 61060902, 500, never, "breaks_a_law",
     "the service stopped itself from writing an unsound entry; nothing was changed",
     "服务阻止了自身写入不正确的分录；未作任何更改"},
    {too_many_requests_in_flight, 61060903, 503, later, "too_many_requests_in_flight",
     "the service is busy; nothing was changed, try again", "服务繁忙；未作任何更改，请重试"},
    {store_unavailable, 61060904, 503, later, "store_unavailable",
     "the store cannot answer now; nothing was changed, try again",
     "存储暂时不可用；未作任何更改，请重试"},
    {storage_full, 61060905, 503, later, "storage_full",
     "the storage is full; nothing was changed, an operator must make room",
     "存储空间已满；未作任何更改，需要管理员释放空间"},
    {clock_wrong, 61060906, 503, later, "clock_wrong",
     "the service's clock is wrong; nothing was changed, an operator must set it",
     "服务的时钟不正确；未作任何更改，需要管理员校正"},
    {outcome_unknown, 61060907, 503, with_same_reference, "outcome_unknown",
     "it is not known whether this took effect; send it again with the same reference_id",
     "无法确定此请求是否已生效；请用相同的 reference_id 重新发送"},
    {too_many_connections, 61060908, 503, later, "too_many_connections",
     "the service has no room: {reason}", "服务容量不足：{reason}"},
    {not_ready, 61060909, 503, later, "not_ready", "the service does not take requests now",
     "服务目前不接受请求"},
    {book_read_only, 61060910, 503, later, "book_read_only",
     "the book was restored from a backup and is read-only; nothing was changed, an operator opens "
     "it with coffer serve --open",
     "账簿由备份恢复，目前只读；未作任何更改，需要管理员用 coffer serve --open 打开"},
}};

consteval bool one_row_per_error() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].error) != i) return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (rows[i].code == rows[j].code || rows[i].name == rows[j].name) return false;
        }
        if (rows[i].code / 10'000 != 6106 || rows[i].english.empty()) return false;
    }
    return static_cast<std::size_t>(book_read_only) + 1 == error_count;
}
static_assert(one_row_per_error(), "an error has no row, or two, or a number is used twice");

struct RejectionRow {
    wallet::Rejection rejection;
    Error error;
};

constexpr std::array<RejectionRow, wallet::rejection_count> rejections{{
    {wallet::Rejection::reference_reused, reference_reused},
    {wallet::Rejection::payer_is_payee, payer_is_payee},
    {wallet::Rejection::wallet_not_found, wallet_not_found},
    {wallet::Rejection::counterparty_wallet_not_found, counterparty_wallet_not_found},
    {wallet::Rejection::currency_must_be_named, currency_must_be_named},
    {wallet::Rejection::wallet_already_open, wallet_already_open},
    {wallet::Rejection::wallets_of_user_at_maximum, wallets_of_user_at_maximum},
    {wallet::Rejection::wallet_is_closed, wallet_is_closed},
    {wallet::Rejection::wallet_is_frozen, wallet_is_frozen},
    {wallet::Rejection::counterparty_wallet_is_closed, counterparty_wallet_is_closed},
    {wallet::Rejection::amount_has_too_many_decimals, amount_has_too_many_decimals},
    {wallet::Rejection::amount_not_positive, amount_not_positive},
    {wallet::Rejection::amount_over_maximum, amount_over_maximum},
    {wallet::Rejection::exceeds_available_balance, exceeds_available_balance},
    {wallet::Rejection::balance_over_maximum, balance_over_maximum},
    {wallet::Rejection::hold_not_found, hold_not_found},
    {wallet::Rejection::hold_already_ended, hold_already_ended},
    {wallet::Rejection::status_change_not_allowed, status_change_not_allowed},
    {wallet::Rejection::wallet_has_open_holds, wallet_has_open_holds},
    {wallet::Rejection::wallet_not_empty, wallet_not_empty},
    {wallet::Rejection::breaks_a_law, breaks_a_law},
    {wallet::Rejection::idempotency_key_reused, idempotency_key_reused},
    {wallet::Rejection::transaction_not_found, transaction_not_found},
    {wallet::Rejection::transaction_not_refundable, transaction_not_refundable},
    {wallet::Rejection::already_refunded, already_refunded},
    {wallet::Rejection::exceeds_refundable, exceeds_refundable},
    {wallet::Rejection::approval_not_found, approval_not_found},
    {wallet::Rejection::already_decided, already_decided},
    {wallet::Rejection::own_request, own_request},
    {wallet::Rejection::exceeds_hold, exceeds_hold},
    {wallet::Rejection::expires_in_past, expires_in_past},
    {wallet::Rejection::policy_not_found, policy_not_found},
    {wallet::Rejection::transfers_disabled, transfers_disabled},
    {wallet::Rejection::currency_not_supported, currency_not_supported},
    {wallet::Rejection::balance_over_limit, balance_over_limit},
    {wallet::Rejection::withdrawal_below_minimum, withdrawal_below_minimum},
    {wallet::Rejection::daily_withdraw_limit_exceeded, daily_withdraw_limit_exceeded},
    {wallet::Rejection::monthly_withdraw_limit_exceeded, monthly_withdraw_limit_exceeded},
    {wallet::Rejection::withdrawal_needs_review, withdrawal_needs_review},
    {wallet::Rejection::float_exceeded, float_exceeded},
}};

consteval bool one_error_per_rejection() {
    for (std::size_t i = 0; i < rejections.size(); ++i) {
        const auto number = static_cast<std::uint8_t>(rejections[i].rejection);
        if (!wallet::is_rejection(number)) return false;
        if (i != 0 && rejections[i - 1].rejection >= rejections[i].rejection) return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (rejections[i].error == rejections[j].error) return false;
        }
    }
    return true;
}
static_assert(one_error_per_rejection(), "a rejection has no place in the API, or two share one");

}  // namespace

const ErrorRow& row_of(Error error) { return rows[static_cast<std::size_t>(error)]; }

Error error_of(wallet::Rejection rejection) {
    const auto* const row =
        std::ranges::lower_bound(rejections, rejection, {}, &RejectionRow::rejection);
    ENSURE(row != rejections.end() && row->rejection == rejection);
    return row->error;
}

Error error_of_http_status(int status) {
    switch (status) {  // statuses are an open set
        case 400: return http_malformed;
        case 408: return request_too_slow;
        case 413: return body_too_large;
        case 414: return request_line_too_long;
        case 417: return expectation_unknown;
        case 431: return headers_too_large;
        case 501: return not_implemented;
        case 503: return too_many_connections;
        case 505: return http_version_unknown;
        default: return internal;
    }
}

std::string_view to_text(Retry retry) {
    switch (retry) {
        case never: return "never";
        case when_state_changes: return "when_state_changes";
        case later: return "later";
        case with_same_reference: return "with_same_reference";
    }
    unreachable_value();
}

}  // namespace coffer::api
