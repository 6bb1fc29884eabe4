#pragma once

#include <string>

#include "access/verifier.h"
#include "api/service.h"
#include "app/tls_files.h"
#include "engine/store.h"
#include "http/server.h"

namespace coffer::app {

/// What one scrape shows. All are read on the engine's thread.
struct MetricsSources {
    const engine::Store* store = nullptr;
    const api::Service* service = nullptr;
    const http::Server* server = nullptr;
    const access::Verifier* verifier = nullptr;
    const TlsFiles* tls = nullptr;  ///< none: plain HTTP
    std::int64_t longest_round_ns = 0;
    std::uint64_t log_lines_dropped = 0;
};

/// Appends the Prometheus text format (version 0.0.4).
void append_metrics_page(std::string& page, const MetricsSources& sources);

}  // namespace coffer::app
