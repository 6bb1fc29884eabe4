// A connection after its handshake: what goes in at one end comes out at the other.
#include "tls/stream.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tls/tls_fixture.h"

namespace coffer::tls::testing {
namespace {

using How = os::Moved::How;

/// Bytes that tell their place.
std::string long_text(std::size_t bytes) {
    std::string text;
    text.reserve(bytes + 8);
    for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i) + ' ';
    text.resize(bytes);
    return text;
}

struct Joined {
    explicit Joined(int version) {
        client.only(version);
        stream = bench.accept();
        bench.settle(client, *stream);
    }
    /// All of it, as a server would: again with what is left.
    void write_all(std::string_view bytes) {
        while (!bytes.empty()) {
            const os::Moved moved = stream->write(bytes);
            ASSERT_NE(moved.how, How::broken);
            bytes.remove_prefix(moved.bytes);
            client.step();
        }
    }

    Bench bench;
    Client client{bench.network.connect()};
    std::unique_ptr<os::Stream> stream;
};

class Connection : public ::testing::TestWithParam<int>, protected Joined {
protected:
    Connection() : Joined{GetParam()} {}
};

INSTANTIATE_TEST_SUITE_P(Versions, Connection, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                             return version.param == TLS1_2_VERSION ? "tls_1_2" : "tls_1_3";
                         });

TEST_P(Connection, carries_both_ways) {
    ASSERT_TRUE(client.established() && stream->established());
    client.send("ping");
    EXPECT_EQ(bench.settle(client, *stream), How::blocked);
    EXPECT_EQ(bench.received, "ping");
    EXPECT_EQ(stream->write("pong").bytes, 4u);
    client.step();
    EXPECT_EQ(client.take(), "pong");
}

TEST_P(Connection, carries_large_bodies_both_ways) {
    const std::string body = long_text(1'500'000);
    client.send(body);
    bench.settle(client, *stream);
    EXPECT_TRUE(bench.received == body);
    write_all(body);
    EXPECT_TRUE(client.take() == body);
}

TEST_P(Connection, leaves_nothing_decrypted_behind) {
    // Many records of all sizes: after each read the socket alone knows whether more is there.
    std::string sent;
    for (std::size_t bytes = 1; bytes < 9'000; bytes += 83) {
        const std::string part = long_text(bytes);
        client.send(part);
        sent += part;
    }
    while (!client.wire->to_server.empty()) ASSERT_NE(bench.read(*stream).how, How::broken);
    EXPECT_TRUE(bench.received == sent);
    EXPECT_EQ(bench.read(*stream).how, How::blocked);
}

TEST_P(Connection, takes_bytes_one_by_one) {
    const std::string text = long_text(300);
    client.holds = true;
    client.send(text);
    for (const char byte : client.held) {
        client.wire->to_server += byte;
        ASSERT_NE(bench.read(*stream).how, How::broken);
    }
    EXPECT_EQ(bench.received, text);
}

