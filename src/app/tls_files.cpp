#include "app/tls_files.h"

#include <utility>

#include "access/key_file.h"
#include "os/clock.h"

namespace coffer::app {
namespace {

// For whoever wrote http:// where https:// is spoken. It is no answer of the API.
constexpr const char* answer_to_plain_http =
    "HTTP/1.1 400 Bad Request\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 51\r\n"
    "Connection: close\r\n\r\n"
    "This address speaks https: begin the URL with that\n";

}  // namespace

Result<std::unique_ptr<TlsFiles>, Fault> TlsFiles::open(const Settings& settings, Logs& logs) {
    const bool has_certificate = !settings.tls_certificate_file.empty();
    const bool has_key = !settings.tls_key_file.empty();
    if (!has_certificate && !has_key) return std::unique_ptr<TlsFiles>{};
    if (has_certificate != has_key) {
        return Fault{Fault::Kind::configuration,
                     "--tls-certificate-file and --tls-key-file belong together: give both, or "
                     "neither for plain HTTP"};
    }
    std::unique_ptr<TlsFiles> files{new TlsFiles{settings, logs}};
    const auto identity = files->read();
    if (!identity) return identity.error();
    auto gate = tls::Gate::create(*identity, os::system_clock(),
                                  {.answer_to_plain_http = answer_to_plain_http});
    if (!gate) return gate.error();
    files->gate_ = std::move(gate).value();
    files->identity_ = *identity;
    files->say("the certificate");
    return files;
}

Result<tls::Identity, Fault> TlsFiles::read() const {
    const std::string& certificate = settings_.tls_certificate_file;
    const std::string& key = settings_.tls_key_file;
    auto certificate_text = access::read_public_file(certificate);
    if (!certificate_text) return certificate_text.error();
    auto key_text = access::read_secret_file(key);
    if (!key_text) return key_text.error();
    return tls::Identity::read({.certificate = std::move(certificate_text).value(),
                                .key = std::move(key_text).value(),
                                .certificate_name = "file " + certificate,
                                .key_name = "file " + key});
}

void TlsFiles::say(const char* what) const {
    logs_.event(Logs::Level::info, std::string{"TLS: "} + what + " is for " +
                                       identity_->description() + " and expires on " +
                                       to_text(identity_->expires()));
    for (const std::string& line : identity_->warnings(os::system_clock().now())) {
        logs_.event(Logs::Level::warning, "TLS: " + line);
    }
}

void TlsFiles::reload() {
    const auto identity = read();
    const auto used = identity ? gate_->use(*identity) : Result<Ok, Fault>{identity.error()};
    if (!used) {
        ++reload_failures_;
        logs_.event(Logs::Level::error, "TLS: the certificate that was in use stays, because of " +
                                            used.error().message);
        return;
    }
    identity_ = *identity;
    ++reloads_;
    say("the certificate was read again: it");
}

void TlsFiles::look_after() {
    if (const auto used = gate_->use(*identity_); !used) {
        logs_.event(Logs::Level::error,
                    "TLS: the keys of session tickets stay as they are: " + used.error().message);
    }
    for (const std::string& line : identity_->warnings(os::system_clock().now())) {
        logs_.event(Logs::Level::warning, "TLS: " + line);
    }
}

TlsFigures TlsFiles::figures() const {
    return {gate_->figures(), reloads_.load(), reload_failures_.load()};
}

}  // namespace coffer::app
