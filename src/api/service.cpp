#include "api/service.h"

#include "api/service_parts.h"

namespace coffer::api {

Service::Parts::Parts(engine::Store& its_store, access::Verifier& its_verifier, os::Clock& clock,
                      ServiceOptions its_options)
    : store{its_store},
      verifier{its_verifier},
      options{std::move(its_options)},
      replier{clock, options},
      pending{options.in_flight_max},
      cursors{store.key_for("cursor")},
      limiter{options.failed_auth},
      rate_limiter{options.rate_limited_callers_max},
      batch_reader{store.currencies(), store.key_for("cursor")} {
    if (options.wake) {
        batch_worker = std::make_unique<BatchWorker>(store.currencies(), store.key_for("cursor"),
                                                     options.wake);
    }
}

Service::Service(engine::Store& store, access::Verifier& verifier, os::Clock& clock,
                 ServiceOptions options)
    : parts_{std::make_unique<Parts>(store, verifier, clock, std::move(options))} {}

Service::~Service() = default;

void Service::serve(http::Server& server) { parts_->replier.serve(server); }

void Service::run_round() {
    Parts& parts = *parts_;
    parts.verifier.poll(parts.replier.now());
    parts.replier.begin_answers();
    // The answers of the round before first: what is decided next may change what they show.
    parts.store.poll(*this);
    parts.take_from_worker();
    parts.end_due_holds();
    if (!parts.batch.entries.empty() && parts.store_takes(parts.batch.entries.size())) {
        parts.store.execute(parts.batch, *this);
        parts.store.poll(*this);
    }
    // Refused requests leave texts behind, too.
    if (parts.batch.entries.empty()) parts.batch.clear();
    // The store says when it has room again, unless it has already.
    if (!parts.worked.requests.empty() &&
        parts.store_takes(parts.worked.requests.front()->commands.size()) &&
        parts.has_room_for(*parts.worked.requests.front())) {
        parts.options.wake();
    }
    parts.replier.end_round();
}

void Service::begin_drain() { parts_->draining = true; }

void Service::give_up() { parts_->give_up(); }

std::size_t Service::waiting() const {
    const std::size_t beside = parts_->batch_worker == nullptr ? 0
                                                               : parts_->batch_worker->pending() +
                                                                     parts_->worked.requests.size();
    return parts_->in_flight() + parts_->replier.figures().parked + beside;
}

const Figures& Service::figures() const { return parts_->replier.figures(); }

void Service::on_request(const http::Request& request, http::Exchange exchange) {
    parts_->take(request, exchange);
}

std::size_t Service::body_bytes_max(const http::Request& head, std::size_t usual) {
    const Match match = match_route(head.method, head.path);
    return match.route == Route::batch || takes_list(match.route) ? movements_bytes_max : usual;
}

bool Service::may_continue(const http::Request& head, http::Exchange exchange) {
    return parts_->may_continue(head, exchange);
}

void Service::answer(engine::Cookie cookie, const engine::Answer& answer,
                     const engine::Names& names) {
    parts_->answer(cookie, answer, names);
}

bool Service::keep(engine::Cookie cookie, const wallet::Record& record,
                   const engine::Names& names) {
    return parts_->keep(cookie, record, names);
}

std::string server_error_body(int status, std::string_view reason, Instant now) {
    std::string body;
    append_error(body, Problem{error_of_http_status(status), {{"reason", reason}}},
                 Language::english, now);
    return body;
}

}  // namespace coffer::api