TEST_P(Connection, goes_on_where_a_full_socket_stopped_it) {
    std::string left = long_text(200'000);
    const std::string all = left;
    client.wire->client_window_bytes = 10'000;
    int blocked = 0;
    while (!left.empty()) {
        const os::Moved moved = stream->write(left);
        ASSERT_NE(moved.how, How::broken);
        if (moved.how == How::blocked) ++blocked;
        left.erase(0, moved.bytes);  // also moves what is left to another place
        client.step();
    }
    EXPECT_GT(blocked, 5);
    EXPECT_TRUE(client.take() == all);
}

TEST_P(Connection, reads_while_an_answer_is_stuck) {
    client.wire->client_window_bytes = 1'000;
    const std::string answer = long_text(30'000);
    EXPECT_EQ(stream->write(answer).how, How::blocked);
    client.send("more");
    EXPECT_EQ(bench.read(*stream).how, How::some);
    EXPECT_EQ(bench.received, "more");
    client.wire->client_window_bytes = 1 << 20;
    client.step();
    write_all(answer);
    EXPECT_TRUE(client.take() == answer);
}

TEST_P(Connection, writes_a_bounded_part_at_once) {
    const std::string answer = long_text(2'000'000);
    EXPECT_LE(stream->write(answer).bytes, 300'000u);
}

TEST_P(Connection, ends_with_a_goodbye) {
    stream.reset();
    client.step();
    EXPECT_TRUE(client.was_told_goodbye());
    EXPECT_TRUE(client.wire->closed);
}

TEST_P(Connection, says_goodbye_once) {
    stream->finish_writing();
    EXPECT_TRUE(client.wire->server_finished);
    const std::size_t bytes = client.wire->to_client.size();
    EXPECT_GT(bytes, 0u);
    stream.reset();
    EXPECT_EQ(client.wire->to_client.size(), bytes);
}

TEST_P(Connection, is_silent_when_aborted) {
    stream->abort();
    stream.reset();
    EXPECT_TRUE(client.wire->reset);
    EXPECT_TRUE(client.wire->to_client.empty());
}

TEST_P(Connection, can_be_answered_after_the_clients_goodbye) {
    client.send("ask");
    client.say_goodbye();
    // Both came at once. The poller would hear no more of it, if the socket were not ended.
    EXPECT_EQ(bench.read(*stream).how, How::some);
    EXPECT_EQ(bench.received, "ask");
    EXPECT_TRUE(client.wire->client_finished);
    EXPECT_EQ(bench.read(*stream).how, How::finished);
    EXPECT_EQ(stream->write("answer").how, How::some);
    client.step();
    EXPECT_EQ(client.take(), "answer");
}

TEST_P(Connection, takes_an_end_without_a_goodbye) {
    client.send("ask");
    client.wire->client_finished = true;
    EXPECT_EQ(bench.read(*stream).how, How::some);
    EXPECT_EQ(bench.read(*stream).how, How::finished);
}

TEST_P(Connection, breaks_at_a_changed_byte_and_gives_what_came_before) {
    client.send("good");
    client.holds = true;
    client.send("forged");
    client.held.back() = static_cast<char>(client.held.back() ^ 1);
    client.wire->to_server += client.held;
    EXPECT_EQ(bench.read(*stream).how, How::some);
    EXPECT_EQ(bench.received, "good");
    EXPECT_EQ(bench.read(*stream).how, How::broken);
    EXPECT_EQ(stream->write("answer").how, How::broken);
    client.step();
    EXPECT_EQ(client.reason, SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
    EXPECT_EQ(bench.failed(Failure::other), 0u) << "its handshake was good";
}

TEST(ConnectionOf12, refuses_to_renegotiate) {
    Joined joined{TLS1_2_VERSION};
    auto& [bench, client, stream] = joined;
    EXPECT_EQ(SSL_renegotiate(client.ssl.get()), 1);
    SSL_do_handshake(client.ssl.get());
    client.emit();
    bench.settle(client, *stream);
    client.step();
    EXPECT_EQ(client.reason, SSL_R_NO_RENEGOTIATION);
}

TEST(ConnectionOf13, follows_new_keys) {
    Joined joined{TLS1_3_VERSION};
    auto& [bench, client, stream] = joined;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(SSL_key_update(client.ssl.get(), SSL_KEY_UPDATE_REQUESTED), 1);
        client.send("ask");
        EXPECT_EQ(bench.settle(client, *stream), How::blocked);
        EXPECT_EQ(std::exchange(bench.received, {}), "ask");
        EXPECT_EQ(stream->write("answer").how, How::some);
        client.step();
        EXPECT_EQ(client.take(), "answer");
    }
}

TEST_P(Connection, carries_anything_in_any_pieces) {
    const char* const given = std::getenv("COFFER_SEED");
    const unsigned long seed =
        given != nullptr ? std::strtoul(given, nullptr, 10) : std::random_device{}();
    SCOPED_TRACE("COFFER_SEED=" + std::to_string(seed));
    std::mt19937_64 random{seed};
    const auto up_to = [&random](std::size_t most) { return random() % most + 1; };

    std::string to_server, to_client, unsent;
    client.holds = true;
    for (int round = 0; round < 2'000; ++round) {
        if (random() % 3 == 0) {
            const std::string part = long_text(up_to(random() % 10 == 0 ? 60'000 : 400));
            client.send(part);
            to_server += part;
        }
        const std::size_t count = std::min(client.held.size(), up_to(40'000));
        client.wire->to_server.append(client.held, 0, count);
        client.held.erase(0, count);
        ASSERT_NE(bench.read(*stream).how, How::broken);

        if (unsent.empty() && random() % 3 == 0) {
            unsent = long_text(up_to(random() % 10 == 0 ? 60'000 : 400));
            to_client += unsent;
        }
        client.wire->client_window_bytes = up_to(20'000);
        if (!unsent.empty()) unsent.erase(0, stream->write(unsent).bytes);
        if (random() % 2 == 0) client.step();
    }
    client.holds = false;
    client.wire->to_server += client.held;
    client.wire->client_window_bytes = 1 << 30;
    write_all(unsent);
    bench.settle(client, *stream);
    EXPECT_TRUE(bench.received == to_server);
    EXPECT_TRUE(client.take() == to_client);
}

}  // namespace
}  // namespace coffer::tls::testing
