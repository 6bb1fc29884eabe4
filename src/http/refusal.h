#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace coffer::http {

/// Why a request never reached a handler. Each is counted by its name and closes the connection.
enum class Refusal : std::uint8_t {
    malformed_request_line,
    malformed_header,
    malformed_host,
    malformed_target,
    malformed_length,
    malformed_transfer_encoding,
    malformed_chunk,
    header_timeout,
    body_timeout,
    body_too_large,
    request_line_too_long,
    expectation_unknown,
    header_too_large,
    transfer_coding_unknown,
    method_unknown,
    too_many_connections,
    version_unknown,
};
inline constexpr std::size_t refusal_count = 17;

struct RefusalRow {
    Refusal refusal;
    std::string_view name;  ///< as in the metrics
    int status;
    std::string_view reason;  ///< a sentence for the client
};

[[nodiscard]] const RefusalRow& row_of(Refusal refusal);

}  // namespace coffer::http
