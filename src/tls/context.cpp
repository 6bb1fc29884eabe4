// What every connection is held to. Versions, suites and groups are those of Mozilla's "Server Side
// TLS", intermediate configuration (wiki.mozilla.org/Security/Server_Side_TLS), without the suites
// of finite-field Diffie-Hellman: whoever knows those knows the elliptic curves, too, and one
// handshake of theirs costs us many times as much.
#include <algorithm>
#include <array>
#include <string_view>

#include "tls/openssl.h"

namespace coffer::tls {
namespace {

constexpr const char* suites_of_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* suites_of_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";

constexpr std::string_view our_protocol = "http/1.1";

/// RFC 7301: a client that names protocols must name ours. One that names none speaks HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                    const unsigned char* offered, unsigned int offered_bytes, void*) {
    for (unsigned int at = 0; at < offered_bytes; at += offered[at] + 1u) {
        const std::string_view name{reinterpret_cast<const char*>(offered) + at + 1,
                                    std::min<std::size_t>(offered[at], offered_bytes - at - 1)};
        if (name != our_protocol) continue;
        *chosen = offered + at + 1;
        *chosen_bytes = offered[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_rules(SSL_CTX* context) {
    // Debian's openssl.cnf says some of this as well; what is promised must not depend on it.
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // Read-ahead stays off: see TlsStream::read.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    // Sessions live in tickets that clients keep; their keys live as long as the context, which the
    // Gate therefore makes anew every day. One ticket is enough for a client with one connection.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

}  // namespace

Result<ContextOwner, Fault> make_context(const Identity& identity) {
    const Identity::Parts& parts = identity.parts();
    const auto fault = [](const std::string& file) {
        return Fault{Fault::Kind::configuration, file + ": " + openssl_reason()};
    };
    ERR_clear_error();
    ContextOwner context{SSL_CTX_new(TLS_server_method())};
    if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(context.get(), suites_of_1_2) != 1 ||
        SSL_CTX_set_ciphersuites(context.get(), suites_of_1_3) != 1 ||
        SSL_CTX_set1_groups_list(context.get(), groups) != 1) {
        return fault("OpenSSL does not do what TLS needs");
    }
    set_rules(context.get());
    if (SSL_CTX_use_certificate(context.get(), parts.chain.front().get()) != 1)
        return fault(parts.certificate_name);
    for (std::size_t i = 1; i < parts.chain.size(); ++i) {
        if (SSL_CTX_add1_chain_cert(context.get(), parts.chain[i].get()) != 1)
            return fault(parts.certificate_name);
    }
    // Otherwise it would look for missing ones in the machine's store of authorities.
    SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN);
    if (SSL_CTX_use_PrivateKey(context.get(), parts.key.get()) != 1) return fault(parts.key_name);
    return context;
}

}  // namespace coffer::tls
