#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/token_policy.h"
#include "engine/book_setup.h"

namespace coffer::app {

enum class AccessLogKind { off, errors, all };

/// Everything `coffer serve` can be told: by options, by COFFER_… variables, by a TOML file, in
/// this
/// order of precedence. Defaults are the ones in docs/configuration.md.
struct Settings {
    std::string listen = "127.0.0.1:8080";
    std::string internal_listen;       ///< health and metrics; empty: on `listen`
    std::string tls_certificate_file;  ///< with tls_key_file: `listen` speaks TLS
    std::string tls_key_file;
    std::string data = "./data";
    std::string store;  ///< postgres://…; empty: the book is in `data`
    std::uint32_t store_connections = 4;
    std::string config;
    bool dev = false;

    std::uint64_t segment_bytes = 64 * 1024 * 1024;
    std::uint64_t checkpoint_bytes = 64 * 1024 * 1024;
    std::uint32_t reader_threads = 1;
    bool accept_clock = false;
    bool open = false;  ///< a restored book takes writes from now on

    std::string default_currency = "CNY";
    std::vector<std::string> units;
    bool auto_open_wallets = true;
    std::uint32_t wallets_per_user_max = 1000;
    std::string adjust_alone_max;  ///< empty: one operator may adjust by any amount
    std::uint32_t wallets_max = 200'000'000;
    std::uint64_t holds_max = 20'000'000;
    std::uint64_t approvals_max = 20'000'000;
    std::uint64_t refunded_max = 20'000'000;
    std::uint64_t references_max = 1'000'000'000;
    std::uint64_t idempotency_keys_max = 100'000'000;
    std::int64_t idempotency_ttl_s = 86'400;
    /// The default policy, as written; what is not here is as built in.
    std::vector<engine::PolicyText> policy;

    std::string internal_keys_file;  ///< of services that ask /internal; --dev: one of its own
    std::string jwt_secret_file;
    std::string jwt_public_key_file;
    std::string jwt_jwks_url;
    bool jwt_discovery = false;
    std::string jwt_issuer;
    std::vector<std::string> jwt_audiences;
    std::vector<access::IssuerConfig> issuers;  ///< from [[issuer]] in the file
    std::int64_t token_leeway_s = 30;
    std::int64_t token_lifetime_s_max = 86'400;
    std::uint32_t token_cache_entries = 100'000;
    std::uint32_t token_workers = 1;
    std::int64_t jwks_refresh_s = 300;
    std::int64_t jwks_unknown_kid_s = 30;
    std::int64_t jwks_stale_s_max = 86'400;

    std::uint32_t connections_max = 8'192;
    std::uint32_t connections_per_address_max = 0;
    std::uint32_t in_flight_max = 4'096;
    std::uint32_t io_threads = 0;  ///< that hold the connections; 0: the engine's does
    std::uint32_t graceful_stop_ms = 10'000;

    std::string access_log = "errors";
};

}  // namespace coffer::app
