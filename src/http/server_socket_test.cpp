// The same server over real loopback sockets: what a network in memory cannot show.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "http/server_fixture.h"
#include "os/clock.h"

namespace coffer::http::testing {
namespace {

class Client {
public:
    explicit Client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool connected() const { return connected_; }
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void finish() { ::shutdown(socket_, SHUT_WR); }
    void reset() {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        ::close(socket_);
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    }
    /// What is there without waiting.
    std::string receive() {
        std::string all(1 << 20, '\0');
        const auto count = ::recv(socket_, all.data(), all.size(), MSG_DONTWAIT);
        all.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return all;
    }
    /// Everything up to the server's FIN.
    std::string receive_to_end() {
        std::string all;
        std::string part(1 << 16, '\0');
        for (;;) {
            const auto count = ::recv(socket_, part.data(), part.size(), 0);
            if (count <= 0) return all;
            all.append(part, 0, static_cast<std::size_t>(count));
        }
    }

private:
    int socket_;
    bool connected_ = false;
};

struct SocketBench {
    explicit SocketBench(std::uint32_t io_threads) : SocketBench{with(io_threads)} {}
    explicit SocketBench(const ServerOptions& options) {
        poller = std::move(os::make_poller().value());
        auto listener = std::move(os::listen_tcp(*os::parse_address("127.0.0.1:0")).value());
        port = listener->local().port;
        server = std::make_unique<Server>(options, os::system_clock(), *poller, handler);
        handler.server = server.get();
        EXPECT_TRUE(server->listen(std::move(listener)));
    }
    void rounds(int count = 5) {
        for (int i = 0; i < count; ++i) {
            server->poll(10'000'000);
            server->flush();
        }
    }
    static ServerOptions with(std::uint32_t io_threads) {
        ServerOptions options;
        options.io_threads = io_threads;
        return options;
    }
    std::unique_ptr<os::Poller> poller;
    NotingHandler handler;
    std::unique_ptr<Server> server;
    std::uint16_t port = 0;
};

/// Both kinds of server: one thread for everything, and two more that hold the connections.
class ServerOverSockets : public ::testing::TestWithParam<std::uint32_t> {
protected:
    SocketBench bench{GetParam()};

