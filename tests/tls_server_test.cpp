// The HTTP server behind TLS, on a network in memory: deadlines, limits and requests are what they
// are without it.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "http/server_fixture.h"
#include "tls/tls_fixture.h"

namespace coffer {
namespace {

namespace http_testing = http::testing;
namespace tls_testing = tls::testing;

struct Served {
    explicit Served(http::ServerOptions options = {}) {
        gate = std::move(
            tls::Gate::create(*tls::Identity::read(tls_testing::usual().pair()), gate_clock)
                .value());
        server = std::make_unique<http::Server>(std::move(options), clock, network, handler);
        handler.server = server.get();
        EXPECT_TRUE(server->listen(gate->over(network.listen())));
    }
    void rounds(int count = 4) {
        for (int i = 0; i < count; ++i) {
            server->poll(0);
            server->flush();
        }
    }
    void settle(tls_testing::Client& client) {
        for (int i = 0; i < 5; ++i) {
            client.step();
            rounds(2);
        }
        client.step();
    }
    void pass_s(int seconds) {
        clock.pass_ms(seconds * 1'000);
        rounds();
    }
    [[nodiscard]] std::uint64_t open() const { return server->counters().connections_open; }
    [[nodiscard]] std::uint64_t refused(http::Refusal refusal) const {
        return server->counters().refused[static_cast<std::size_t>(refusal)];
    }

    http_testing::ManualClock clock;
    tls_testing::ManualClock gate_clock;
    os::MemoryNetwork network;
    http_testing::NotingHandler handler;
    std::unique_ptr<tls::Gate> gate;
    std::unique_ptr<http::Server> server;
};

const std::string request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(HttpOverTls, answers_and_keeps_the_connection) {
    Served served;
    tls_testing::Client client{served.network.connect()};
    served.settle(client);
    for (int i = 0; i < 3; ++i) {
        client.send(request);
        served.settle(client);
        EXPECT_EQ(http_testing::parse_replies(client.take()).size(), 1u);
    }
    EXPECT_EQ(served.server->counters().connections_accepted, 1u);
}

TEST(HttpOverTls, takes_many_requests_in_a_record_and_one_in_many) {
    Served served;
    tls_testing::Client client{served.network.connect()};
    served.settle(client);
    client.send(request + request + request);
    served.settle(client);
    EXPECT_EQ(http_testing::parse_replies(client.take()).size(), 3u);
    for (const char byte : request) client.send({&byte, 1});
    served.settle(client);
    EXPECT_EQ(http_testing::parse_replies(client.take()).size(), 1u);
}

// covers: H01
TEST(HttpOverTls, cuts_off_who_says_nothing) {
    Served served;
    const auto wire = served.network.connect();
    served.rounds();
    served.pass_s(4);
    EXPECT_EQ(served.open(), 1u);
    served.pass_s(2);
    EXPECT_EQ(served.open(), 0u);
    EXPECT_TRUE(wire->closed);
    EXPECT_EQ(served.refused(http::Refusal::header_timeout), 1u);
    EXPECT_EQ(served.gate->figures().failed[static_cast<std::size_t>(tls::Failure::abandoned)], 1u);
}

// covers: H01
TEST(HttpOverTls, cuts_off_who_shakes_hands_byte_by_byte) {
    Served served;
    tls_testing::Client client{served.network.connect()};
    client.holds = true;
    client.step();
    ASSERT_GT(client.held.size(), 10u);
    for (int second = 0; second < 10 && !client.wire->closed; ++second) {
        client.wire->to_server += client.held[static_cast<std::size_t>(second)];
        served.rounds();
        served.pass_s(1);
    }
    EXPECT_TRUE(client.wire->closed);
    EXPECT_EQ(served.open(), 0u);
}

TEST(HttpOverTls, gives_idle_connections_their_minute) {
    Served served;
    tls_testing::Client client{served.network.connect()};
    served.settle(client);
    served.pass_s(50);
    client.send(request);
    served.settle(client);
    EXPECT_EQ(http_testing::parse_replies(client.take()).size(), 1u);
    served.pass_s(59);
    EXPECT_EQ(served.open(), 1u);
    served.pass_s(2);
    EXPECT_EQ(served.open(), 0u);
    client.step();
    EXPECT_TRUE(client.was_told_goodbye());
}

TEST(HttpOverTls, drops_connections_over_the_limit_without_a_handshake) {
    http::ServerOptions options;
    options.limits.connections = 1;
    Served served{options};
    tls_testing::Client first{served.network.connect()};
    served.settle(first);
    tls_testing::Client second{served.network.connect()};
    served.settle(second);
    EXPECT_TRUE(second.wire->closed);
    EXPECT_FALSE(second.established());
    EXPECT_EQ(served.refused(http::Refusal::too_many_connections), 1u);
    first.send(request);
    served.settle(first);
    EXPECT_EQ(http_testing::parse_replies(first.take()).size(), 1u);
}

TEST(HttpOverTls, lets_a_refusal_be_read) {
    Served served;
    tls_testing::Client client{served.network.connect()};
    served.settle(client);
    client.send("GET / HTTP/9.9\r\nHost: a\r\n\r\nmore");
    served.settle(client);
    EXPECT_EQ(http_testing::parse_replies(client.take()).size(), 1u);
    EXPECT_TRUE(client.was_told_goodbye());
    EXPECT_TRUE(client.wire->server_finished);
}

TEST(HttpOverTls, answers_what_came_together_with_a_goodbye) {
    Served served;
    tls_testing::Client client{served.network.connect()};
    served.settle(client);
    client.send(request);
    client.say_goodbye();
    served.rounds();
    client.step();
    EXPECT_EQ(http_testing::parse_replies(client.take()).size(), 1u);
    EXPECT_EQ(served.open(), 0u);
}

TEST(HttpOverTls, has_no_use_for_plain_requests) {
    Served served;
    const auto wire = served.network.connect();
    wire->to_server = request;
    served.rounds();
    EXPECT_TRUE(served.handler.seen.empty());
    EXPECT_EQ(served.open(), 0u);
}

}  // namespace
}  // namespace coffer
