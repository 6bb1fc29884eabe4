#pragma once

#include <memory>
#include <vector>

#include "http/acceptor.h"
#include "http/io_thread.h"
#include "http/side.h"

namespace coffer::http {

/// A server whose connections are held by threads of their own. The owner's thread accepts, takes
/// the rounds they hand over, and gives their answers back, all of a round at once: between two
/// threads nothing is as dear as waking.
class IoThreads final : public Side {
public:
    IoThreads(ServerOptions options, os::Clock& clock, os::Poller& poller, Handler& handler);

    Result<Ok, Fault> listen(std::unique_ptr<os::Listener> listener, std::uint8_t tag) override;
    std::size_t poll(std::int64_t timeout_ns) override;
    void flush() override;
    [[nodiscard]] bool keep_alive(Exchange exchange) override { return exchange.keep_alive; }
    [[nodiscard]] std::string& begin_answer(Exchange exchange) override;
    void end_answer(Exchange exchange) override;
    void begin_drain() override;
    [[nodiscard]] bool drained() const override;
    [[nodiscard]] const Counters& counters() override;

private:
    struct Thread {
        std::unique_ptr<AnswerPack> answers = std::make_unique<AnswerPack>();
        std::unique_ptr<IoThread> io;
    };
    static constexpr std::size_t events_max = 64;

    [[nodiscard]] Result<Ok, Fault> start_threads();
    [[nodiscard]] bool take(os::Accepted accepted, std::uint8_t tag);

    const ServerOptions options_;
    os::Clock& clock_;
    os::Poller& poller_;
    Handler& handler_;
    std::shared_ptr<Admission> admission_;
    Inbox inbox_;
    Acceptor acceptor_;
    std::vector<std::unique_ptr<Round>> rounds_;
    std::array<os::Ready, events_max> events_{};
    std::uint64_t polls_ = 0;
    Counters counters_;
    bool draining_ = false;
    std::vector<Thread> threads_;  // last: they use the inbox and the admission
};

}  // namespace coffer::http
