#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/ensure.h"
#include "os/poller.h"
#include "os/socket.h"

namespace coffer::os {

/// Both ends of one connection that exists in memory only. Tests and the simulator hold the far
/// end; the near end is a Stream. Nothing moves by itself, so every run is the same run.
struct MemoryWire {
    std::string to_server;
    std::string to_client;
    std::size_t client_window_bytes = 1 << 30;  ///< what to_client takes before writes block
    bool client_finished = false;               ///< FIN of the client
    bool server_finished = false;               ///< FIN of the server
    bool reset = false;                         ///< by either side
    bool closed = false;                        ///< the server has let go of it

    /// What has arrived at the client since the last call.
    std::string take() { return std::exchange(to_client, {}); }
};

class MemoryStream final : public Stream {
public:
    MemoryStream(std::shared_ptr<MemoryWire> wire, int descriptor)
        : wire_{std::move(wire)}, descriptor_{descriptor} {}
    ~MemoryStream() override {
        // As TCP does: closing over unread bytes is a reset.
        if (!wire_->to_server.empty()) wire_->reset = true;
        wire_->closed = wire_->server_finished = true;
    }

    int descriptor() const override { return descriptor_; }
    Moved read(std::span<char> into) override {
        if (wire_->reset) return {Moved::How::broken, 0};
        std::string& from = wire_->to_server;
        if (from.empty()) {
            return {wire_->client_finished ? Moved::How::finished : Moved::How::blocked, 0};
        }
        const std::size_t count = std::min(into.size(), from.size());
        std::copy_n(from.begin(), count, into.begin());
        from.erase(0, count);
        return {Moved::How::some, count};
    }
    Moved write(std::string_view bytes) override {
        if (wire_->reset) return {Moved::How::broken, 0};
        const std::size_t room = wire_->client_window_bytes -
                                 std::min(wire_->client_window_bytes, wire_->to_client.size());
        const std::size_t count = std::min(room, bytes.size());
        if (count == 0) return {Moved::How::blocked, 0};
        wire_->to_client.append(bytes.substr(0, count));
        return {Moved::How::some, count};
    }
    void finish_writing() override { wire_->server_finished = true; }
    void stop_reading() override { wire_->client_finished = true; }
    void abort() override { wire_->reset = true; }

private:
    std::shared_ptr<MemoryWire> wire_;
    int descriptor_;
};

/// A Poller for memory streams. wait() never waits: it reports what is ready, in the order of the
/// descriptors, or nothing; the test moves the clock.
class MemoryNetwork final : public Poller {
public:
    /// A client connects; the listener made by listen() will accept it.
    std::shared_ptr<MemoryWire> connect(const Address& peer = loopback()) {
        auto wire = std::make_shared<MemoryWire>();
        backlog_.push_back({wire, peer});
        return wire;
    }
    static Address loopback() {
        Address address;
        address.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
        address.port = 50'000;
        return address;
    }
    [[nodiscard]] std::unique_ptr<Listener> listen() {
        return std::make_unique<MemoryListener>(*this);
    }

    /// How many more accepts succeed before descriptors are exhausted.
    std::size_t descriptors_left = ~std::size_t{0};
    std::size_t wakes = 0;
    std::int64_t last_timeout_ns = 0;

    Result<Ok, Fault> add(int descriptor, std::uint64_t token, Interest interest) override {
        ENSURE(watched_.emplace(descriptor, Watched{token, interest}).second);
        return Ok{};
    }
    void change(int descriptor, std::uint64_t token, Interest interest) override {
        watched_.at(descriptor) = {token, interest};
    }
    void remove(int descriptor) override { ENSURE(watched_.erase(descriptor) == 1); }
    int wake_descriptor() const override { return -1; }
    void wake() override { ++wakes; }

    std::span<Ready> wait(std::int64_t timeout_ns, std::span<Ready> into) override {
        last_timeout_ns = timeout_ns;
        std::size_t filled = 0;
        for (const auto& [descriptor, watched] : watched_) {
            if (filled == into.size()) break;
            Ready ready = ready_of(descriptor, watched.interest);
            ready.token = watched.token;
            if (ready.readable || ready.writable || ready.broken) into[filled++] = ready;
        }
        return into.first(filled);
    }

private:
    struct Watched {
        std::uint64_t token;
        Interest interest;
    };
    struct Waiting {
        std::shared_ptr<MemoryWire> wire;
        Address peer;
    };

    class MemoryListener final : public Listener {
    public:
        explicit MemoryListener(MemoryNetwork& network) : network_{network} {}
        int descriptor() const override { return listener_descriptor; }
        Address local() const override { return loopback(); }
        Accepted accept() override { return network_.accept(); }

    private:
        MemoryNetwork& network_;
    };

    Accepted accept() {
        if (backlog_.empty()) return {};
        if (descriptors_left == 0) return {.how = Accepted::How::exhausted};
        --descriptors_left;
        auto [wire, peer] = backlog_.front();
        backlog_.pop_front();
        wires_[++last_descriptor_] = wire;
        return {Accepted::How::connection, std::make_unique<MemoryStream>(wire, last_descriptor_),
                peer};
    }

    Ready ready_of(int descriptor, Interest interest) const {
        const bool reads = interest == Interest::read || interest == Interest::read_write;
        const bool writes = interest == Interest::write || interest == Interest::read_write;
        if (descriptor == listener_descriptor) return {.readable = reads && !backlog_.empty()};
        const MemoryWire& wire = *wires_.at(descriptor);
        const bool broken = wire.reset || (wire.client_finished && wire.server_finished);
        return {.readable = broken || (reads && (!wire.to_server.empty() || wire.client_finished)),
                .writable = writes && wire.to_client.size() < wire.client_window_bytes,
                .broken = broken};
    }

    static constexpr int listener_descriptor = 1;

    std::map<int, Watched> watched_;
    std::map<int, std::shared_ptr<MemoryWire>> wires_;
    std::deque<Waiting> backlog_;
    int last_descriptor_ = 10;
};

}  // namespace coffer::os
