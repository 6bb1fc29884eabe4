#include "api/reply.h"

#include <algorithm>
#include <cstring>

#include "api/json_text.h"

namespace coffer::api {
namespace {

/// The trace id of a W3C `traceparent`: 00-<32 hex>-<16 hex>-<2 hex>.
std::string_view trace_id_in(std::string_view traceparent) {
    if (traceparent.size() < 55 || traceparent[2] != '-' || traceparent[35] != '-') return {};
    const std::string_view id = traceparent.substr(3, 32);
    const bool hex = std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    return hex ? id : std::string_view{};
}

/// Nothing that helps now helps a moment later where an operator must act first.
std::uint64_t retry_after_seconds(Error error) {
    const bool asks_an_operator = error == Error::storage_full || error == Error::clock_wrong ||
                                  error == Error::book_read_only;
    return asks_an_operator ? 10 : 1;
}

bool has_retry_after(const ErrorRow& row) { return row.status == 429 || row.status == 503; }

std::string name_of(const http::Exchange& exchange) {
    std::string name = "urn:coffer:request:";
    append_number(name, exchange.slot);
    name += '-';
    append_number(name, exchange.generation);
    name += '-';
    append_number(name, exchange.number);
    return name;
}

}  // namespace

Reply Replier::reply_to(const http::Request& request, http::Exchange exchange, Route route) {
    Reply reply;
    reply.exchange = exchange;
    reply.began_ns = now_ns();
    reply.route = route;
    reply.method = request.method;
    if (!request.accept_language.empty()) {
        reply.language = preferred_language(request.accept_language);
    }
    reply.problem_json = !request.accept.empty() && wants_problem_json(request.accept);
    if (options_.on_answered && !request.traceparent.empty()) {
        const std::string_view trace = trace_id_in(request.traceparent);
        reply.has_trace = !trace.empty();
        std::memcpy(reply.trace.data(), trace.data(), trace.size());
    }
    return reply;
}

Instant Replier::now() {
    if (!time_known_) {
        time_known_ = true;
        now_ = clock_.now();
        now_ns_ = clock_.monotonic_ns();
        answered_ns_ = now_ns_;
        answered_ns_known_ = true;
    }
    return now_;
}

std::int64_t Replier::now_ns() {
    (void)now();
    return now_ns_;
}

http::ResponseHead Replier::head_for(const Reply& reply, int status) const {
    return {.status = status,
            .keep_alive = server_->keep_alive(reply.exchange),
            .head_only = reply.method == http::Method::head};
}

void Replier::problem(const Reply& reply, const Problem& problem, const ErrorHeaders& headers,
                      std::string_view tenant) {
    const ErrorRow& row = row_of(problem.error);
    http::ResponseHead head = head_for(reply, row.status);
    if (reply.problem_json) head.content_type = problem_content_type;
    http::ResponseWriter writer{server_->begin_answer(reply.exchange), head};
    if (!headers.www_authenticate.empty()) {
        writer.header("WWW-Authenticate", headers.www_authenticate);
    }
    if (!headers.allow.empty()) writer.header("Allow", headers.allow);
    if (headers.replayed) writer.header("Idempotency-Replayed", "true");
    if (reply.dry_run) writer.header("Dry-Run", "true");
    const std::uint64_t wait_s =
        headers.retry_after_s != 0 ? headers.retry_after_s : retry_after_seconds(problem.error);
    if (has_retry_after(row)) writer.header("Retry-After", wait_s);
    if (headers.rate_limit != 0) {
        writer.header("RateLimit-Limit", headers.rate_limit);
        writer.header("RateLimit-Remaining", std::uint64_t{0});
        writer.header("RateLimit-Reset", wait_s);
    }
    std::string& out = writer.body();
    if (reply.problem_json) {
        append_problem(out, problem, reply.language, now(), name_of(reply.exchange));
    } else {
        append_error(out, problem, reply.language, now());
    }
    writer.finish();
    server_->end_answer(reply.exchange);
    ++figures_.errors[static_cast<std::size_t>(problem.error)];
    if (headers.replayed) ++figures_.replayed;
    count(reply, row.status, row.code, headers.replayed, tenant);
}

void Replier::no_content(const Reply& reply, std::string_view allow) {
    http::ResponseWriter writer{server_->begin_answer(reply.exchange), head_for(reply, 204)};
    writer.header("Allow", allow);
    writer.finish();
    server_->end_answer(reply.exchange);
    count(reply, 204, 0, false, {});
}

void Replier::raw(const Reply& reply, std::string_view content_type, std::string_view body,
                  const RawHead& with) {
    http::ResponseHead head = head_for(reply, with.status);
    head.content_type = content_type;
    http::ResponseWriter writer{server_->begin_answer(reply.exchange), head};
    for (const auto& [name, value] : with.headers) {
        if (!name.empty()) writer.header(name, value);
    }
    writer.body() += body;
    writer.finish();
    server_->end_answer(reply.exchange);
    count(reply, with.status, 0, false, {});
}

Replier::Open Replier::open(const Reply& reply, int status, bool replayed) {
    return open_in(server_->begin_answer(reply.exchange), reply, status, replayed);
}

Replier::Open Replier::open_in(std::string& buffer, const Reply& reply, int status, bool replayed) {
    http::ResponseWriter writer{buffer, head_for(reply, status)};
    if (replayed) writer.header("Idempotency-Replayed", "true");
    if (reply.dry_run) writer.header("Dry-Run", "true");
    std::string& out = writer.body();
    open_envelope(out);
    return {writer, out};
}

void Replier::finish(const Reply& reply, Open& open, int status, bool replayed,
                     std::string_view tenant) {
    close_envelope(open.out, now());
    open.writer.finish();
    server_->end_answer(reply.exchange);
    if (replayed) ++figures_.replayed;
    count(reply, status, 0, replayed, tenant);
}

Replier::Open Replier::open_ahead(const Reply& reply, std::string& buffer) {
    return open_in(buffer, reply, 200, false);
}

void Replier::finish_ahead(const Reply& reply, Open& open, std::string_view tenant) {
    // It may have begun to drain since the head was written.
    if (!server_->keep_alive(reply.exchange)) open.writer.close_connection();
    close_envelope(open.out, now());
    open.writer.finish();
    server_->take_answer(reply.exchange, std::move(open.out));
    count(reply, 200, 0, false, tenant);
}

void Replier::count(const Reply& reply, int status, std::uint32_t code, bool replayed,
                    std::string_view tenant) {
    if (!answered_ns_known_) {
        answered_ns_known_ = true;
        answered_ns_ = clock_.monotonic_ns();
    }
    const std::int64_t latency_ns = answered_ns_ - reply.began_ns;
    RouteFigures& route = figures_.routes[static_cast<std::size_t>(reply.route)];
    ++route.by_status_class[static_cast<std::size_t>(status / 100)];
    const auto bucket =
        std::lower_bound(latency_bounds_ns.begin(), latency_bounds_ns.end(), latency_ns);
    ++route.latency[static_cast<std::size_t>(bucket - latency_bounds_ns.begin())];
    route.latency_sum_ns += static_cast<std::uint64_t>(std::max<std::int64_t>(latency_ns, 0));
    if (!options_.on_answered) return;
    options_.on_answered({.route = reply.route,
                          .method = reply.method,
                          .status = status,
                          .code = code,
                          .latency_ns = latency_ns,
                          .tenant = tenant,
                          .trace = reply.has_trace
                                       ? std::string_view{reply.trace.data(), reply.trace.size()}
                                       : std::string_view{},
                          .replayed = replayed});
}

}  // namespace coffer::api
