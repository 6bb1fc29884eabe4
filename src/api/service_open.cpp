#include "api/openapi.h"
#include "api/service_parts.h"

// What is answered without a token: unknown paths and methods, health, description, metrics; and
// where other services go on with their key.

namespace coffer::api {

bool Service::Parts::answer_without_token(const http::Request& request, const Match& match,
                                          const Reply& reply) {
    switch (match.how) {
        case Match::How::no_path:
            replier.problem(reply, Problem{Error::path_not_found});
            return true;
        case Match::How::no_method: {
            const std::string allowed = allowed_methods(match.path);
            replier.problem(
                reply,
                Problem{Error::method_not_allowed,
                        {{"method", http::to_text(request.method)}, {"allowed", allowed}}},
                {.allow = allowed});
            return true;
        }
        case Match::How::options:
            replier.no_content(reply, allowed_methods(match.path));
            return true;
        case Match::How::found: break;
    }
    if (needs_token(match.route)) {
        if (options.internal_listener != request.listener) return false;
        replier.problem(reply, Problem{Error::path_not_found});
        return true;
    }
    if (needs_key(match.route)) {
        answer_internal(request, match, reply);
        return true;
    }
    const bool healthy = store.healthy() && !given_up;
    if (match.route == Route::livez) answer_health(reply, true);
    if (match.route == Route::healthz) answer_health(reply, healthy);
    if (match.route == Route::readyz) {
        answer_health(reply, healthy && !draining && verifier.has_keys());
    }
    if (match.route == Route::openapi) replier.raw(reply, "application/json", openapi_json());
    if (match.route == Route::docs || match.route == Route::docs_file) {
        answer_docs(request, match, reply);
    }
    if (match.route == Route::metrics) answer_metrics(request, reply);
    return true;
}

void Service::Parts::answer_health(const Reply& reply, bool healthy) {
    if (!healthy) return replier.problem(reply, Problem{Error::not_ready});
    // A restored book serves reads: it is ready for them, and says that it takes no more.
    const bool read_only = store.epoch().state == engine::Epoch::State::restored;
    Replier::Open open = replier.open(reply, 200, false);
    open.out += R"(,"data":{"status":")";
    open.out += read_only && reply.route == Route::readyz ? "read_only" : "ok";
    open.out += R"("})";
    replier.finish(reply, open, 200, false, {});
}

void Service::Parts::answer_metrics(const http::Request& request, const Reply& reply) {
    const bool allowed = options.internal_listener ? options.internal_listener == request.listener
                                                   : request.peer_is_loopback;
    // Who may not see it learns nothing of it.
    if (!options.metrics_page || !allowed) {
        return replier.problem(reply, Problem{Error::path_not_found});
    }
    metrics_.clear();
    options.metrics_page(metrics_);
    replier.raw(reply, "text/plain; version=0.0.4; charset=utf-8", metrics_);
}

}  // namespace coffer::api
