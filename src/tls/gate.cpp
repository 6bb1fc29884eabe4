#include "tls/gate.h"

#include "tls/gate_state.h"
#include "tls/stream.h"

namespace coffer::tls {
namespace {

class TlsListener final : public os::Listener {
public:
    TlsListener(std::unique_ptr<os::Listener> plain, std::shared_ptr<Gate::State> state)
        : plain_{std::move(plain)}, state_{std::move(state)} {}

    int descriptor() const override { return plain_->descriptor(); }
    os::Address local() const override { return plain_->local(); }

    os::Accepted accept() override {
        os::Accepted accepted = plain_->accept();
        if (accepted.how != os::Accepted::How::connection) return accepted;
        SslOwner ssl;
        {
            const std::lock_guard hold{state_->mutex};
            ssl.reset(SSL_new(state_->context.get()));  // keeps the context of this moment
        }
        if (!ssl) return {.how = os::Accepted::How::exhausted};
        accepted.stream =
            std::make_unique<TlsStream>(std::move(accepted.stream), std::move(ssl), state_);
        return accepted;
    }

private:
    std::unique_ptr<os::Listener> plain_;
    std::shared_ptr<Gate::State> state_;
};

}  // namespace

std::string_view to_text(Failure failure) {
    switch (failure) {
        using enum Failure;
        case plain_http: return "plain_http";
        case version: return "version";
        case suite: return "suite";
        case protocol: return "protocol";
        case certificate_refused: return "certificate_refused";
        case abandoned: return "abandoned";
        case other: return "other";
    }
    unreachable_value();
}

Gate::Gate(std::shared_ptr<State> state) : state_{std::move(state)} {}
Gate::~Gate() = default;

Result<std::unique_ptr<Gate>, Fault> Gate::create(const Identity& identity, os::Clock& clock,
                                                  GateOptions options) {
    std::unique_ptr<Gate> gate{new Gate{std::make_shared<State>(clock, std::move(options))}};
    if (const auto used = gate->use(identity); !used) return used.error();
    return gate;
}

Result<Ok, Fault> Gate::use(const Identity& identity) {
    auto made = make_context(identity);
    if (!made) return made.error();
    ContextOwner context = std::move(made).value();
    const std::lock_guard hold{state_->mutex};
    state_->context.swap(context);
    state_->expires = identity.expires();
    return Ok{};
}

std::unique_ptr<os::Listener> Gate::over(std::unique_ptr<os::Listener> plain) {
    return std::make_unique<TlsListener>(std::move(plain), state_);
}

Figures Gate::figures() const {
    Figures figures;
    figures.handshakes_1_2 = state_->handshakes_1_2.load();
    figures.handshakes_1_3 = state_->handshakes_1_3.load();
    figures.resumed = state_->resumed.load();
    for (std::size_t i = 0; i < failure_count; ++i) figures.failed[i] = state_->failed[i].load();
    const std::lock_guard hold{state_->mutex};
    figures.certificate_expires = state_->expires;
    return figures;
}

}  // namespace coffer::tls
