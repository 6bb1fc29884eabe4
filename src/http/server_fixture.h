#pragma once

// What the tests of this layer share: a server on a network in memory, a clock that only the test
// moves, and a handler that notes everything it is asked. Included by *_test.cpp only.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/response.h"
#include "http/server.h"
#include "os/memory_network.h"

namespace coffer::http::testing {

class ManualClock final : public os::Clock {
public:
    Instant now() override { return {ns / 1'000'000}; }
    std::int64_t monotonic_ns() override { return ns; }
    void pass_ms(std::int64_t ms) { ns += ms * 1'000'000; }
    std::int64_t ns = 1'000'000'000;
};

/// Answers every request with its own method, path and body, unless told otherwise.
class NotingHandler final : public Handler {
public:
    struct Seen {
        std::string line;  // METHOD path[?query] [body]
        Exchange exchange;
    };

    void on_request(const Request& request, Exchange exchange) override {
        std::string line = std::string(to_text(request.method)) + " " + std::string(request.path);
        if (!request.query.empty()) line += "?" + std::string(request.query);
        if (!request.body.empty()) line += " " + std::string(request.body);
        seen.push_back({line, exchange});
        if (on_each) on_each(request);
        if (answers_at_once) answer(seen.size() - 1);
    }
    bool may_continue(const Request&, Exchange exchange) override {
        if (continues) return true;
        answer(exchange, 401, "no");
        return false;
    }
    std::size_t body_bytes_max(const Request& head, std::size_t usual) override {
        return head.path == "/batch" ? 1 << 20 : usual;
    }

    void answer(std::size_t index) { answer(seen.at(index).exchange, 200, seen[index].line); }
    void answer(Exchange exchange, int status, std::string_view body) {
        const ResponseHead head{.status = status,
                                .content_type = "text/plain",
                                .keep_alive = server->keep_alive(exchange)};
        if (gives_whole_answers) {
            std::string response;
            append_response(response, head, body);
            return server->take_answer(exchange, std::move(response));
        }
        append_response(server->begin_answer(exchange), head, body);
        server->end_answer(exchange);
    }

    Server* server = nullptr;
    bool answers_at_once = true;
    bool gives_whole_answers = false;
    bool continues = true;
    std::function<void(const Request&)> on_each;
    std::vector<Seen> seen;
};

/// One answer as a client reads it.
struct Reply {
    int status = 0;
    bool says_close = false;
    std::string body;
};

inline std::vector<Reply> parse_replies(std::string_view bytes) {
    std::vector<Reply> replies;
    while (!bytes.empty()) {
        Reply reply;
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos) break;
        const std::string head{bytes.substr(0, end)};
        reply.status = std::stoi(head.substr(9, 3));
        reply.says_close = head.find("Connection: close") != std::string::npos;
        const auto length_at = head.find("Content-Length:");
        const std::size_t length =
            length_at == std::string::npos
                ? 0
                : static_cast<std::size_t>(std::stoul(head.substr(length_at + 15)));
        reply.body = bytes.substr(end + 4, length);
        bytes.remove_prefix(std::min(bytes.size(), end + 4 + length));
        replies.push_back(reply);
    }
    return replies;
}

struct Bench {
    explicit Bench(Limits limits = {}) {
        ServerOptions options;
        options.limits = limits;
        options.error_body = [](int status, std::string_view) {
            return "error " + std::to_string(status);
        };
        server = std::make_unique<Server>(std::move(options), clock, network, handler);
        handler.server = server.get();
        static_cast<void>(server->listen(network.listen()));
    }

    void round() {
        server->poll(wait_ns);
        server->flush();
    }
    void rounds(int count = 4) {
        for (int i = 0; i < count; ++i) round();
    }
    std::shared_ptr<os::MemoryWire> connect() {
        auto wire = network.connect();
        round();
        return wire;
    }
    /// Lets time pass as the service would see it: in steps no longer than its waits.
    void pass_ms(std::int64_t ms) {
        for (; ms > 0; ms -= 50) {
            clock.pass_ms(std::min<std::int64_t>(ms, 50));
            round();
        }
    }

    static constexpr std::int64_t wait_ns = 1'000'000'000;  // nothing waits here; a test can see it

    ManualClock clock;
    os::MemoryNetwork network;
    NotingHandler handler;
    std::unique_ptr<Server> server;
};

inline std::string get_request(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
inline std::string post_head(std::size_t length, const std::string& headers = "") {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n" +
           headers + "\r\n";
}
inline std::uint64_t refused(const Bench& bench, Refusal refusal) {
    return bench.server->counters().refused[static_cast<std::size_t>(refusal)];
}

/// Everything the server answers to these bytes, sent in two pieces and followed by FIN; nothing if
/// it never ends. 100 Continue is left out: it is owed only while the body has not come.
inline std::optional<std::string> converse(std::string_view bytes, std::size_t cut) {
    Bench bench;
    auto wire = bench.connect();
    wire->to_server = bytes.substr(0, cut);
    bench.rounds(3);
    wire->to_server += bytes.substr(cut);
    wire->client_finished = true;
    for (int i = 0; i < 2'000 && !wire->closed; ++i) bench.round();
    if (!wire->closed) return std::nullopt;
    std::string received = wire->take();
    const std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
    for (auto at = received.find(interim); at != std::string::npos; at = received.find(interim))
        received.erase(at, interim.size());
    return received;
}

}  // namespace coffer::http::testing
