#include "access/token_workers.h"

namespace coffer::access {

TokenWorkers::TokenWorkers(std::uint32_t threads, std::shared_ptr<const Trust> trust,
                           const TokenPolicy& policy, std::function<void()> wake_up)
    : wake_up_{std::move(wake_up)}, policy_{policy}, trust_{std::move(trust)} {
    for (std::uint32_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }
}

TokenWorkers::~TokenWorkers() {
    for (std::jthread& thread : threads_) thread.request_stop();
}

void TokenWorkers::add(Job job) {
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(job));
    }
    arrived_.notify_one();
}

std::vector<TokenWorkers::Job> TokenWorkers::take_finished() {
    std::vector<Job> finished;
    const std::lock_guard lock{mutex_};
    finished.swap(finished_);
    return finished;
}

void TokenWorkers::set_trust(std::shared_ptr<const Trust> trust) {
    const std::lock_guard lock{mutex_};
    trust_ = std::move(trust);
}

void TokenWorkers::run(const std::stop_token& stop) {
    std::unique_ptr<TokenJudge> judge;
    while (!stop.stop_requested()) {
        std::unique_lock lock{mutex_};
        if (!arrived_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        const std::shared_ptr<const Trust> trust = trust_;
        lock.unlock();
        if (!judge || judge->trust() != trust) judge = std::make_unique<TokenJudge>(trust, policy_);
        job.trust_version = trust->version();
        job.judgement = judge->judge(job.token, job.asked_at, TokenJudge::Dear::checked);
        finish(std::move(job));
    }
}

void TokenWorkers::finish(Job job) {
    bool was_empty = false;
    {
        const std::lock_guard lock{mutex_};
        was_empty = finished_.empty();
        finished_.push_back(std::move(job));
    }
    // The others are found by the same poll(): one wake-up is enough for all of them.
    if (was_empty) wake_up_();
}

}  // namespace coffer::access
