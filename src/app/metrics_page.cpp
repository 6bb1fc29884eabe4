#include "app/metrics_page.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <optional>
#include <sstream>

namespace coffer::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class Page {
public:
    void gauge(const char* name, const char* help, double value) {
        family(name, help, MetricType::Gauge).metric.emplace_back().gauge.value = value;
    }
    void counter(const char* name, const char* help, double value) {
        family(name, help, MetricType::Counter).metric.emplace_back().counter.value = value;
    }
    void histogram(const char* name, const char* help, const engine::Histogram& counted,
                   double unit) {
        ClientMetric& metric = family(name, help, MetricType::Histogram).metric.emplace_back();
        std::uint64_t sum = 0;
        double bound = static_cast<double>(counted.first) * unit;
        for (std::size_t i = 0; i < counted.counts.size(); ++i, bound *= 2) {
            sum += counted.counts[i];
            const bool last = i + 1 == counted.counts.size();
            metric.histogram.bucket.push_back(
                {sum, last ? std::numeric_limits<double>::infinity() : bound});
        }
        metric.histogram.sample_count = sum;
        metric.histogram.sample_sum = static_cast<double>(counted.sum) * unit;
    }
    MetricFamily& family(const char* name, const char* help, MetricType type) {
        return families_.emplace_back(MetricFamily{name, help, type, {}});
    }
    std::string text() const {
        std::ostringstream out;
        prometheus::TextSerializer{}.Serialize(out, families_);
        return out.str();
    }

private:
    std::vector<MetricFamily> families_;
};

void add_routes(Page& page, const api::Figures& figures) {
    auto& requests = page.family("coffer_requests_total", "Answers by route and class of status.",
                                 MetricType::Counter);
    for (std::size_t i = 0; i < api::route_count; ++i) {
        const std::string route{api::to_text(static_cast<api::Route>(i))};
        for (std::size_t status = 1; status <= 5; ++status) {
            const auto count = figures.routes[i].by_status_class[status];
            if (count == 0) continue;
            ClientMetric& metric = requests.metric.emplace_back();
            metric.label = {{"route", route}, {"status", std::to_string(status) + "xx"}};
            metric.counter.value = static_cast<double>(count);
        }
    }
    auto& latency =
        page.family("coffer_request_seconds", "From reading a request to its answer, by route.",
                    MetricType::Histogram);
    for (std::size_t i = 0; i < api::route_count; ++i) {
        const api::RouteFigures& route = figures.routes[i];
        ClientMetric metric;
        metric.label = {{"route", std::string{api::to_text(static_cast<api::Route>(i))}}};
        std::uint64_t sum = 0;
        for (std::size_t bucket = 0; bucket < route.latency.size(); ++bucket) {
            sum += route.latency[bucket];
            const double bound = bucket < api::latency_bounds_ns.size()
                                     ? static_cast<double>(api::latency_bounds_ns[bucket]) / 1e9
                                     : std::numeric_limits<double>::infinity();
            metric.histogram.bucket.push_back({sum, bound});
        }
        if (sum == 0) continue;
        metric.histogram.sample_count = sum;
        metric.histogram.sample_sum = static_cast<double>(route.latency_sum_ns) / 1e9;
        latency.metric.push_back(std::move(metric));
    }
    auto& errors = page.family("coffer_errors_total", "Answers by code of the error table.",
                               MetricType::Counter);
    for (std::size_t i = 0; i < api::error_count; ++i) {
        if (figures.errors[i] == 0) continue;
        const api::ErrorRow& row = api::row_of(static_cast<api::Error>(i));
        ClientMetric& metric = errors.metric.emplace_back();
        metric.label = {{"code", std::to_string(row.code)}, {"name", std::string{row.name}}};
        metric.counter.value = static_cast<double>(figures.errors[i]);
    }
    page.counter("coffer_replayed_total", "Answers to a reference that was used before.",
                 static_cast<double>(figures.replayed));
    page.gauge("coffer_in_flight", "Requests that wait for the store.",
               static_cast<double>(figures.in_flight));
}

