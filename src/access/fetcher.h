#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"

namespace coffer::access {

/// How much of an answer is read; a longer one is a failure.
inline constexpr std::size_t fetched_bytes_max = 256 * 1024;

struct FetchRequest {
    std::string url;      ///< reason_to_refuse_url() has nothing against it
    std::string etag;     ///< of what is there already, or ""
    std::string ca_file;  ///< who may vouch for the server; "": whom the system trusts
    std::int64_t timeout_ms = 5'000;
};

struct FetchAnswer {
    int status = 0;    ///< 200 or 304; redirects and everything else are failures
    std::string body;  ///< of a 200
    std::string etag;  ///< "" when there is none
    std::optional<std::int64_t> max_age_s;  ///< from Cache-Control, if it says one
};

/// Gets one document over HTTPS. The only way to the network that this layer has.
class Fetcher {
public:
    virtual ~Fetcher() = default;
    /// Blocks, at most for the timeout; returns soon when asked to stop. The fault's message is
    /// for the log.
    [[nodiscard]] virtual Result<FetchAnswer, Fault> fetch(const FetchRequest& request,
                                                           const std::stop_token& stop) = 0;
};

/// libcurl: no redirects, no cookies, no compression, certificates and names checked, TLS 1.2 up.
[[nodiscard]] std::unique_ptr<Fetcher> make_curl_fetcher();

/// Whether plain HTTP to this machine is acceptable. For tests and for a proxy beside the service.
enum class LoopbackHttp : bool { refused, accepted };

/// What is wrong with a URL to fetch keys from: it must be https with a host, without user,
/// password and fragment; or http where the host is 127.0.0.1, [::1] or localhost.
[[nodiscard]] std::optional<std::string> reason_to_refuse_url(const std::string& url,
                                                              LoopbackHttp loopback_http);

}  // namespace coffer::access
