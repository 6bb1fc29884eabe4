#include "http/server.h"

#include "http/loop.h"

namespace coffer::http {

bool Handler::may_continue(const Request&, Exchange) { return true; }
std::size_t Handler::body_bytes_max(const Request&, std::size_t usual) { return usual; }
void Handler::on_ready(const os::Ready&) {}

Server::Server(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler)
    : loop_{std::make_unique<Loop>(std::move(options), clock, poller, handler)} {}
Server::~Server() = default;

Result<Ok, Fault> Server::listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag) {
    return loop_->listen(std::move(listener), tag);
}
std::size_t Server::poll(std::int64_t timeout_ns) { return loop_->poll(timeout_ns); }
void Server::flush() { loop_->flush(); }
bool Server::keep_alive(Exchange exchange) const { return loop_->keep_alive(exchange); }

void Server::answer(Exchange exchange, std::string_view response) {
    loop_->begin_answer(exchange).append(response);
    loop_->end_answer(exchange);
}
std::string& Server::begin_answer(Exchange exchange) { return loop_->begin_answer(exchange); }
void Server::end_answer(Exchange exchange) { loop_->end_answer(exchange); }

void Server::begin_drain() { loop_->begin_drain(); }
bool Server::drained() const { return loop_->drained(); }
const Counters& Server::counters() const { return loop_->counters(); }

}  // namespace coffer::http
