#pragma once

#include <memory>
#include <optional>
#include <string>

#include "os/memory_network.h"
#include "tests/sim/chance.h"
#include "tests/sim/marks.h"
#include "tests/sim/options.h"
#include "tests/sim/question.h"

namespace coffer::tests::sim {

/// The network side of a client: one connection, one request at a time, bytes that move in pieces
/// and not at once where the run has such trouble.
class WireClient {
public:
    void connect(os::MemoryNetwork& network) {
        wire_ = network.connect();
        unsent_.clear();
        received_.clear();
    }
    /// The peer is gone, or this side gives up.
    void disconnect() {
        if (wire_) wire_->reset = true;
        wire_ = nullptr;
        unsent_.clear();
        received_.clear();
    }
    [[nodiscard]] bool connected() const { return wire_ != nullptr; }
    /// The service has closed or reset the connection.
    [[nodiscard]] bool broken() const {
        return wire_ && (wire_->reset || wire_->server_finished) && wire_->to_client.empty();
    }
    [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }

    void ask(std::string bytes) { unsent_ = std::move(bytes); }

    /// Everything that has come so far.
    void take_all() {
        if (wire_) received_ += wire_->take();
    }
    /// Lets some bytes go out and come in.
    void move_bytes(const Options& options, Chance& chance, Marks& marks);

    /// The answer, once it is there whole.
    [[nodiscard]] std::optional<Answer> take_answer();

private:
    std::shared_ptr<os::MemoryWire> wire_;
    std::string unsent_;
    std::string received_;
};

}  // namespace coffer::tests::sim
