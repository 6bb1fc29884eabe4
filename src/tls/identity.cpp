#include "tls/identity.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include <array>
#include <optional>
#include <string_view>

#include "tls/openssl.h"

namespace coffer::tls {
namespace {

constexpr std::int64_t warn_before_ms = 14 * day_ms;
constexpr std::size_t certificates_max = 16;
constexpr int names_shown_max = 5;

Fault fault(const std::string& file, const std::string& what) {
    return {Fault::Kind::configuration, file + ": " + what};
}

BioOwner bio_over(const std::string& text) {
    return BioOwner{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

Instant instant_of(const ASN1_TIME* time) {
    tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return {::timegm(&parts) * 1000};
}

std::string text_of(const ASN1_STRING* string) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
            static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string text_of(const GENERAL_NAME& name) {
    if (name.type == GEN_DNS) return text_of(name.d.dNSName);
    if (name.type != GEN_IPADD) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ASN1_STRING_length(name.d.iPAddress) == 4 ? AF_INET : AF_INET6;
    ::inet_ntop(family, ASN1_STRING_get0_data(name.d.iPAddress), text.data(), text.size());
    return text.data();
}

// Clients look at these names only; the subject's common name is for people.
std::string names_of(const X509* certificate) {
    const auto free_names = [](GENERAL_NAMES* names) { GENERAL_NAMES_free(names); };
    const std::unique_ptr<GENERAL_NAMES, decltype(free_names)> names{
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        free_names};
    std::string shown;
    int count = 0;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const std::string name = text_of(*sk_GENERAL_NAME_value(names.get(), i));
        if (name.empty() || ++count > names_shown_max) continue;
        shown += (shown.empty() ? "" : ", ") + name;
    }
    if (count > names_shown_max)
        shown += " and " + std::to_string(count - names_shown_max) + " more";
    return shown;
}

/// `P-256`, `RSA 2048`; nothing: clients would not take it.
std::optional<std::string> kind_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits < 2048) return std::nullopt;
        return "RSA " + std::to_string(bits);
    }
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return "Ed25519";
    std::array<char, 80> group{};
    if (EVP_PKEY_is_a(key, "EC") != 1 ||
        EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1)
        return std::nullopt;
    if (std::string_view{group.data()} == "prime256v1") return "P-256";
    if (std::string_view{group.data()} == "secp384r1") return "P-384";
    return std::nullopt;
}

Result<Ok, Fault> read_chain(const PemPair& pair, Identity::Parts& parts) {
    const BioOwner bio = bio_over(pair.certificate);
    ERR_clear_error();
    while (parts.chain.size() < certificates_max) {
        CertificateOwner next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
        if (!next) break;
        parts.chain.push_back(std::move(next));
    }
    const unsigned long error = ERR_peek_last_error();
    const bool at_end =
        ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
    if (parts.chain.empty() && at_end)
        return fault(pair.certificate_name, "holds no CERTIFICATE in PEM form");
    if (parts.chain.size() == certificates_max)
        return fault(pair.certificate_name,
                     "holds too many certificates: is it a list of "
                     "authorities? Give the server's own and those above it");
    if (!at_end) {
        return fault(pair.certificate_name, "certificate " +
                                                std::to_string(parts.chain.size() + 1) +
                                                " cannot be read: " + openssl_reason());
    }
    return Ok{};
}

// Without it OpenSSL would ask for a pass phrase at the terminal.
int no_pass_phrase(char*, int, int, void*) { return -1; }

Result<Ok, Fault> read_key(const PemPair& pair, Identity::Parts& parts) {
    if (pair.key.find("ENCRYPTED") != std::string::npos) {
        return fault(pair.key_name,
                     "is encrypted, and nobody is there to type a pass phrase; write it without "
                     "one: openssl pkey -in FILE -out NEW");
    }
    const BioOwner bio = bio_over(pair.key);
    ERR_clear_error();
    parts.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
    if (!parts.key) {
        return fault(pair.key_name, "holds no PRIVATE KEY in PEM form: " + openssl_reason());
    }
    return Ok{};
}

bool belongs(const CertificateOwner& certificate, const KeyOwner& key) {
    ERR_clear_error();
    return X509_check_private_key(certificate.get(), key.get()) == 1;
}

Result<Ok, Fault> check_pair(const PemPair& pair, Identity::Parts& parts) {
    if (!belongs(parts.chain.front(), parts.key)) {
        for (const CertificateOwner& other : parts.chain) {
            if (!belongs(other, parts.key)) continue;
            return fault(pair.certificate_name, "the server's own certificate must stand first");
        }
        return fault(pair.key_name,
                     "is not the key of the certificate in " + pair.certificate_name);
    }
    const auto kind = kind_of(parts.key.get());
    if (!kind) {
        return fault(pair.key_name,
                     "clients refuse such a key: make one of P-256, P-384, Ed25519, or RSA of at "
                     "least 2048 bits");
    }
    parts.key_kind = *kind;
    return Ok{};
}

bool in_order(const std::vector<CertificateOwner>& chain) {
    for (std::size_t i = 1; i < chain.size(); ++i) {
        if (X509_check_issued(chain[i].get(), chain[i - 1].get()) != X509_V_OK) return false;
    }
    return true;
}

}  // namespace

Result<Identity, Fault> Identity::read(PemPair pair) {
    const auto parts = std::make_shared<Parts>();
    parts->certificate_name = pair.certificate_name;
    parts->key_name = pair.key_name;
    auto done = read_chain(pair, *parts);
    if (done) done = read_key(pair, *parts);
    if (done) done = check_pair(pair, *parts);
    OPENSSL_cleanse(pair.key.data(), pair.key.size());
    if (!done) return done.error();

    const X509* const own = parts->chain.front().get();
    parts->begins = instant_of(X509_get0_notBefore(own));
    parts->expires = instant_of(X509_get0_notAfter(own));
    parts->names = names_of(own);
    Identity identity{parts};
    // What OpenSSL refuses beyond that, such as a signature by SHA-1, shows here.
    if (const auto context = make_context(identity); !context) return context.error();
    return identity;
}

Instant Identity::begins() const { return parts_->begins; }
Instant Identity::expires() const { return parts_->expires; }

std::string Identity::description() const {
    return (parts_->names.empty() ? "nobody" : parts_->names) + " (" + parts_->key_kind + ")";
}

std::vector<std::string> Identity::warnings(Instant now) const {
    std::vector<std::string> lines;
    const auto say = [&](const std::string& what) {
        lines.push_back(parts_->certificate_name + ": " + what);
    };
    if (expires() <= now) {
        say("the certificate expired on " + to_text(expires()) + ": clients refuse it");
    } else if (expires().unix_ms - now.unix_ms <= warn_before_ms) {
        const auto days = (expires().unix_ms - now.unix_ms) / day_ms;
        say("the certificate expires on " + to_text(expires()) + ", in " + std::to_string(days) +
            (days == 1 ? " day" : " days"));
    }
    if (begins() > now) {
        say("the certificate is not valid before " + to_text(begins()) + ": clients refuse it");
    }
    if (parts_->names.empty()) {
        say("the certificate names no host (subjectAltName): clients refuse it");
    }
    if (!in_order(parts_->chain)) {
        say("a certificate did not sign the one before it: some clients refuse such a chain");
    }
    return lines;
}

}  // namespace coffer::tls
