#pragma once

#include <functional>
#include <memory>
#include <string>

#include "access/verifier.h"
#include "api/service.h"
#include "http/server.h"
#include "os/memory_network.h"
#include "os/random.h"
#include "store_embedded/embedded_store.h"
#include "tests/sim/sim_clock.h"

namespace coffer::tests::sim {

/// The service from its start to its death: the parts that `coffer serve` puts together, in one
/// thread, on whatever disk, network, clock and randomness it is given.
class Life {
public:
    [[nodiscard]] static Result<std::unique_ptr<Life>, Fault> begin(
        os::FileSystem& files, SimClock& clock, os::Random& random,
        const access::VerifierConfig& tokens, bool reviews_withdrawals);

    /// What one turn of the loop in app/serve.cpp does, in its parts: the process may die between
    /// any two of them.
    void read();
    void decide();
    void send();

    /// False: the process is to end, what waits has been told that its outcome is unknown.
    [[nodiscard]] bool healthy() const { return store_->healthy(); }
    [[nodiscard]] bool copying() const { return store_->busy_between_rounds(); }
    void checkpoint() { store_->checkpoint_now(); }
    [[nodiscard]] store_embedded::EmbeddedStore& store() { return *store_; }
    [[nodiscard]] os::MemoryNetwork& network() { return network_; }

private:
    Life() = default;

    os::MemoryNetwork network_;
    std::unique_ptr<access::Verifier> verifier_;
    std::unique_ptr<store_embedded::EmbeddedStore> store_;
    std::unique_ptr<api::Service> service_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace coffer::tests::sim