    /// Until `met`, or so long that it will never be.
    template <typename Condition>
    void rounds_until(Condition met) {
        for (int i = 0; i < 3'000 && !met(); ++i) bench.rounds(1);
        EXPECT_TRUE(met());
    }
    void rounds_until_open(std::uint64_t connections) {
        rounds_until([&] { return bench.server->counters().connections_open == connections; });
    }
    /// What comes to this client until it is `count` answers.
    std::vector<Reply> answers_for(Client& client, std::size_t count) {
        std::string received;
        rounds_until([&] {
            received += client.receive();
            return parse_replies(received).size() >= count;
        });
        return parse_replies(received);
    }
};
INSTANTIATE_TEST_SUITE_P(Threads, ServerOverSockets, ::testing::Values(0u, 2u),
                         [](const auto& threads) { return "io" + std::to_string(threads.param); });

const std::string request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_P(ServerOverSockets, answers_and_keeps_the_connection) {
    Client client(bench.port);
    for (int i = 0; i < 3; ++i) {
        client.send(request);
        EXPECT_EQ(answers_for(client, 1).size(), 1u);
    }
    EXPECT_EQ(bench.server->counters().connections_accepted, 1u);
}

// covers: D10
TEST_P(ServerOverSockets, answers_after_a_half_close) {
    Client client(bench.port);
    client.send(request);
    client.finish();
    EXPECT_EQ(answers_for(client, 1).size(), 1u);
    rounds_until_open(0);
    EXPECT_EQ(client.receive_to_end(), "");
}

TEST_P(ServerOverSockets, forgets_a_peer_that_resets) {
    bench.handler.answers_at_once = false;
    Client client(bench.port);
    client.send(request);
    rounds_until([&] { return bench.handler.seen.size() == 1; });
    client.reset();
    rounds_until_open(0);
    EXPECT_EQ(bench.server->counters().connections_broken, 1u);
    bench.handler.answer(0);
    rounds_until([&] { return bench.server->counters().answers_dropped == 1; });
}

TEST_P(ServerOverSockets, lets_the_client_read_a_refusal_of_a_body_it_is_still_sending) {
    Client client(bench.port);
    std::thread sending([&client] {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n");
        client.send(std::string(3'000'000, 'x'));
        client.finish();
    });
    rounds_until([&] { return bench.server->counters().connections_accepted == 1; });
    rounds_until_open(0);
    sending.join();
    EXPECT_EQ(parse_replies(client.receive_to_end()).at(0).status, 413);
}

TEST_P(ServerOverSockets, sends_a_large_answer_in_pieces) {
    bench.handler.answers_at_once = false;
    Client client(bench.port);
    client.send(request);
    client.finish();
    rounds_until([&] { return bench.handler.seen.size() == 1; });
    const std::string body(20'000'000, 'x');
    bench.handler.answer(bench.handler.seen.at(0).exchange, 200, body);
    std::string received;
    std::thread receiving([&] { received = client.receive_to_end(); });
    rounds_until_open(0);
    receiving.join();
    EXPECT_TRUE(parse_replies(received).at(0).body == body);
}

// covers: B15
TEST_P(ServerOverSockets, goes_on_when_descriptors_are_free_again) {
    {
        // Once before: where the limit is tight the sanitizer cannot look at what it has not seen.
        Client first(bench.port);
        first.send(request);
        EXPECT_EQ(answers_for(first, 1).size(), 1u);
    }
    rounds_until_open(0);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<Client>(bench.port));

    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    const rlimit tight{static_cast<rlim_t>(next) + 1, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    rounds_until_open(1);
    rounds_until([&] { return bench.server->counters().accept_pauses > 0; });

    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    rounds_until_open(3);
    for (auto& client : clients) client->send(request);
    for (auto& client : clients) EXPECT_EQ(answers_for(*client, 1).size(), 1u);
}

TEST_P(ServerOverSockets, is_woken_by_another_thread) {
    std::thread waking([this] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        bench.poller->wake();
        bench.poller->wake();
    });
    bench.server->poll(-1);  // would wait for ever
    waking.join();
    const auto before = os::system_clock().monotonic_ns();
    bench.server->poll(0);  // takes the second, if it came late
    bench.server->poll(30'000'000);
    EXPECT_GE(os::system_clock().monotonic_ns() - before, 20'000'000) << "wakes are used up";
}

TEST_P(ServerOverSockets, refuses_connections_over_the_limit_of_all_threads_together) {
    ServerOptions options;
    options.limits.connections = 3;
    options.limits.connections_per_address = 2;
    options.io_threads = GetParam();
    SocketBench limited{options};
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 4; ++i) clients.push_back(std::make_unique<Client>(limited.port));
    std::size_t refused = 0;
    for (int i = 0; i < 3'000 && refused < 2; ++i) {
        limited.rounds(1);
        for (auto& client : clients) refused += parse_replies(client->receive()).size();
    }
    EXPECT_EQ(refused, 2u);
    EXPECT_EQ(limited.server->counters().connections_accepted, 4u);
    EXPECT_EQ(
        limited.server->counters().refused[static_cast<std::size_t>(Refusal::too_many_connections)],
        2u);
}

// covers: R09
TEST_P(ServerOverSockets, a_drain_answers_what_is_under_way_and_ends) {
    bench.handler.answers_at_once = false;
    Client idle(bench.port);
    Client busy(bench.port);
    busy.send(request);
    rounds_until_open(2);
    rounds_until([&] { return bench.handler.seen.size() == 1; });
    bench.server->begin_drain();
    rounds_until_open(1);
    EXPECT_FALSE(bench.server->drained());
    EXPECT_EQ(idle.receive_to_end(), "");
    bench.handler.answer(0);
    rounds_until([&] { return bench.server->drained(); });
    EXPECT_EQ(parse_replies(busy.receive_to_end()).size(), 1u);
    EXPECT_FALSE(Client(bench.port).connected());
}

// Every client knows what must come back: its own name and numbers, in their order.
TEST_P(ServerOverSockets, many_clients_get_their_own_answers_in_their_order) {
    constexpr int clients = 8;
    constexpr int requests = 400;
    bench.handler.answers_at_once = false;
    std::atomic<int> left = clients;
    std::vector<std::thread> threads;
    for (int id = 0; id < clients; ++id) {
        threads.emplace_back([&, id] {
            Client client(bench.port);
            std::string received;
            std::size_t sent = 0;
            // Pipelined, and in pieces that end anywhere.
            std::string bytes;
            for (int i = 0; i < requests; ++i) {
                const std::string body =
                    std::to_string(id) + "." + std::to_string(i) + std::string(i % 97, '+');
                bytes += "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body;
            }
            std::thread reading([&] { received = client.receive_to_end(); });
            for (std::size_t piece = 1; sent < bytes.size(); piece = piece * 7 % 4'099) {
                client.send(std::string_view{bytes}.substr(sent, piece));
                sent += piece;
            }
            client.finish();
            reading.join();
            const std::vector<Reply> replies = parse_replies(received);
            EXPECT_EQ(replies.size(), std::size_t{requests});
            for (std::size_t i = 0; i < replies.size(); ++i) {
                EXPECT_EQ(replies[i].body, "POST /p " + std::to_string(id) + "." +
                                               std::to_string(i) + std::string(i % 97, '+'));
            }
            --left;
        });
    }
    // Answered a round late, and the last one first.
    std::size_t answered = 0;
    while (left > 0) {
        bench.server->poll(1'000'000);
        const std::size_t seen = bench.handler.seen.size();
        for (std::size_t i = seen; i > answered; --i) bench.handler.answer(i - 1);
        answered = seen;
        bench.server->flush();
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(bench.server->counters().requests, std::uint64_t{clients * requests});
}

TEST(Address, is_read_and_written) {
    EXPECT_EQ(os::parse_address("127.0.0.1:8080")->port, 8080);
    EXPECT_TRUE(os::parse_address("127.9.9.9:1")->is_loopback());
    EXPECT_TRUE(os::parse_address("[::1]:1")->is_loopback());
    EXPECT_FALSE(os::parse_address("10.0.0.1:1")->is_loopback());
    EXPECT_FALSE(os::parse_address("[::]:1")->is_loopback());
    EXPECT_EQ(os::ip_text(*os::parse_address("[2001:db8::1]:443")), "2001:db8::1");
    EXPECT_EQ(os::ip_text(*os::parse_address("10.1.2.3:0")), "10.1.2.3");
    for (const auto* text : {"10.1.2.3:80", "[2001:db8::1]:443"})
        EXPECT_EQ(os::with_port(*os::parse_address(text)), text);
    for (const auto* bad : {"", ":", "8080", "localhost:80", "1.2.3:80",
                            "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:x", "::1:80", "[::1]", "[::1]80"})
        EXPECT_FALSE(os::parse_address(bad)) << bad;
    const auto fault = os::listen_tcp(*os::parse_address("192.0.2.1:80"));
    ASSERT_FALSE(fault);
    EXPECT_NE(fault.error().message.find("192.0.2.1:80"), std::string::npos);
}

}  // namespace
}  // namespace coffer::http::testing
