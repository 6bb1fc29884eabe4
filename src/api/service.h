#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/failed_auth_limiter.h"
#include "access/internal_keys.h"
#include "access/verifier.h"
#include "api/figures.h"
#include "engine/store.h"
#include "http/server.h"
#include "os/clock.h"

namespace coffer::api {

/// One answered request, for the access log. Views end with the call.
struct Answered {
    Route route;
    http::Method method;
    int status;
    std::uint32_t code;  ///< of the error table; 0: success
    std::int64_t latency_ns;
    std::string_view tenant;  ///< "" before the token was accepted
    std::string_view trace;   ///< the 32 digits of `traceparent`, or ""
    bool replayed;
};

struct ServiceOptions {
    std::uint32_t in_flight_max = 4'096;  ///< requests in the store; then 503, Retry-After: 1
    std::uint32_t parked_max = 1'024;     ///< requests whose token a worker checks; then 503
    std::uint64_t parked_bytes_max = 16 << 20;
    std::uint64_t batch_bytes_max = 16 << 20;  ///< bodies of large batches that wait; then 503
    /// Wakes the thread that calls run_round(), from any other. None: large batches are read and
    /// rendered on that one thread, like everything.
    std::function<void()> wake;
    access::FailedAuthLimiter::Options failed_auth;
    std::size_t rate_limited_callers_max = 100'000;  ///< see RateLimiter
    /// Appends the page served at /metrics; none: no such path.
    std::function<void(std::string& page)> metrics_page;
    /// The tag of the listener for the neighbours: health, /metrics and /internal, none of
    /// the rest of the API.
    /// Without one /metrics is served to loopback peers; with one nowhere else, because behind a
    /// proxy everybody is a loopback peer.
    std::optional<std::uint8_t> internal_listener;
    /// The services that may ask /internal, which is served on the internal listener alone where
    /// there is one. None: nobody may.
    std::shared_ptr<const access::InternalKeys> internal_keys;
    /// Appends what /internal/runtime tells, as a JSON object. None: 503.
    std::function<void(std::string& json)> runtime;
    /// Appends the store's head, signed, as a JSON object. None: 503.
    std::function<void(std::string& json)> signed_head;
    /// Called once an answered request; must be cheap. None: nothing is collected for it.
    std::function<void(const Answered& answered)> on_answered;
};

/// The API over one store: requests become items of a batch, answers become responses. One thread.
///
///     Service service(store, verifier, clock, options);
///     http::Server server(server_options, clock, poller, service);
///     service.serve(server);
///     while (running) {
///         server.poll(timeout_ns);  // calls on_request(): items are collected
///         service.run_round();      // checked tokens, execute(), poll(): answers are rendered
///         server.flush();
///     }
///
/// A request costs about 1 µs here besides its token; nothing is allocated for the hot verbs once
/// buffers have grown. No answer is rendered before the store has given it.
class Service : public http::Handler, public engine::Answers {
public:
    /// All must outlive the service.
    Service(engine::Store& store, access::Verifier& verifier, os::Clock& clock,
            ServiceOptions options);
    ~Service() override;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// Where answers go. Once, before the first poll.
    void serve(http::Server& server);

    /// The middle of a round; cheap when nothing came. Also call it after a wake-up by the store or
    /// the verifier.
    void run_round();

    /// From now on /readyz answers 503, so that a balancer looks elsewhere.
    void begin_drain();

    /// The store has failed for good: everything that waits is answered 503, writes among it with
    /// `outcome: "unknown"`. Then flush the server and end the process.
    void give_up();

    /// Requests that wait for the store or for their token.
    [[nodiscard]] std::size_t waiting() const;

    [[nodiscard]] const Figures& figures() const;

    void on_request(const http::Request& request, http::Exchange exchange) override;
    [[nodiscard]] bool may_continue(const http::Request& head, http::Exchange exchange) override;
    [[nodiscard]] std::size_t body_bytes_max(const http::Request& head, std::size_t usual) override;
    void answer(engine::Cookie cookie, const engine::Answer& answer,
                const engine::Names& names) override;
    [[nodiscard]] bool keep(engine::Cookie cookie, const wallet::Record& record,
                            const engine::Names& names) override;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// For http::ServerOptions::error_body: what the server refuses by itself, in the envelope.
[[nodiscard]] std::string server_error_body(int status, std::string_view reason, Instant now);

}  // namespace coffer::api
