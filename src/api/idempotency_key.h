#pragma once

#include <optional>
#include <string_view>

#include "api/body_reader.h"
#include "api/problem.h"
#include "api/query_values.h"
#include "api/router.h"
#include "base/sha256.h"
#include "engine/batch.h"
#include "http/request.h"
#include "wallet/command.h"

namespace coffer::api {

// Idempotency-Key, or X-Idempotency-Key: draft-ietf-httpapi-idempotency-key-header, but for the
// quotes around the value, which hardly any client sends.

/// Whether one of them came twice; asked while the list of headers is still there.
[[nodiscard]] bool repeats_idempotency_key(const http::Request& request);

/// The key as sent; "" when there is none.
[[nodiscard]] std::optional<Problem> read_idempotency_key(const http::Request& request,
                                                          std::string_view& key);

/// Every value of query and body.
[[nodiscard]] wallet::Fingerprint payload_of(const QueryValues& query, const BodyReader& body,
                                             Sha256& sha256);

/// What the key guards: method and path (its id decoded, whatever base path it came by), and the
/// payload. Texts are put into `texts`.
[[nodiscard]] wallet::IdempotencyKey guard_with(std::string_view key, http::Method method,
                                                const Match& match, std::string_view id,
                                                const wallet::Fingerprint& payload,
                                                engine::Arena& texts);

}  // namespace coffer::api
