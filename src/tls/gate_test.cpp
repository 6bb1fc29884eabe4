// Handshakes: with whom, with what, how long, and what is counted.
#include "tls/gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tls/tls_fixture.h"

namespace coffer::tls::testing {
namespace {

using How = os::Moved::How;

struct Tried {
    bool established = false;
    int reason = 0;
    How how = How::blocked;
    std::string suite;
};

/// One handshake, with what `prepare` makes of the client.
template <class Prepare>
Tried try_with(Bench& bench, Prepare prepare) {
    Client client{bench.network.connect()};
    prepare(client);
    const auto stream = bench.accept();
    const How how = bench.settle(client, *stream);
    const bool established = client.established() && stream->established();
    return {established, client.reason, how, SSL_get_cipher_name(client.ssl.get())};
}

TEST(Gate, speaks_1_2_and_1_3) {
    Bench bench;
    EXPECT_TRUE(try_with(bench, [](Client& client) { client.only(TLS1_2_VERSION); }).established);
    EXPECT_TRUE(try_with(bench, [](Client& client) { client.only(TLS1_3_VERSION); }).established);
    const Figures figures = bench.gate->figures();
    EXPECT_EQ(figures.handshakes_1_2, 1u);
    EXPECT_EQ(figures.handshakes_1_3, 1u);
    EXPECT_EQ(figures.resumed, 0u);
    EXPECT_EQ(figures.failed, (std::array<std::uint64_t, failure_count>{}));
    EXPECT_EQ(figures.certificate_expires, Identity::read(usual().pair())->expires());
}

TEST(Gate, refuses_older_versions) {
    Bench bench;
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        const Tried tried = try_with(bench, [version](Client& client) { client.only(version); });
        EXPECT_FALSE(tried.established);
        EXPECT_EQ(tried.reason, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
        EXPECT_EQ(tried.how, How::broken);
    }
    EXPECT_EQ(bench.failed(Failure::version), 2u);
}

TEST(Gate, has_only_suites_with_forward_secrecy_and_authenticated_encryption) {
    const Made rsa = make(rsa_key(2048));
    Bench bench{rsa};
    const auto with = [&bench](const char* suites) {
        return try_with(bench, [suites](Client& client) {
            SSL_CTX_set_cipher_list(client.context.get(), suites);
            client.only(TLS1_2_VERSION);
        });
    };
    for (const char* weak : {"AES128-GCM-SHA256", "AES128-SHA", "ECDHE-RSA-AES128-SHA",
                             "ECDHE-RSA-AES256-SHA384", "DHE-RSA-AES128-GCM-SHA256",
                             "ECDHE-RSA-NULL-SHA", "AECDH-AES128-SHA", "ECDHE-RSA-AES128-SHA256"}) {
        EXPECT_EQ(with(weak).reason, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE) << weak;
    }
    EXPECT_EQ(bench.failed(Failure::suite), 8u);
    for (const char* strong : {"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
                               "ECDHE-RSA-CHACHA20-POLY1305"}) {
        EXPECT_EQ(with(strong).suite, strong);
    }
}

TEST(Gate, refuses_groups_outside_the_list) {
    Bench bench;
    const Tried tried = try_with(bench, [](Client& client) {
        SSL_CTX_set1_groups_list(client.context.get(), "P-521");
        client.only(TLS1_3_VERSION);
    });
    EXPECT_FALSE(tried.established);
    EXPECT_EQ(bench.failed(Failure::suite), 1u);
}

TEST(Gate, answers_who_names_no_protocol_or_ours) {
    Bench bench;
    const auto with = [&bench](std::string_view protocols) {
        return try_with(bench, [protocols](Client& client) { client.offer(protocols); });
    };
    EXPECT_TRUE(try_with(bench, [](Client&) {}).established);
    EXPECT_TRUE(with("\x08http/1.1").established);
    EXPECT_TRUE(with("\x02h2\x08http/1.1").established);
    EXPECT_EQ(with("\x02h2").reason, SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL);
    EXPECT_FALSE(with("\x08http/1.0").established);
    EXPECT_EQ(bench.failed(Failure::protocol), 2u);
}

TEST(Gate, tells_plain_http_what_is_wrong) {
    Bench bench{usual(), {.answer_to_plain_http = "HTTP/1.1 400 Bad Request\r\n\r\n"}};
    const auto wire = bench.network.connect();
    const auto stream = bench.accept();
    wire->to_server = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    EXPECT_EQ(bench.read(*stream).how, How::broken);
    EXPECT_EQ(wire->take(), "HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_EQ(bench.failed(Failure::plain_http), 1u);
    EXPECT_TRUE(bench.received.empty());
}

// covers: H06
TEST(Gate, ends_what_is_no_tls) {
    Bench bench;
    const std::vector<std::string> openings{
        "DELETE / HTTP/1.1\r\n\r\n", std::string(40, '\0'), "SSH-2.0-OpenSSH_9.2p1\r\n",
        std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x')};
    for (const std::string& opening : openings) {
        const auto wire = bench.network.connect();
        const auto stream = bench.accept();
        wire->to_server = opening;
        EXPECT_EQ(bench.read(*stream).how, How::broken);
    }
    EXPECT_EQ(bench.failed(Failure::other), openings.size());
}

TEST(Gate, counts_those_who_go_and_those_who_do_not_trust_us) {
    Bench bench;
    bench.network.connect();
    bench.accept().reset();
    EXPECT_EQ(bench.failed(Failure::abandoned), 1u);
    const Tried tried = try_with(bench, [](Client& client) {
        SSL_CTX_set_verify(client.context.get(), SSL_VERIFY_PEER, nullptr);
        client.begin();
    });
    EXPECT_FALSE(tried.established);
    EXPECT_EQ(bench.failed(Failure::certificate_refused), 1u);
}

TEST(Gate, hears_the_last_word_of_who_hangs_up) {
    Bench bench;
    Client client{bench.network.connect()};
    SSL_CTX_set_verify(client.context.get(), SSL_VERIFY_PEER, nullptr);
    client.begin();
    auto stream = bench.accept();
    client.step();
    EXPECT_EQ(bench.read(*stream).how, How::blocked);
    client.step();  // an alert, and nobody asks for it before the connection is gone
    stream.reset();
    EXPECT_EQ(bench.failed(Failure::certificate_refused), 1u);
    EXPECT_EQ(bench.failed(Failure::abandoned), 0u);
}

TEST(Gate, takes_a_handshake_byte_by_byte) {
    Bench bench;
    Client client{bench.network.connect()};
    client.holds = true;
    const auto stream = bench.accept();
    for (int i = 0; i < 3; ++i) {
        client.step();
        for (const char byte : std::exchange(client.held, {})) {
            client.wire->to_server += byte;
            ASSERT_EQ(bench.read(*stream).how, How::blocked);
        }
    }
    EXPECT_TRUE(client.established() && stream->established());
}

TEST(Gate, breaks_a_handshake_that_the_socket_does_not_take) {
    Bench bench;
    Client client{bench.network.connect()};
    client.wire->client_window_bytes = 100;
    const auto stream = bench.accept();
    client.step();
    EXPECT_EQ(bench.read(*stream).how, How::broken);
}

TEST(Gate, answers_nothing_before_the_handshake_is_done) {
    Bench bench;
    Client client{bench.network.connect()};
    const auto stream = bench.accept();
    EXPECT_FALSE(stream->established());
    EXPECT_EQ(stream->write("HTTP/1.1 503 too many\r\n\r\n").how, How::broken);
    EXPECT_TRUE(client.wire->to_client.empty());
}

TEST(Gate, shows_a_new_certificate_to_new_connections_only) {
    Bench bench;
    const Made next = make(rsa_key(2048), {.days = 30});
    Client old{bench.network.connect()};
    const auto old_stream = bench.accept();
    bench.settle(old, *old_stream);
    ASSERT_TRUE(bench.gate->use(*Identity::read(next.pair())));
    EXPECT_EQ(bench.gate->figures().certificate_expires, Identity::read(next.pair())->expires());

    Client young{bench.network.connect()};
    const auto young_stream = bench.accept();
    bench.settle(young, *young_stream);
    const auto shown = [](const Client& client) {
        return CertificateOwner{SSL_get1_peer_certificate(client.ssl.get())};
    };
    EXPECT_EQ(X509_cmp(shown(old).get(), usual().certificate.get()), 0);
    EXPECT_EQ(X509_cmp(shown(young).get(), next.certificate.get()), 0);
    old.send("still here");
    bench.settle(old, *old_stream);
    EXPECT_EQ(bench.received, "still here");
}

TEST(Gate, takes_certificates_while_others_connect) {
    Bench bench;
    const Made other = make(ec_key("P-384"));
    std::atomic<bool> done{false};
    std::thread reloading([&] {
        for (int i = 0; !done.load(); ++i) {
            const Made& next = i % 2 == 0 ? other : usual();
            EXPECT_TRUE(bench.gate->use(*Identity::read(next.pair())));
            static_cast<void>(bench.gate->figures());
        }
    });
    for (int i = 0; i < 60; ++i) EXPECT_TRUE(try_with(bench, [](Client&) {}).established);
    done.store(true);
    reloading.join();
    EXPECT_EQ(bench.gate->figures().handshakes_1_3, 60u);
}

TEST(Gate, sends_the_whole_chain) {
    const Made root = make(ec_key("P-256"));
    const Made middle = make(ec_key("P-256"), {.issuer = &root});
    const Made leaf = make(ec_key("P-256"), {.issuer = &middle});
    Bench bench;
    PemPair pair = leaf.pair();
    pair.certificate += middle.pem();
    ASSERT_TRUE(bench.gate->use(*Identity::read(pair)));
    const Tried tried = try_with(bench, [&root](Client& client) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(client.context.get()), root.certificate.get());
        SSL_CTX_set_verify(client.context.get(), SSL_VERIFY_PEER, nullptr);
        client.begin();
        SSL_set1_host(client.ssl.get(), "wallet.example");
    });
    EXPECT_TRUE(tried.established);
}

TEST(Gate, resumes_by_a_ticket_until_its_keys_are_made_anew) {
    Bench bench;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SSL_SESSION* session = nullptr;
        const auto visit = [&](bool keeps) {
            Client client{bench.network.connect()};
            client.only(version);
            if (session != nullptr) SSL_set_session(client.ssl.get(), session);
            const auto stream = bench.accept();
            bench.settle(client, *stream);
            EXPECT_TRUE(client.established());
            const bool resumed = SSL_session_reused(client.ssl.get()) == 1;
            if (keeps) session = SSL_get1_session(client.ssl.get());
            client.say_goodbye();  // OpenSSL does not resume what was cut off
            return resumed;
        };
        const auto before = bench.gate->figures().resumed;
        EXPECT_FALSE(visit(true));
        EXPECT_TRUE(visit(false));
        EXPECT_EQ(bench.gate->figures().resumed, before + 1);
        ASSERT_TRUE(bench.gate->use(*Identity::read(usual().pair())));
        EXPECT_FALSE(visit(false));
        SSL_SESSION_free(session);
    }
}

TEST(Gate, lets_others_in_between_many_handshakes) {
    Bench bench;
    Client first{bench.network.connect()};
    const auto first_stream = bench.accept();
    Client second{bench.network.connect()};
    const auto second_stream = bench.accept();
    first.step();
    second.step();
    bench.clock.ns_a_look = 4'500'000;  // what each step of a handshake seems to take
    EXPECT_EQ(bench.read(*first_stream).how, How::blocked);
    EXPECT_FALSE(first.wire->to_client.empty());
    bench.clock.ns_a_look = 0;
    // 4.5 ms of work are paid for after 6 ms; 4.5 have passed, and 2 may be owed, but not 3.
    bench.clock.ns -= 1'500'000;
    EXPECT_EQ(bench.read(*second_stream).how, How::blocked);
    EXPECT_FALSE(second.wire->to_server.empty()) << "left where it was";
    bench.clock.ns += 2'000'000;
    EXPECT_EQ(bench.read(*second_stream).how, How::blocked);
    EXPECT_TRUE(second.wire->to_server.empty());
    EXPECT_FALSE(second.wire->to_client.empty());
}

TEST(Gate, makes_no_long_break_after_a_step_that_seemed_long) {
    Bench bench;
    Client first{bench.network.connect()};
    const auto first_stream = bench.accept();
    Client second{bench.network.connect()};
    const auto second_stream = bench.accept();
    first.step();
    second.step();
    bench.clock.ns_a_look = 1'000'000'000;  // the thread had to wait for a processor
    EXPECT_EQ(bench.read(*first_stream).how, How::blocked);
    bench.clock.ns_a_look = 0;
    bench.clock.ns += 2'000'000;
    EXPECT_EQ(bench.read(*second_stream).how, How::blocked);
    EXPECT_FALSE(second.wire->to_client.empty());
}

TEST(Gate, never_holds_up_those_who_are_in) {
    Bench bench;
    Client client{bench.network.connect()};
    const auto stream = bench.accept();
    bench.settle(client, *stream);
    Client other{bench.network.connect()};
    const auto other_stream = bench.accept();
    other.step();
    bench.clock.ns_a_look = 1'000'000'000;
    EXPECT_EQ(bench.read(*other_stream).how, How::blocked);
    bench.clock.ns_a_look = 0;
    client.send("ask");
    EXPECT_EQ(bench.read(*stream).how, How::some);
}

}  // namespace
}  // namespace coffer::tls::testing
