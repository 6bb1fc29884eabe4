// The same server over real loopback sockets: what a network in memory cannot show.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

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
    SocketBench() {
        poller = std::move(os::make_poller().value());
        auto listener = std::move(os::listen_tcp(*os::parse_address("127.0.0.1:0")).value());
        port = listener->local().port;
        server = std::make_unique<Server>(ServerOptions{}, os::system_clock(), *poller, handler);
        handler.server = server.get();
        EXPECT_TRUE(server->listen(std::move(listener)));
    }
    void rounds(int count = 5) {
        for (int i = 0; i < count; ++i) {
            server->poll(10'000'000);
            server->flush();
        }
    }
    std::unique_ptr<os::Poller> poller;
    NotingHandler handler;
    std::unique_ptr<Server> server;
    std::uint16_t port = 0;
};

const std::string request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(ServerOverSockets, answers_and_keeps_the_connection) {
    SocketBench bench;
    Client client(bench.port);
    for (int i = 0; i < 3; ++i) {
        client.send(request);
        bench.rounds();
        EXPECT_EQ(parse_replies(client.receive()).size(), 1u);
    }
    EXPECT_EQ(bench.server->counters().connections_accepted, 1u);
}

TEST(ServerOverSockets, answers_after_a_half_close) {
    SocketBench bench;
    Client client(bench.port);
    client.send(request);
    client.finish();
    bench.rounds();
    EXPECT_EQ(parse_replies(client.receive_to_end()).size(), 1u);
    EXPECT_EQ(bench.server->counters().connections_open, 0u);
}

TEST(ServerOverSockets, forgets_a_peer_that_resets) {
    SocketBench bench;
    bench.handler.answers_at_once = false;
    Client client(bench.port);
    client.send(request);
    bench.rounds();
    ASSERT_EQ(bench.handler.seen.size(), 1u);
    client.reset();
    bench.rounds();
    EXPECT_EQ(bench.server->counters().connections_open, 0u);
    EXPECT_EQ(bench.server->counters().connections_broken, 1u);
    bench.handler.answer(0);
    EXPECT_EQ(bench.server->counters().answers_dropped, 1u);
}

TEST(ServerOverSockets, lets_the_client_read_a_refusal_of_a_body_it_is_still_sending) {
    SocketBench bench;
    Client client(bench.port);
    std::thread sending([&client] {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n");
        client.send(std::string(3'000'000, 'x'));
        client.finish();
    });
    for (int i = 0; i < 2'000 && bench.server->counters().connections_open < 1; ++i)
        bench.rounds(1);
    for (int i = 0; i < 2'000 && bench.server->counters().connections_open > 0; ++i)
        bench.rounds(1);
    sending.join();
    EXPECT_EQ(parse_replies(client.receive_to_end()).at(0).status, 413);
}

TEST(ServerOverSockets, sends_a_large_answer_in_pieces) {
    SocketBench bench;
    bench.handler.answers_at_once = false;
    Client client(bench.port);
    client.send(request);
    client.finish();
    bench.rounds();
    const std::string body(20'000'000, 'x');
    bench.handler.answer(bench.handler.seen.at(0).exchange, 200, body);
    std::string received;
    std::thread receiving([&] { received = client.receive_to_end(); });
    for (int i = 0; i < 5'000 && bench.server->counters().connections_open > 0; ++i)
        bench.rounds(1);
    receiving.join();
    EXPECT_TRUE(parse_replies(received).at(0).body == body);
}

TEST(ServerOverSockets, goes_on_when_descriptors_are_free_again) {
    SocketBench bench;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<Client>(bench.port));

    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    const rlimit tight{static_cast<rlim_t>(next) + 1, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    bench.rounds();
    EXPECT_EQ(bench.server->counters().connections_open, 1u);
    EXPECT_GE(bench.server->counters().accept_pauses, 1u);

    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    for (int i = 0; i < 100 && bench.server->counters().connections_open < 3; ++i) bench.rounds(1);
    for (auto& client : clients) client->send(request);
    bench.rounds();
    for (auto& client : clients) EXPECT_EQ(parse_replies(client->receive()).size(), 1u);
}

TEST(ServerOverSockets, is_woken_by_another_thread) {
    SocketBench bench;
    std::thread waking([&bench] {
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

TEST(Address, is_read_and_written) {
    EXPECT_EQ(os::parse_address("127.0.0.1:8080")->port, 8080);
    EXPECT_TRUE(os::parse_address("127.9.9.9:1")->is_loopback());
    EXPECT_TRUE(os::parse_address("[::1]:1")->is_loopback());
    EXPECT_FALSE(os::parse_address("10.0.0.1:1")->is_loopback());
    EXPECT_FALSE(os::parse_address("[::]:1")->is_loopback());
    EXPECT_EQ(os::ip_text(*os::parse_address("[2001:db8::1]:443")), "2001:db8::1");
    EXPECT_EQ(os::ip_text(*os::parse_address("10.1.2.3:0")), "10.1.2.3");
    for (const auto* bad : {"", ":", "8080", "localhost:80", "1.2.3:80",
                            "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:x", "::1:80", "[::1]", "[::1]80"})
        EXPECT_FALSE(os::parse_address(bad)) << bad;
    const auto fault = os::listen_tcp(*os::parse_address("192.0.2.1:80"));
    ASSERT_FALSE(fault);
    EXPECT_NE(fault.error().message.find("192.0.2.1:80"), std::string::npos);
}

}  // namespace
}  // namespace coffer::http::testing
