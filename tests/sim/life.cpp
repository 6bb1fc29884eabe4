#include "tests/sim/life.h"

#include "tests/sim/options.h"

namespace coffer::tests::sim {

Result<std::unique_ptr<Life>, Fault> Life::begin(os::FileSystem& files, SimClock& clock,
                                                 os::Random& random,
                                                 const access::VerifierConfig& tokens,
                                                 bool reviews_withdrawals) {
    std::unique_ptr<Life> life{new Life};
    auto verifier = access::Verifier::create(tokens, [] {});
    if (!verifier) return verifier.error();
    life->verifier_ = std::move(*verifier);

    store_embedded::EmbeddedOptions options;
    options.segment_bytes = store_embedded::segment_bytes_min;
    options.background = false;
    if (reviews_withdrawals) {
        using wallet::PolicyField;
        options.policy = {{PolicyField::withdrawal_require_review, "true"},
                          {PolicyField::auto_approve_limit, std::to_string(auto_approved_max)}};
    }
    options.accept_clock = true;  // jumps of the clock are part of the play
    auto store = store_embedded::EmbeddedStore::open(files, clock, random, options);
    if (!store) return store.error();
    life->store_ = std::move(*store);

    life->service_ = std::make_unique<api::Service>(*life->store_, *life->verifier_, clock,
                                                    api::ServiceOptions{});
    http::ServerOptions server_options;
    server_options.error_body = [&clock](int status, std::string_view reason) {
        return api::server_error_body(status, reason, clock.now());
    };
    life->server_ =
        std::make_unique<http::Server>(server_options, clock, life->network_, *life->service_);
    life->service_->serve(*life->server_);
    const auto listening = life->server_->listen(life->network_.listen());
    if (!listening) return listening.error();
    return life;
}

void Life::read() { server_->poll(0); }

void Life::decide() {
    service_->run_round();
    if (!store_->healthy()) service_->give_up();
}

void Life::send() { server_->flush(); }

}  // namespace coffer::tests::sim
