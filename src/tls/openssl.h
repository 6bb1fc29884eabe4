#pragma once

// Owners of OpenSSL's objects, and what went wrong in it. Only for this layer's .cpp files.
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "base/free_with.h"
#include "tls/identity.h"

namespace coffer::tls {

using BioOwner = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using CertificateOwner = std::unique_ptr<X509, FreeWith<X509_free>>;
using KeyOwner = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using SslOwner = std::unique_ptr<SSL, FreeWith<SSL_free>>;
using ContextOwner = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;

struct Identity::Parts {
    std::vector<CertificateOwner> chain;  // the server's own is the first
    KeyOwner key;
    Instant begins;
    Instant expires;
    std::string names;  // "": it names nobody
    std::string key_kind;
    std::string certificate_name;
    std::string key_name;
};

/// What OpenSSL says of its last failure, in its words.
[[nodiscard]] inline std::string openssl_reason() {
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason == nullptr ? "OpenSSL gives no reason" : reason;
}

/// Everything that connections have in common but the identity: see context.cpp for the rules.
[[nodiscard]] Result<ContextOwner, Fault> make_context(const Identity& identity);

}  // namespace coffer::tls