void add_store(Page& page, const engine::Store& store) {
    const engine::StoreFigures figures = store.figures();
    page.gauge("coffer_healthy", "1 while the journal can be written.", store.healthy() ? 1 : 0);
    page.gauge("coffer_writable", "1 while writes are taken.", store.writable() ? 1 : 0);
    page.gauge("coffer_wallets", "Rows of the wallet table.", double(figures.wallets));
    page.gauge("coffer_subjects", "Rows of the table of people.", double(figures.subjects));
    page.gauge("coffer_references", "References ever used.", double(figures.references));
    page.gauge("coffer_idempotency_keys", "Idempotency-Keys in the table.",
               double(figures.idempotency_keys));
    page.gauge("coffer_holds", "Freezes, ended ones included.", double(figures.holds));
    page.gauge("coffer_approvals", "Withdrawal requests and adjustments by two, decided ones too.",
               double(figures.approvals));
    page.gauge("coffer_refunded_entries", "Entries of which something was given back.",
               double(figures.refunded));
    page.gauge("coffer_reader_queue", "Lists and old references that wait for a reader.",
               double(figures.reader_queue));
    page.gauge("coffer_head_sequence", "The last durable batch.", double(store.head().sequence));
    page.histogram("coffer_batch_records", "Records a batch.", figures.batch_records, 1);
    page.histogram("coffer_sync_seconds", "How long a batch took to become durable.",
                   figures.sync_us, 1e-6);
    page.gauge("coffer_checkpoint_slice_longest_seconds", "The longest copying between rounds.",
               double(figures.longest_slice_ns) / 1e9);
    page.counter("coffer_records_total", "Records made durable.", double(figures.records));
    page.counter("coffer_batches_total", "Syncs of the journal.", double(figures.batches));
    page.counter("coffer_journal_bytes_total", "Bytes of journal written.",
                 double(figures.journal_bytes));
    page.counter("coffer_checkpoints_total", "Checkpoints taken.", double(figures.checkpoints));
    page.counter("coffer_law_breaches_total",
                 "Commands stopped because they would break a law of the ledger. Must be zero.",
                 double(figures.law_breaches));
}

void add_server(Page& page, const http::Server& server) {
    const http::Counters& counters = server.counters();
    page.gauge("coffer_connections", "Open connections.", double(counters.connections_open));
    page.counter("coffer_connections_total", "Accepted connections.",
                 double(counters.connections_accepted));
    page.counter("coffer_bytes_in_total", "Bytes read.", double(counters.bytes_in));
    page.counter("coffer_bytes_out_total", "Bytes written.", double(counters.bytes_out));
    page.counter("coffer_rounds_total", "Rounds of the event loop.", double(counters.rounds));
    auto& refused =
        page.family("coffer_http_refused_total", "Requests refused before they reached a route.",
                    MetricType::Counter);
    for (std::size_t i = 0; i < counters.refused.size(); ++i) {
        ClientMetric& metric = refused.metric.emplace_back();
        metric.label = {{"reason", std::string{http::row_of(static_cast<http::Refusal>(i)).name}}};
        metric.counter.value = double(counters.refused[i]);
    }
}

