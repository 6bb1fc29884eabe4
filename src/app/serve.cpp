#include <coffer_version.h>

#include <cstdio>
#include <cstdlib>

#include "access/key_file.h"
#include "access/sign.h"
#include "app/commands.h"
#include "app/data_folder.h"
#include "app/dev_keys.h"
#include "app/logs.h"
#include "app/metrics_page.h"
#include "app/runtime.h"
#include "app/signals.h"
#include "app/store_options.h"
#include "app/tls_files.h"
#include "app/watchdog.h"
#include "os/file_system.h"
#include "os/file_system_kind.h"
#include "os/random.h"
#include "report/head_key.h"

namespace coffer::app {
namespace {

inline constexpr std::int64_t head_log_ns = 60'000'000'000;
inline constexpr std::uint8_t internal_tag = 1;  // of the listener for the machine's neighbours

Fault configuration(const std::string& message) { return {Fault::Kind::configuration, message}; }

/// Whether the secret that --dev makes signs tokens: only when nobody else was named.
bool signs_by_dev_secret(const Settings& settings) {
    return settings.dev && settings.issuers.empty() && settings.jwt_secret_file.empty() &&
           settings.jwt_public_key_file.empty() && settings.jwt_jwks_url.empty() &&
           !settings.jwt_discovery;
}

/// The services that may ask /internal; nobody when no file is named.
Result<std::shared_ptr<const access::InternalKeys>, Fault> read_internal_keys(
    const Settings& settings) {
    std::string path = settings.internal_keys_file;
    if (path.empty() && settings.dev) path = settings.data + "/" + internal_key_name;
    if (path.empty()) return std::make_shared<const access::InternalKeys>();
    auto keys = access::InternalKeys::load(path);
    if (!keys) return keys.error();
    return std::make_shared<const access::InternalKeys>(std::move(*keys));
}

/// Who may sign tokens, from all the places where it can be said.
Result<access::VerifierConfig, Fault> verifier_config(const Settings& settings, Logs& logs) {
    access::VerifierConfig config;
    config.issuers = settings.issuers;
    config.policy.leeway_s = settings.token_leeway_s;
    config.policy.lifetime_s_max = settings.token_lifetime_s_max;
    config.cache_entries_max = settings.token_cache_entries;
    config.workers = settings.token_workers;
    config.key_sets.refresh_s = settings.jwks_refresh_s;
    config.key_sets.unknown_kid_s = settings.jwks_unknown_kid_s;
    config.key_sets.stale_s_max = settings.jwks_stale_s_max;
    config.log = [&logs](bool is_bad, const std::string& line) {
        logs.event(is_bad ? Logs::Level::warning : Logs::Level::info, line);
    };
    access::IssuerConfig own{.issuer = settings.jwt_issuer, .audiences = settings.jwt_audiences};
    if (!settings.jwt_secret_file.empty()) {
        own.keys.push_back({access::Algorithm::hs256, settings.jwt_secret_file, "*"});
    }
    if (!settings.jwt_public_key_file.empty()) {
        own.keys.push_back({std::nullopt, settings.jwt_public_key_file, "*"});
    }
    own.jwks_url = settings.jwt_jwks_url;
    own.discovery = settings.jwt_discovery;
    if (settings.dev) {
        if (const auto made = make_dev_keys(settings.data); !made) return made.error();
        if (signs_by_dev_secret(settings)) {
            own.keys.push_back(
                {access::Algorithm::hs256, settings.data + "/" + dev_secret_name, "*"});
        }
    } else if (has_dev_keys(settings.data)) {
        logs.event(Logs::Level::warning,
                   "the data folder holds keys of --dev; they are ignored without it");
    }
    if (!own.keys.empty() || own.publishes_keys()) config.issuers.push_back(own);
    for (access::IssuerConfig& issuer : config.issuers) {
        // Tried out on one machine, issuers rarely have certificates.
        if (settings.dev) issuer.insecure_loopback = true;
        if (issuer.publishes_keys() && issuer.audiences.empty()) {
            logs.event(Logs::Level::warning,
                       "issuer " + issuer.shown_name() +
                           " names no audiences: whatever it signs for others is accepted here");
        }
    }
    if (config.issuers.empty()) {
        return configuration(
            "nobody may sign tokens yet: give --jwt-secret-file (HS256), --jwt-public-key-file, "
            "--jwt-jwks-url or [[issuer]] in the configuration file, or try things out with --dev");
    }
    return config;
}

void print_welcome(const Settings& settings, const os::Address& address) {
    const bool has_tls = !settings.tls_certificate_file.empty();
    const std::string base = (has_tls ? "https://" : "http://") + with_port(address);
    std::printf("Coffer %s serves %s with %s in %s\n", COFFER_VERSION, base.c_str(),
                settings.store.empty() ? "the book" : "the book in PostgreSQL, its keys",
                settings.data.c_str());
    if (!signs_by_dev_secret(settings)) {
        std::fflush(stdout);
        return;
    }
    const auto secret = access::read_secret_file(settings.data + "/" + dev_secret_name);
    if (!secret) return;
    access::TokenRequest request{.tenant = "tnt_demo", .subject = "usr_admin", .roles = {"admin"}};
    request.application = "app_demo";
    request.ttl_s = 86'400;
    const auto token = access::sign_token(request, *secret, os::system_clock().now());
    if (!token) return;
    std::printf(
        "\nAn administrator's token of the tenant tnt_demo, good for a day (coffer token makes "
        "others):\n\nTOKEN=%s\n\nThe first deposit:\n\n"
        "curl -s %s-X POST %s/wallets/usr_alice/deposit \\\n"
        "  -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n"
        "  -d '{\"amount\":\"100.00\",\"reference_id\":\"order_1\"}'\n\n",
        token->c_str(),
        has_tls ? ("--cacert '" + settings.tls_certificate_file + "' ").c_str() : "", base.c_str());
    std::fflush(stdout);
}

/// Everything that serves, in the order in which it is made; it ends in the opposite order.
class Serving {
public:
    Serving(const Settings& settings, Logs& logs) : settings_{settings}, logs_{logs} {}

