#pragma once

// The inside of a Gate, which its connections share.
#include <atomic>
#include <mutex>

#include "tls/gate.h"
#include "tls/openssl.h"

namespace coffer::tls {

struct Gate::State {
    State(os::Clock& clock_in, GateOptions options_in)
        : clock{clock_in}, options{std::move(options_in)} {}

    os::Clock& clock;
    const GateOptions options;

    mutable std::mutex mutex;  // the two below; held for nanoseconds
    ContextOwner context;
    Instant expires;

    std::atomic<std::uint64_t> handshakes_1_2{0};
    std::atomic<std::uint64_t> handshakes_1_3{0};
    std::atomic<std::uint64_t> resumed{0};
    std::array<std::atomic<std::uint64_t>, failure_count> failed{};

    void count(Failure failure) { ++failed[static_cast<std::size_t>(failure)]; }
};

}  // namespace coffer::tls