void add_key_sets(Page& page, const access::Verifier& verifier) {
    const std::vector<access::KeySetFigures> sets = verifier.key_sets();
    if (sets.empty()) return;
    const auto add = [&](const char* name, const char* help, MetricType type, auto value_of) {
        auto& family = page.family(name, help, type);
        for (const access::KeySetFigures& set : sets) {
            const std::optional<double> value = value_of(set);
            if (!value) continue;
            ClientMetric& metric = family.metric.emplace_back();
            metric.label = {{"issuer", set.issuer}};
            metric.counter.value = metric.gauge.value = *value;
        }
    };
    using Set = access::KeySetFigures;
    add("coffer_key_set_refreshes_total", "How often an issuer was asked for its keys.",
        MetricType::Counter, [](const Set& set) { return double(set.refreshes); });
    add("coffer_key_set_failures_total", "How often that failed.", MetricType::Counter,
        [](const Set& set) { return double(set.failures); });
    add("coffer_key_set_changes_total", "How often it brought other keys.", MetricType::Counter,
        [](const Set& set) { return double(set.changes); });
    add("coffer_key_set_unknown_kid_refreshes_total",
        "How often it was because of an unknown key id.", MetricType::Counter,
        [](const Set& set) { return double(set.asked_for_kid); });
    add("coffer_key_set_keys", "Keys of the issuer that tokens are checked with.",
        MetricType::Gauge, [](const Set& set) { return double(set.keys); });
    add("coffer_key_set_age_seconds", "Since the issuer last confirmed its keys.",
        MetricType::Gauge, [](const Set& set) -> std::optional<double> {
            if (set.age_ns < 0) return std::nullopt;
            return double(set.age_ns) / 1e9;
        });
}

void add_tls(Page& page, const TlsFigures& figures) {
    page.gauge("coffer_tls_certificate_expires_timestamp_seconds",
               "When the certificate that is shown expires, in Unix time.",
               double(figures.gate.certificate_expires.unix_ms) / 1e3);
    auto& done = page.family("coffer_tls_handshakes_total",
                             "Handshakes that succeeded, by version.", MetricType::Counter);
    const auto add = [&done](const char* version, std::uint64_t count) {
        ClientMetric& metric = done.metric.emplace_back();
        metric.label = {{"version", version}};
        metric.counter.value = double(count);
    };
    add("1.2", figures.gate.handshakes_1_2);
    add("1.3", figures.gate.handshakes_1_3);
    page.counter("coffer_tls_resumed_total", "Of those, handshakes by a session ticket.",
                 double(figures.gate.resumed));
    auto& failed = page.family("coffer_tls_handshake_failures_total",
                               "Handshakes that failed, by reason.", MetricType::Counter);
    for (std::size_t i = 0; i < tls::failure_count; ++i) {
        ClientMetric& metric = failed.metric.emplace_back();
        metric.label = {{"reason", std::string{to_text(static_cast<tls::Failure>(i))}}};
        metric.counter.value = double(figures.gate.failed[i]);
    }
    page.counter("coffer_tls_reloads_total", "How often certificate and key were read again.",
                 double(figures.reloads));
    page.counter("coffer_tls_reload_failures_total",
                 "How often that failed, so that the old ones stayed.",
                 double(figures.reload_failures));
}

}  // namespace

void append_metrics_page(std::string& out, const MetricsSources& sources) {
    Page page;
    add_store(page, *sources.store);
    add_routes(page, sources.service->figures());
    add_server(page, *sources.server);
    if (sources.tls != nullptr) add_tls(page, sources.tls->figures());
    const access::VerifierCounters tokens = sources.verifier->counters();
    page.counter("coffer_token_cache_hits_total", "Tokens found verified.",
                 double(tokens.cache_hits));
    page.counter("coffer_token_cache_misses_total", "Tokens that had to be verified.",
                 double(tokens.cache_misses));
    page.gauge("coffer_token_cache_entries", "Verified tokens kept.", double(tokens.cache_entries));
    page.gauge("coffer_tokens_waiting", "Tokens that are being verified.", double(tokens.waiting));
    page.counter("coffer_token_keys_unavailable_total",
                 "Tokens that nobody could judge, for want of their issuer's keys.",
                 double(tokens.keys_unavailable));
    add_key_sets(page, *sources.verifier);
    page.gauge("coffer_round_longest_seconds", "The longest round of the event loop.",
               double(sources.longest_round_ns) / 1e9);
    page.counter("coffer_log_lines_dropped_total", "Log lines lost because nobody took them.",
                 double(sources.log_lines_dropped));
    out += page.text();
}

}  // namespace coffer::app