    Result<Ok, Fault> start();
    /// Until a signal or a fault; the exit code.
    int run(const Signals& signals);
    /// The two on the thread of the signals.
    void reload();
    void look_after();
    void wake() { poller_->wake(); }
    [[nodiscard]] const os::Address& address() const { return address_; }

private:
    Result<Ok, Fault> open_store();
    void open_head_key();
    [[nodiscard]] report::SignedHead signed_head() const;
    Result<Ok, Fault> open_embedded_store();
    Result<Ok, Fault> open_doors();
    Result<Ok, Fault> listen_on(const std::string& text, std::uint8_t tag, os::Address& address);
    void warn_of_file_system();
    void note_head(std::int64_t now_ns);

    const Settings& settings_;
    Logs& logs_;
    std::unique_ptr<os::Poller> poller_;
    std::unique_ptr<os::FileSystem> files_;
    std::unique_ptr<access::Verifier> verifier_;
    std::unique_ptr<TlsFiles> tls_;  // none: plain HTTP
    std::unique_ptr<engine::Store> store_;
    store_embedded::EmbeddedStore* embedded_ = nullptr;  // store_, unless it is PostgreSQL's
    std::optional<report::HeadKey> head_key_;
    std::shared_ptr<const access::InternalKeys> internal_keys_;
    std::unique_ptr<api::Service> service_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<Watchdog> watchdog_;
    os::Address address_;
    Instant started_at_ = os::system_clock().now();
    std::int64_t longest_round_ns_ = 0;
    std::int64_t head_noted_ns_ = 0;
};

Result<Ok, Fault> Serving::open_store() {
    if (settings_.store.empty()) return open_embedded_store();
    const auto options = postgres_options(settings_, logs_);
    if (!options) return options.error();
    auto store = store_postgres::PostgresStore::open(*poller_, os::system_clock(),
                                                     os::system_random(), *options);
    if (!store) return store.error();
    store_ = std::move(*store);
    return Ok{};
}

Result<Ok, Fault> Serving::open_embedded_store() {
    const auto options = embedded_options(settings_, logs_);
    if (!options) return options.error();
    auto store = store_embedded::EmbeddedStore::open(*files_, os::system_clock(),
                                                     os::system_random(), *options);
    if (!store) return store.error();
    embedded_ = store->get();
    store_ = std::move(*store);
    store_->wake_with([this] { poller_->wake(); });
    const engine::Epoch epoch = store_->epoch();
    if (epoch.state == engine::Epoch::State::restored) {
        logs_.event(Logs::Level::warning,
                    "the book was restored from a backup (epoch " + std::to_string(epoch.number) +
                        ") and is read-only: every write gets 503 until it is started with --open");
    }
    watchdog_ = std::make_unique<Watchdog>(embedded_->sync_began(), [this] {
        logs_.event(Logs::Level::error,
                    "a sync of the journal has taken more than ten seconds: the disk hangs; the "
                    "process ends, and a restart reads what is true");
        logs_.flush();
        std::_Exit(exit_storage);
    });
    return Ok{};
}

// The service serves without a key, too: a full disk must not keep it from answering reads.
void Serving::open_head_key() {
    auto key = report::HeadKey::read(*files_);
    if (key && *key) {
        head_key_ = std::move(*key);
    } else if (key) {
        auto made = report::HeadKey::make(*files_, os::system_random());
        if (made) head_key_ = std::move(made).value();
        if (!made) key = made.error();
    }
    if (head_key_) return;
    logs_.event(Logs::Level::error, "heads are not signed: " + key.error().message);
}

report::SignedHead Serving::signed_head() const {
    const engine::Head head = store_->head();
    return head_key_->sign(report::BookHead{.book = embedded_->journal().book().bytes,
                                            .epoch = store_->epoch().number,
                                            .sequence = head.sequence,
                                            .time = head.time,
                                            .hash = head.hash});
}

Result<Ok, Fault> Serving::open_doors() {
    api::ServiceOptions options;
    options.in_flight_max = settings_.in_flight_max;
    options.wake = [this] { poller_->wake(); };
    options.metrics_page = [this](std::string& page) {
        append_metrics_page(page, {.store = store_.get(),
                                   .service = service_.get(),
                                   .server = server_.get(),
                                   .verifier = verifier_.get(),
                                   .tls = tls_.get(),
                                   .longest_round_ns = longest_round_ns_,
                                   .log_lines_dropped = logs_.dropped()});
    };
    if (!settings_.internal_listen.empty()) options.internal_listener = internal_tag;
    options.internal_keys = internal_keys_;
    options.runtime = [this](std::string& json) {
        append_runtime(json, {store_.get(), service_.get(), started_at_});
    };
    if (head_key_) {
        options.signed_head = [this](std::string& json) {
            report::append_json(json, signed_head());
        };
    }
    if (logs_.access() != AccessLogKind::off) {
        options.on_answered = [this](const api::Answered& answered) { logs_.request(answered); };
    }
    service_ = std::make_unique<api::Service>(*store_, *verifier_, os::system_clock(), options);

    http::ServerOptions server_options;
    server_options.limits.connections = settings_.connections_max;
    server_options.limits.connections_per_address = settings_.connections_per_address_max;
    server_options.io_threads = settings_.io_threads;
    server_options.limits.graceful_stop_ms = settings_.graceful_stop_ms;
    server_options.error_body = [](int status, std::string_view reason) {
        return api::server_error_body(status, reason, os::system_clock().now());
    };
    server_ =
        std::make_unique<http::Server>(server_options, os::system_clock(), *poller_, *service_);
    service_->serve(*server_);
    if (!settings_.internal_listen.empty()) {
        os::Address unused;
        const auto listening = listen_on(settings_.internal_listen, internal_tag, unused);
        if (!listening) return listening;
    }
    return listen_on(settings_.listen, 0, address_);
}

Result<Ok, Fault> Serving::listen_on(const std::string& text, std::uint8_t tag,
                                     os::Address& address) {
    const auto wanted = os::parse_address(text);
    if (!wanted) return wanted.error();
    if (settings_.dev && !wanted->is_loopback()) {
        return configuration("--dev listens on loopback only: its keys lie in the data folder");
    }
    auto listener = os::listen_tcp(*wanted);
    if (!listener) return listener.error();
    address = (*listener)->local();
    // What is internal stays plain.
    if (tls_ != nullptr && tag != internal_tag) *listener = tls_->over(std::move(*listener));
    return server_->listen(std::move(*listener), tag);
}

Result<Ok, Fault> Serving::start() {
    auto poller = os::make_poller();
    if (!poller) return poller.error();
    poller_ = std::move(*poller);
    auto files = os::open_file_system(settings_.data, poller_->wake_descriptor());
    if (!files) return files.error();
    files_ = std::move(*files);
    if (const auto startable = check_startable(*files_); !startable) return startable;
    warn_of_file_system();
    const auto config = verifier_config(settings_, logs_);
    if (!config) return config.error();
    auto verifier = access::Verifier::create(*config, [this] { poller_->wake(); });
    if (!verifier) return verifier.error();
    verifier_ = std::move(*verifier);
    auto keys = read_internal_keys(settings_);
    if (!keys) return keys.error();
    internal_keys_ = std::move(*keys);
    auto tls = TlsFiles::open(settings_, logs_);
    if (!tls) return tls.error();
    tls_ = std::move(*tls);
    if (const auto opened = open_store(); !opened) return opened;
    // The heads of lanes are not signed.
    if (embedded_ != nullptr) open_head_key();
    return open_doors();
}

// No refusal: whoever tries things out may want just that.
void Serving::warn_of_file_system() {
    const std::string_view weakness = os::weakness_of_file_system(settings_.data);
    if (weakness.empty()) return;
    logs_.event(Logs::Level::warning,
                "the data folder " + settings_.data + " lies on a file system that is " +
                    std::string{weakness} + "; give --data a folder on a disk (ext4, xfs)");
}

// Whoever keeps the log elsewhere can tell later that the book was not cut off or rewritten.
void Serving::note_head(std::int64_t now_ns) {
    if (head_noted_ns_ != 0 && now_ns - head_noted_ns_ < head_log_ns) return;
    head_noted_ns_ = now_ns;
    const engine::Head head = store_->head();
    std::string line = "head of the book: epoch " + std::to_string(store_->epoch().number) +
                       ", sequence " + std::to_string(head.sequence) + ", time " +
                       to_text(head.time) + ", hash " + to_hex(head.hash);
    if (head_key_) {
        const report::SignedHead signed_now = signed_head();
        line += ", public key " + to_hex(signed_now.public_key) + ", signature " +
                to_hex(signed_now.signature);
    }
    logs_.event(Logs::Level::info, line);
}

void Serving::reload() {
    if (tls_ != nullptr) return tls_->reload();
    logs_.event(Logs::Level::info, "SIGHUP: without a certificate there is nothing to read again");
}

void Serving::look_after() {
    if (tls_ != nullptr) tls_->look_after();
}

int Serving::run(const Signals& signals) {
    bool draining = false;
    os::Clock& clock = os::system_clock();
    while (!draining || !server_->drained()) {
        const bool copying = embedded_ != nullptr && embedded_->busy_between_rounds();
        server_->poll(copying ? 1'000'000 : 1'000'000'000);
        const std::int64_t began = clock.monotonic_ns();
        service_->run_round();
        server_->flush();
        if (!store_->healthy()) {
            service_->give_up();
            server_->flush();
            return exit_storage;
        }
        const std::int64_t ended = clock.monotonic_ns();
        longest_round_ns_ = std::max(longest_round_ns_, ended - began);
        note_head(ended);
        if (signals.asked() && !draining) {
            logs_.event(Logs::Level::info, "asked to stop: what is under way is answered first");
            draining = true;
            service_->begin_drain();
            server_->begin_drain();
        }
    }
    logs_.event(Logs::Level::info, "stopped");
    return exit_ok;
}

}  // namespace

int serve(const Settings& settings) {
    // Tried out at a terminal, the service ends with it.
    const bool is_trial = settings.dev && settings.tls_certificate_file.empty();
    Signals signals{is_trial ? Signals::Hangup::left : Signals::Hangup::taken};
    Logs logs{parse_access_log(settings.access_log)};
    Serving serving{settings, logs};
    if (const auto started = serving.start(); !started) {
        logs.flush();
        return fail_with(started.error());
    }
    signals.watch({.on_stop = [&serving] { serving.wake(); },
                   .on_reload = [&serving] { serving.reload(); },
                   .on_day = [&serving] { serving.look_after(); }});
    print_welcome(settings, serving.address());
    const int exit_code = serving.run(signals);
    signals.unwatch();
    return exit_code;
}

}  // namespace coffer::app
