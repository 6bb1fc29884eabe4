#pragma once

// What the tests of TLS share: certificates made on the spot, a clock that only the test moves, and
// a client of OpenSSL at the far end of a wire in memory. Included by *_test.cpp only.
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os/memory_network.h"
#include "tls/gate.h"
#include "tls/openssl.h"

namespace coffer::tls::testing {

class ManualClock final : public os::Clock {
public:
    Instant now() override { return {ns / 1'000'000}; }
    std::int64_t monotonic_ns() override { return ns += ns_a_look; }
    std::int64_t ns = later();
    std::int64_t ns_a_look = 0;

private:
    // The time that handshakes had in one test is no concern of the next one.
    static std::int64_t later() {
        static std::int64_t last = 0;
        return last += 3'600'000'000'000;
    }
};

inline std::string text_of(const BioOwner& bio) {
    char* at = nullptr;
    const long bytes = BIO_get_mem_data(bio.get(), &at);
    return {at, static_cast<std::size_t>(bytes)};
}

/// A certificate that a test makes, for itself or for others to be signed with.
struct Made {
    KeyOwner key;
    CertificateOwner certificate;

    [[nodiscard]] std::string pem() const {
        const BioOwner bio{BIO_new(BIO_s_mem())};
        PEM_write_bio_X509(bio.get(), certificate.get());
        return text_of(bio);
    }
    [[nodiscard]] std::string key_pem(const char* pass_phrase = nullptr) const {
        const BioOwner bio{BIO_new(BIO_s_mem())};
        PEM_write_bio_PKCS8PrivateKey(
            bio.get(), key.get(), pass_phrase == nullptr ? nullptr : EVP_aes_128_cbc(), pass_phrase,
            pass_phrase == nullptr ? 0 : 4, nullptr, nullptr);
        return text_of(bio);
    }
    [[nodiscard]] PemPair pair() const { return {pem(), key_pem(), "c.pem", "k.pem"}; }
};

struct Wish {
    const char* names = "DNS:wallet.example,IP:127.0.0.1";  // nullptr: none
    std::int64_t days = 90;
    std::int64_t begins_in_days = -1;
    const Made* issuer = nullptr;  // none: it signs itself
    const EVP_MD* digest = EVP_sha256();
};

inline KeyOwner ec_key(const char* curve) { return KeyOwner{EVP_EC_gen(curve)}; }
inline KeyOwner rsa_key(unsigned int bits) { return KeyOwner{EVP_RSA_gen(bits)}; }

inline Made make(KeyOwner key, const Wish& wish = {}) {
    Made made{std::move(key), CertificateOwner{X509_new()}};
    X509* const certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    static long serial = 0;
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    constexpr long day_s = 86'400;
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.begins_in_days * day_s);
    // An hour more, so that whole days are left for as long as a test takes.
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.days * day_s + 3'600);
    const std::string name = "test " + std::to_string(serial);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    const Made& issuer = wish.issuer == nullptr ? made : *wish.issuer;
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate.get()));
    X509_set_pubkey(certificate, made.key.get());
    const auto extend = [certificate](int id, const char* value) {
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    };
    extend(NID_basic_constraints, "critical,CA:TRUE");
    if (wish.names != nullptr) extend(NID_subject_alt_name, wish.names);
    const bool pure = EVP_PKEY_is_a(issuer.key.get(), "ED25519") == 1;
    X509_sign(certificate, issuer.key.get(), pure ? nullptr : wish.digest);
    return made;
}

/// One certificate for all tests that need any.
inline const Made& usual() {
    static const Made made = make(ec_key("P-256"));
    return made;
}

