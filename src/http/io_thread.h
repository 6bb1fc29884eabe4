#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "http/doorbell.h"
#include "http/loop.h"
#include "http/round.h"

namespace coffer::http {

/// Where the threads leave rounds for the one that answers.
class Inbox {
public:
    explicit Inbox(os::Poller& poller) : bell{poller} {}

    void leave(std::unique_ptr<Round> round);
    /// Appends what was left to `into`.
    void take(std::vector<std::unique_ptr<Round>>& into);

    Doorbell bell;

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Round>> rounds_;
};

/// A thread that holds connections: reads and parses requests, hands over whole rounds of them,
/// sends the answers that come back. All public calls are for the thread that answers.
class IoThread final : private Handler {
public:
    /// `handler` is asked for body_bytes_max() only, on this thread. `index`: among its siblings.
    IoThread(const ServerOptions& options, os::Clock& clock, std::unique_ptr<os::Poller> poller,
             Handler& handler, std::shared_ptr<Admission> admission, Inbox& inbox,
             std::uint16_t index);
    ~IoThread() override;
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;

    void take_connection(os::Accepted accepted, std::uint8_t tag);
    /// Gives `answers` away and puts an empty pack there.
    void take_answers(std::unique_ptr<AnswerPack>& answers);
    void give_back(std::unique_ptr<Round> round);
    void begin_drain();

    [[nodiscard]] bool drained() const { return drained_; }
    /// Connections it has or will have.
    [[nodiscard]] std::uint64_t load() const { return connections_given_ - connections_gone_; }
    [[nodiscard]] Counters counters() const;

private:
    struct Mail {
        std::vector<std::pair<os::Accepted, std::uint8_t>> connections;
        std::vector<std::unique_ptr<AnswerPack>> answers;
        std::vector<std::unique_ptr<Round>> spare_rounds;
        bool drain = false;
        bool stop = false;
    };

    void on_request(const Request& request, Exchange exchange) override;
    [[nodiscard]] bool may_continue(const Request& head, Exchange exchange) override;
    [[nodiscard]] std::size_t body_bytes_max(const Request& head, std::size_t usual) override;

    void run();
    [[nodiscard]] bool open_mail();
    void hand_over();
    void publish();

    Handler& handler_;
    Inbox& inbox_;
    const std::uint16_t index_;
    std::unique_ptr<os::Poller> poller_;
    Doorbell bell_;
    Loop loop_;

    // Both sides, under the mutex.
    mutable std::mutex mutex_;
    Mail mail_;
    std::vector<std::unique_ptr<AnswerPack>> spare_answers_;
    Counters published_;

    std::atomic<bool> drained_{false};
    std::atomic<std::uint64_t> connections_gone_{0};
    std::uint64_t connections_given_ = 0;  // the answering thread's

    // This thread's.
    Mail opened_;
    std::uint64_t connections_lost_ = 0;
    std::unique_ptr<Round> round_ = std::make_unique<Round>();
    std::vector<std::unique_ptr<Round>> spare_rounds_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace coffer::http
