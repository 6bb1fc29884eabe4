// What HTTP alone costs: one thread answers a fixed 620-byte JSON body to every request, nothing is
// decided or stored. Compared with nginx `return 200` of the same size by bench/http_floor.sh.
//
//     http_floor [ADDR:PORT]
#include <csignal>
#include <cstdio>
#include <string>

#include "http/response.h"
#include "http/server.h"
#include "os/clock.h"

namespace {

constexpr std::size_t body_bytes = 620;
volatile std::sig_atomic_t stopped = 0;

class FixedAnswer final : public coffer::http::Handler {
public:
    void on_request(const coffer::http::Request&, coffer::http::Exchange exchange) override {
        coffer::http::ResponseWriter response(server->begin_answer(exchange),
                                              {.keep_alive = server->keep_alive(exchange)});
        response.body() += body_;
        response.finish();
        server->end_answer(exchange);
    }
    coffer::http::Server* server = nullptr;

private:
    const std::string body_ =
        "{\"code\":0,\"message\":\"" + std::string(body_bytes - 23, 'x') + "\"}";
};

int fail(const coffer::Fault& fault) {
    std::fprintf(stderr, "%s\n", fault.message.c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    const auto address = coffer::os::parse_address(argc > 1 ? argv[1] : "127.0.0.1:18080");
    if (!address) return fail(address.error());
    auto poller = coffer::os::make_poller();
    if (!poller) return fail(poller.error());
    auto listener = coffer::os::listen_tcp(*address);
    if (!listener) return fail(listener.error());

    FixedAnswer handler;
    coffer::http::Server server({}, coffer::os::system_clock(), **poller, handler);
    handler.server = &server;
    if (auto listening = server.listen(std::move(*listener)); !listening)
        return fail(listening.error());
    std::signal(SIGTERM, [](int) { stopped = 1; });
    while (stopped == 0) {
        server.poll(100'000'000);
        server.flush();
    }
    std::printf("%llu requests in %llu rounds\n",
                static_cast<unsigned long long>(server.counters().requests),
                static_cast<unsigned long long>(server.counters().rounds));
}