/// A client whose bytes go to a wire only when the test says so.
class Client {
public:
    explicit Client(std::shared_ptr<os::MemoryWire> far_end)
        : wire{std::move(far_end)}, context{SSL_CTX_new(TLS_client_method())} {
        SSL_CTX_set_security_level(context.get(), 0);  // it may ask for what we must refuse
        SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
        begin();
    }
    /// Again, with what was changed in `context`.
    void begin() {
        ssl.reset(SSL_new(context.get()));
        in = BIO_new(BIO_s_mem());
        out = BIO_new(BIO_s_mem());
        BIO_set_mem_eof_return(in, -1);
        SSL_set_bio(ssl.get(), in, out);
        SSL_set_connect_state(ssl.get());
    }
    void only(int version) {
        SSL_CTX_set_min_proto_version(context.get(), version);
        SSL_CTX_set_max_proto_version(context.get(), version);
        begin();
    }
    void offer(std::string_view protocols) {
        SSL_CTX_set_alpn_protos(context.get(),
                                reinterpret_cast<const unsigned char*>(protocols.data()),
                                static_cast<unsigned>(protocols.size()));
        begin();
    }

    /// Takes what has come and answers it. What it sends goes to the wire, or to `held`.
    void step() {
        const std::string came = wire->take();
        if (!came.empty()) BIO_write(in, came.data(), static_cast<int>(came.size()));
        std::string part(16 << 10, '\0');
        for (;;) {
            ERR_clear_error();
            const int count = SSL_read(ssl.get(), part.data(), static_cast<int>(part.size()));
            if (count <= 0) {
                error = SSL_get_error(ssl.get(), count);
                if (error == SSL_ERROR_SSL && reason == 0)
                    reason = ERR_GET_REASON(ERR_peek_error());
                break;
            }
            received.append(part, 0, static_cast<std::size_t>(count));
        }
        emit();
    }
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const int count =
                SSL_write(ssl.get(), bytes.data(),
                          static_cast<int>(std::min<std::size_t>(bytes.size(), 10'000)));
            ENSURE(count > 0);
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        emit();
    }
    void say_goodbye() {
        SSL_shutdown(ssl.get());
        emit();
    }
    void emit() {
        char* at = nullptr;
        const long bytes = BIO_get_mem_data(out, &at);
        (holds ? held : wire->to_server).append(at, static_cast<std::size_t>(bytes));
        static_cast<void>(BIO_reset(out));
    }
    [[nodiscard]] std::string take() { return std::exchange(received, {}); }
    [[nodiscard]] bool established() const { return SSL_is_init_finished(ssl.get()) == 1; }
    [[nodiscard]] bool was_told_goodbye() const {
        return (SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    }

    std::shared_ptr<os::MemoryWire> wire;
    ContextOwner context;
    SslOwner ssl;
    BIO* in = nullptr;   // of ssl
    BIO* out = nullptr;  // of ssl
    bool holds = false;
    std::string held;
    std::string received;
    int error = SSL_ERROR_NONE;
    int reason = 0;
};

/// A gate over a network in memory, and one connection through it.
struct Bench {
    explicit Bench(const Made& made = usual(), GateOptions options = {}) {
        gate = std::move(
            Gate::create(*Identity::read(made.pair()), clock, std::move(options)).value());
        listener = gate->over(network.listen());
    }
    std::unique_ptr<os::Stream> accept() {
        os::Accepted accepted = listener->accept();
        ENSURE(accepted.how == os::Accepted::How::connection);
        return std::move(accepted.stream);
    }
    os::Moved read(os::Stream& stream) {
        const os::Moved moved = stream.read(buffer);
        if (moved.how == os::Moved::How::some) received.append(buffer.data(), moved.bytes);
        return moved;
    }
    /// Until nothing moves any more; how the last read ended.
    os::Moved::How settle(Client& client, os::Stream& stream) {
        os::Moved moved;
        for (;;) {
            client.step();
            const bool had_more = !client.wire->to_server.empty();
            moved = read(stream);
            if (moved.how == os::Moved::How::broken || moved.how == os::Moved::How::finished) break;
            if (moved.how == os::Moved::How::blocked && !had_more) break;
        }
        client.step();
        return moved.how;
    }
    [[nodiscard]] std::uint64_t failed(Failure failure) const {
        return gate->figures().failed[static_cast<std::size_t>(failure)];
    }

    ManualClock clock;
    os::MemoryNetwork network;
    std::unique_ptr<Gate> gate;
    std::unique_ptr<os::Listener> listener;
    std::vector<char> buffer = std::vector<char>(64 << 10);
    std::string received;
};

}  // namespace coffer::tls::testing
