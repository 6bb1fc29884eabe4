#include "api/batch_worker.h"

#include <iterator>
#include <utility>

namespace coffer::api {
namespace {

template <class Each>
void move_behind(std::vector<Each>& into, std::vector<Each>& from) {
    into.insert(into.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
    from.clear();
}

}  // namespace

BatchWorker::BatchWorker(const money::CurrencyTable& currencies, const Hash& cursor_key,
                         std::function<void()> wake)
    : reader_{currencies, cursor_key}, wake_{std::move(wake)}, thread_{[this] { run(); }} {}

BatchWorker::~BatchWorker() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    todo_changed_.notify_one();
    thread_.join();
}

void BatchWorker::read(std::unique_ptr<BatchRequest> request) {
    ++given_;
    {
        const std::lock_guard lock(mutex_);
        todo_.requests.push_back(std::move(request));
    }
    todo_changed_.notify_one();
}

void BatchWorker::render(std::shared_ptr<ManyAnswer> answer) {
    ++given_;
    {
        const std::lock_guard lock(mutex_);
        todo_.answers.push_back(std::move(answer));
    }
    todo_changed_.notify_one();
}

void BatchWorker::take(Work& done) {
    const std::size_t requests = done.requests.size();
    const std::size_t answers = done.answers.size();
    {
        const std::lock_guard lock(mutex_);
        move_behind(done.requests, done_.requests);
        move_behind(done.answers, done_.answers);
    }
    taken_ += done.requests.size() - requests + done.answers.size() - answers;
}

void BatchWorker::finish() {
    std::unique_lock lock(mutex_);
    done_changed_.wait(lock, [this] { return done_count_ == given_; });
}

void BatchWorker::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        todo_changed_.wait(
            lock, [this] { return stop_ || !todo_.requests.empty() || !todo_.answers.empty(); });
        if (stop_) return;
        // Answers first: somebody waits for them, and their memory is needed again.
        Work work;
        if (!todo_.answers.empty()) {
            work.answers.push_back(std::move(todo_.answers.front()));
            todo_.answers.erase(todo_.answers.begin());
        } else {
            work.requests.push_back(std::move(todo_.requests.front()));
            todo_.requests.erase(todo_.requests.begin());
        }
        lock.unlock();
        for (auto& answer : work.answers) answer->append_to(answer->rendered);
        for (auto& request : work.requests) reader_.read(*request);
        lock.lock();
        move_behind(done_.answers, work.answers);
        move_behind(done_.requests, work.requests);
        ++done_count_;
        done_changed_.notify_one();
        lock.unlock();
        wake_();
        lock.lock();
    }
}

}  // namespace coffer::api
