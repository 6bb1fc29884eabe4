#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "api/batch_reader.h"

namespace coffer::api {

/// A thread that reads the bodies of large batches and renders their answers, so that the engine's
/// does neither: together they are two fifths of what a movement costs, and the thousand of one
/// request cross from one processor to the other in one piece.
///
/// All public calls on the owner's thread.
class BatchWorker {
public:
    /// `wake` is called on the worker's thread when something is done.
    BatchWorker(const money::CurrencyTable& currencies, const Hash& cursor_key,
                std::function<void()> wake);
    /// What is under way is finished, what waits is not begun.
    ~BatchWorker();
    BatchWorker(const BatchWorker&) = delete;
    BatchWorker& operator=(const BatchWorker&) = delete;

    struct Work {
        std::vector<std::unique_ptr<BatchRequest>> requests;
        std::vector<std::shared_ptr<ManyAnswer>> answers;
    };

    void read(std::unique_ptr<BatchRequest> request);
    void render(std::shared_ptr<ManyAnswer> answer);
    /// Moves what is done behind what stands in `done`.
    void take(Work& done);
    /// Waits until all that was given is done.
    void finish();

    /// Given and not yet taken back.
    [[nodiscard]] std::size_t pending() const { return given_ - taken_; }

private:
    void run();

    BatchReader reader_;
    const std::function<void()> wake_;

    // The owner's.
    std::size_t given_ = 0;
    std::size_t taken_ = 0;

    // Both sides', under the mutex.
    std::mutex mutex_;
    std::condition_variable todo_changed_;
    std::condition_variable done_changed_;
    Work todo_;
    Work done_;
    std::size_t done_count_ = 0;  // since the start
    bool stop_ = false;

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace coffer::api
