#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "access/token_judge.h"
#include "base/instant.h"

namespace coffer::access {

/// Threads that judge tokens with dear signatures. add() and take_finished() belong to one thread.
class TokenWorkers {
public:
    struct Job {
        std::string token;
        Instant asked_at;
        bool has_waited_for_keys = false;  ///< of its issuer; it does so once
        std::uint64_t trust_version = 0;   ///< by which it was judged
        TokenJudge::Judgement judgement = TokenJudge::LeftToWorker{};
    };

    /// `wake_up` is called on a worker's thread when the first finished job lies ready.
    TokenWorkers(std::uint32_t threads, std::shared_ptr<const Trust> trust,
                 const TokenPolicy& policy, std::function<void()> wake_up);

    /// Waits for the jobs at hand (some 20 µs each) and drops the others.
    ~TokenWorkers();
    TokenWorkers(const TokenWorkers&) = delete;
    TokenWorkers& operator=(const TokenWorkers&) = delete;

    /// The caller bounds how many are on their way.
    void add(Job job);
    /// Jobs that are taken up from now on are judged by it.
    void set_trust(std::shared_ptr<const Trust> trust);
    [[nodiscard]] std::vector<Job> take_finished();

private:
    void run(const std::stop_token& stop);
    void finish(Job job);

    std::function<void()> wake_up_;
    TokenPolicy policy_;
    std::mutex mutex_;  // guards the two queues and what is trusted
    std::condition_variable_any arrived_;
    std::deque<Job> waiting_;
    std::vector<Job> finished_;
    std::shared_ptr<const Trust> trust_;
    std::vector<std::jthread> threads_;  // last: they stop before what they use goes
};

}  // namespace coffer::access
