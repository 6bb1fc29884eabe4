#include "http/server.h"

#include "http/io_threads.h"
#include "http/loop.h"

namespace coffer::http {
namespace {

std::unique_ptr<Side> make_side(ServerOptions options, os::Clock& clock, os::Poller& poller,
                                Handler& handler) {
    if (options.io_threads > 0)
        return std::make_unique<IoThreads>(std::move(options), clock, poller, handler);
    auto admission = std::make_shared<Admission>(options.limits);
    return std::make_unique<Loop>(std::move(options), clock, poller, handler, std::move(admission));
}

}  // namespace

bool Handler::may_continue(const Request&, Exchange) { return true; }
std::size_t Handler::body_bytes_max(const Request&, std::size_t usual) { return usual; }
void Handler::on_ready(const os::Ready&) {}

Counters& Counters::operator+=(const Counters& other) {
    connections_accepted += other.connections_accepted;
    connections_open += other.connections_open;
    connections_idle_closed += other.connections_idle_closed;
    connections_broken += other.connections_broken;
    accept_pauses += other.accept_pauses;
    write_stalls += other.write_stalls;
    requests += other.requests;
    answers_dropped += other.answers_dropped;
    bytes_in += other.bytes_in;
    bytes_out += other.bytes_out;
    rounds += other.rounds;
    for (std::size_t i = 0; i < refused.size(); ++i) refused[i] += other.refused[i];
    return *this;
}

Server::Server(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler)
    : side_{make_side(std::move(options), clock, poller, handler)} {}
Server::~Server() = default;

Result<Ok, Fault> Server::listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag) {
    return side_->listen(std::move(listener), tag);
}
std::size_t Server::poll(std::int64_t timeout_ns) { return side_->poll(timeout_ns); }
void Server::flush() { side_->flush(); }
bool Server::keep_alive(Exchange exchange) const { return side_->keep_alive(exchange); }

void Server::answer(Exchange exchange, std::string_view response) {
    side_->begin_answer(exchange).append(response);
    side_->end_answer(exchange);
}
std::string& Server::begin_answer(Exchange exchange) { return side_->begin_answer(exchange); }
void Server::end_answer(Exchange exchange) { side_->end_answer(exchange); }

void Server::take_answer(Exchange exchange, std::string response) {
    std::string& out = side_->begin_answer(exchange);
    if (out.empty()) {
        out.swap(response);
    } else {
        out += response;
    }
    side_->end_answer(exchange);
}

void Server::begin_drain() { side_->begin_drain(); }
bool Server::drained() const { return side_->drained(); }
const Counters& Server::counters() const { return side_->counters(); }

}  // namespace coffer::http
