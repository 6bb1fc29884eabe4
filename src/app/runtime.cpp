#include "app/runtime.h"

#include <coffer_version.h>
#include <fmt/format.h>

#include "os/clock.h"

namespace coffer::app {

// Numbers and fixed words only: nothing here needs escaping.
void append_runtime(std::string& json, const Runtime& runtime) {
    const Instant now = os::system_clock().now();
    const engine::Head head = runtime.store->head();
    const engine::StoreFigures figures = runtime.store->figures();
    const bool restored = runtime.store->epoch().state == engine::Epoch::State::restored;
    fmt::format_to(std::back_inserter(json),
                   R"({{"service":"coffer","version":"{}","started_at":"{}","uptime_seconds":{},)"
                   R"("healthy":{},"writable":{},"read_only":{},"requests_waiting":{},)"
                   R"("wallets":{},"users":{},"records":{},)"
                   R"("head":{{"sequence":{},"time":"{}"}}}})",
                   COFFER_VERSION, to_text(runtime.started_at),
                   (now.unix_ms - runtime.started_at.unix_ms) / 1'000, runtime.store->healthy(),
                   runtime.store->writable(), restored, runtime.service->waiting(), figures.wallets,
                   figures.subjects, figures.records, head.sequence, to_text(head.time));
}

}  // namespace coffer::app
