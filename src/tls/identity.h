#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace coffer::tls {

/// Texts of PEM files, and what messages call them.
struct PemPair {
    std::string certificate;  ///< the server's own first, then those that lead to an authority
    std::string key;          ///< unencrypted; wiped by Identity::read
    std::string certificate_name;
    std::string key_name;
};

/// Who the server says it is: a certificate, those above it, and the private key that belongs to
/// it. Never changes; copies share it; any thread.
class Identity {
public:
    /// Refused with the file and the reason: what cannot be read, a key that is encrypted, belongs
    /// to another certificate, or is of a kind or size that clients refuse (RSA under 2,048 bits,
    /// other curves than P-256, P-384 and Ed25519).
    [[nodiscard]] static Result<Identity, Fault> read(PemPair pair);

    [[nodiscard]] Instant begins() const;
    [[nodiscard]] Instant expires() const;

    /// For the log: `wallet.example.com, 10.0.0.1 (P-256)`.
    [[nodiscard]] std::string description() const;

    /// What does not refuse it but will be somebody's trouble, one line each: expired, expires
    /// within 14 days, not valid yet, names nobody, certificates out of order.
    [[nodiscard]] std::vector<std::string> warnings(Instant now) const;

    struct Parts;  // of OpenSSL
    [[nodiscard]] const Parts& parts() const { return *parts_; }

private:
    explicit Identity(std::shared_ptr<const Parts> parts) : parts_{std::move(parts)} {}

    std::shared_ptr<const Parts> parts_;
};

}  // namespace coffer::tls
