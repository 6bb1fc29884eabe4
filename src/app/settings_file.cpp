#include "app/settings_file.h"

#include <algorithm>
#include <cctype>

#include "app/settings_issuer.h"
#include "app/settings_policy.h"

namespace coffer::app {
namespace {

Fault refuse(const std::string& path, const std::string& what) {
    return {Fault::Kind::configuration, path + ": " + what};
}

std::string option_name(std::string_view key) {
    std::string name{"--"};
    name += key;
    std::ranges::replace(name, '_', '-');
    return name;
}

std::optional<std::string> apply_option(CLI::App& command, std::string_view key,
                                        const toml::node& value) {
    CLI::Option* option = command.get_option_no_throw(option_name(key));
    if (option == nullptr || key == "config") return "unknown key '" + std::string{key} + "'";
    std::vector<std::string> texts;
    if (!texts_of(value, texts)) return "the key '" + std::string{key} + "' has no such value";
    if (option->count() != 0) return std::nullopt;  // said elsewhere, with more weight
    if (texts.empty()) return std::nullopt;         // an empty list is what it is without the key
    try {
        for (const std::string& text : texts) option->add_result(text);
        option->run_callback();
    } catch (const CLI::Error& error) {
        return "the key '" + std::string{key} + "': " + error.what();
    }
    return std::nullopt;
}

}  // namespace

Result<Ok, Fault> apply_settings_file(const std::string& path, CLI::App& command,
                                      Settings& settings) {
    toml::table table;
    try {
        table = toml::parse_file(path);
    } catch (const toml::parse_error& error) {
        return refuse(path, std::string{error.description()} + " (line " +
                                std::to_string(error.source().begin.line) + ")");
    }
    for (const auto& [key, value] : table) {
        if (key == "issuer") {
            if (!value.is_array_of_tables()) return refuse(path, "write issuers as [[issuer]]");
            for (const auto& entry : *value.as_array()) {
                const auto wrong = read_issuer(*entry.as_table(), settings.issuers.emplace_back());
                if (wrong) return refuse(path, *wrong);
            }
        } else if (const auto wrong = apply_option(command, key.str(), value)) {
            return refuse(path, *wrong);
        }
    }
    return Ok{};
}

void add_serve_options(CLI::App& command, Settings& settings) {
    const auto option = [&command](const char* name, auto& value, const char* help) {
        std::string variable{"COFFER"};
        for (const char* c = name + 1; *c != '\0'; ++c) {
            variable += *c == '-' ? '_' : static_cast<char>(std::toupper(*c));
        }
        return command.add_option(name, value, help)->envname(variable)->capture_default_str();
    };
    option("--listen", settings.listen, "address and port of the API; port 0: any free one");
    option("--internal-listen", settings.internal_listen,
           "address and port for /metrics and health; then /metrics is nowhere else");
    option("--tls-certificate-file", settings.tls_certificate_file,
           "PEM file, the server's own certificate first: --listen speaks https then");
    option("--tls-key-file", settings.tls_key_file, "PEM file with the certificate's private key");
    option("--data", settings.data, "the folder of the book; made when missing");
    option("--store", settings.store,
           "postgres://USER@HOST/DATABASE instead of the data folder, which then holds keys only; "
           "a trial: see docs/configuration.md");
    option("--store-connections", settings.store_connections, "to PostgreSQL, batches in flight")
        ->check(CLI::Range(1, 64));
    option("--config", settings.config, "a TOML file with any of these options");
    command
        .add_flag("--dev", settings.dev,
                  "for trying things out: a signing secret in the data folder, loopback only")
        ->envname("COFFER_DEV");
    option("--segment-bytes", settings.segment_bytes, "size of new journal segments");
    option("--checkpoint-bytes", settings.checkpoint_bytes, "journal between two checkpoints");
    option("--reader-threads", settings.reader_threads, "threads that answer lists");
    command
        .add_flag("--accept-clock", settings.accept_clock,
                  "the system clock is right, although it is behind the book")
        ->envname("COFFER_ACCEPT_CLOCK");
    command
        .add_flag("--open", settings.open,
                  "a book that was restored from a backup takes writes from now on")
        ->envname("COFFER_OPEN");
    option("--default-currency", settings.default_currency, "of wallets when none is named");
    option("--units", settings.units, "further currencies with decimals: POINTS:0 USDT:6");
    option("--auto-open-wallets", settings.auto_open_wallets, "whether a deposit opens a wallet");
    option("--wallets-per-user-max", settings.wallets_per_user_max, "closed ones included");
    option("--adjust-alone-max", settings.adjust_alone_max,
           "adjustments by more need a second operator");
    option("--wallets-max", settings.wallets_max, "bound of the wallet table");
    option("--holds-max", settings.holds_max, "bound of the table of freezes");
    option("--approvals-max", settings.approvals_max, "bound of the table of requests");
    option("--refunded-max", settings.refunded_max, "bound of the table of refunded entries");
    option("--references-max", settings.references_max, "bound of the table of references");
    option("--idempotency-keys-max", settings.idempotency_keys_max, "bound of that table");
    option("--idempotency-ttl-s", settings.idempotency_ttl_s, "how long an Idempotency-Key counts");
    add_policy_options(command, settings);
    option("--internal-keys-file", settings.internal_keys_file,
           "keys of the services that may ask /internal, one a line");
    option("--jwt-secret-file", settings.jwt_secret_file, "HS256: file with the shared secret");
    option("--jwt-public-key-file", settings.jwt_public_key_file,
           "PEM file: RSA, P-256, P-384 or Ed25519");
    option("--jwt-jwks-url", settings.jwt_jwks_url, "where the issuer publishes its keys");
    command
        .add_flag("--jwt-discovery", settings.jwt_discovery,
                  "the issuer's OpenID Connect description says where")
        ->envname("COFFER_JWT_DISCOVERY");
    option("--jwt-issuer", settings.jwt_issuer, "the exact `iss` of tokens; empty: any");
    option("--jwt-audiences", settings.jwt_audiences, "`aud` must name one of them");
    option("--token-leeway-s", settings.token_leeway_s, "allowed difference of clocks");
    option("--token-lifetime-s-max", settings.token_lifetime_s_max, "longest accepted token");
    option("--token-cache-entries", settings.token_cache_entries, "verified tokens kept");
    option("--token-workers", settings.token_workers, "threads that verify all but HS256");
    option("--jwks-refresh-s", settings.jwks_refresh_s,
           "how often published keys are fetched where the issuer names no max-age")
        ->check(CLI::Range(1, 86'400));
    option("--jwks-unknown-kid-s", settings.jwks_unknown_kid_s,
           "an unknown key id has them fetched at most once in this time")
        ->check(CLI::Range(1, 86'400));
    option("--jwks-stale-s-max", settings.jwks_stale_s_max,
           "without a word of the issuer its keys are forgotten after this time; 0: never")
        ->check(CLI::Range(0, 31'536'000));
    option("--connections-max", settings.connections_max, "then 503");
    option("--connections-per-address-max", settings.connections_per_address_max, "0: no limit");
    option("--in-flight-max", settings.in_flight_max, "requests in the store, then 503");
    option("--io-threads", settings.io_threads,
           "threads of their own for the connections; 0: the engine's thread has them")
        ->check(CLI::Range(0, 64));
    option("--graceful-stop-ms", settings.graceful_stop_ms, "after SIGTERM");
    option("--access-log", settings.access_log, "off, errors or all")
        ->check(CLI::IsMember({"off", "errors", "all"}));
}

}  // namespace coffer::app
