#include "app/store_options.h"

#include <coffer_version.h>

namespace coffer::app {
namespace {

/// What both stores are told in the same words.
template <class Options>
Result<Options, Fault> common_options(const Settings& settings, Logs& logs) {
    Options options;
    options.accept_clock = settings.accept_clock;
    options.default_currency = settings.default_currency;
    options.auto_open_wallets = settings.auto_open_wallets;
    options.wallets_per_user_max = settings.wallets_per_user_max;
    options.idempotency_ttl_s = settings.idempotency_ttl_s;
    options.software = std::string{"coffer "} + COFFER_VERSION;
    options.log = [&logs](const std::string& line) { logs.event(Logs::Level::info, line); };
    for (const std::string& text : settings.units) {
        const auto unit = money::parse_unit(text);
        if (!unit) {
            return Fault{Fault::Kind::configuration,
                         "'" + text +
                             "' is no unit: write CODE:DECIMALS with 2 to 12 of A-Z and 0-9, a "
                             "letter first, and 0 to 18 decimals, for example POINTS:0"};
        }
        options.units.push_back(*unit);
    }
    return options;
}

}  // namespace

Result<store_embedded::EmbeddedOptions, Fault> embedded_options(const Settings& settings,
                                                                Logs& logs) {
    auto options = common_options<store_embedded::EmbeddedOptions>(settings, logs);
    if (!options) return options;
    using EpochChange = store_embedded::EmbeddedOptions::EpochChange;
    options->epoch_change = settings.open ? EpochChange::open : EpochChange::keep;
    options->segment_bytes = settings.segment_bytes;
    options->checkpoint_bytes = settings.checkpoint_bytes;
    options->reader_threads = settings.reader_threads;
    options->wallets_max = settings.wallets_max;
    options->holds_max = settings.holds_max;
    options->approvals_max = settings.approvals_max;
    options->refunded_max = settings.refunded_max;
    if (!settings.adjust_alone_max.empty()) {
        const auto most = money::parse_decimal(settings.adjust_alone_max);
        if (!most) {
            return Fault{Fault::Kind::configuration,
                         "adjust_alone_max must be an amount such as 1000 or 1000.00, not '" +
                             settings.adjust_alone_max + "'"};
        }
        options->adjust_alone_max = *most;
    }
    options->references_max = settings.references_max;
    options->idempotency_keys_max = settings.idempotency_keys_max;
    options->policy = settings.policy;
    return options;
}

Result<store_postgres::PostgresOptions, Fault> postgres_options(const Settings& settings,
                                                                Logs& logs) {
    auto options = common_options<store_postgres::PostgresOptions>(settings, logs);
    if (!options) return options;
    const bool is_url =
        settings.store.starts_with("postgres://") || settings.store.starts_with("postgresql://");
    if (!is_url) {
        return Fault{Fault::Kind::configuration,
                     "--store takes postgres://USER@HOST/DATABASE; without it the book is in the "
                     "data folder"};
    }
    if (!settings.policy.empty()) {
        return Fault{Fault::Kind::configuration,
                     std::string{to_text(settings.policy.front().field)} +
                         ": PostgreSQL, a trial, knows no policies; leave it out, or keep the book "
                         "in the data folder"};
    }
    options->url = settings.store;
    options->connections = settings.store_connections;
    return options;
}

}  // namespace coffer::app
