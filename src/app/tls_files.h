#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "app/logs.h"
#include "app/settings.h"
#include "base/result.h"
#include "tls/gate.h"

namespace coffer::app {

/// What /metrics says of TLS.
struct TlsFigures {
    tls::Figures gate;
    std::uint64_t reloads = 0;
    std::uint64_t reload_failures = 0;
};

/// The certificate and key of `listen`: read at the start and whenever SIGHUP asks.
class TlsFiles {
public:
    /// Nothing where the settings name neither file; a fault where they name one, or where a file
    /// is not good. The key may be read by its owner only. Both arguments must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<TlsFiles>, Fault> open(const Settings& settings,
                                                                       Logs& logs);

    [[nodiscard]] std::unique_ptr<os::Listener> over(std::unique_ptr<os::Listener> plain) {
        return gate_->over(std::move(plain));
    }

    /// Reads both files again. If anything is wrong with them, nothing changes but the log. One
    /// thread at a time, with look_after().
    void reload();

    /// Once a day: new keys for session tickets, and a warning while the certificate is about to
    /// expire.
    void look_after();

    [[nodiscard]] TlsFigures figures() const;

private:
    TlsFiles(const Settings& settings, Logs& logs) : settings_{settings}, logs_{logs} {}

    [[nodiscard]] Result<tls::Identity, Fault> read() const;
    void say(const char* what) const;

    const Settings& settings_;
    Logs& logs_;
    std::unique_ptr<tls::Gate> gate_;
    std::optional<tls::Identity> identity_;
    std::atomic<std::uint64_t> reloads_{0};
    std::atomic<std::uint64_t> reload_failures_{0};
};

}  // namespace coffer::app
