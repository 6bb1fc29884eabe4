#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "store_embedded/checkpoint.h"

namespace coffer::store_embedded {

/// Takes checkpoints while the book is served: the engine's thread copies a slice between rounds
/// (at most half a millisecond), a thread writes, syncs and renames. The two newest are kept. A
/// checkpoint that cannot be written is given up and reported: only the next start is slower.
class Checkpointer {
public:
    struct Options {
        /// Between two checkpoints, or half the size of the last one if that is more: so a start
        /// replays little beside what it loads, and no more than twice the journal is written.
        std::uint64_t journal_bytes = 64 * 1024 * 1024;
        std::int64_t slice_ns_max = 400'000;
        bool background = true;  ///< false: written by the caller, for the simulator
    };
    using OnFault = std::function<void(const Fault&)>;

    Checkpointer(os::FileSystem& files, const State& state, const BookId& book,
                 const Options& options, OnFault on_fault);
    ~Checkpointer();

    /// Between rounds, never with records that are not durable. Begins a checkpoint when enough of
    /// the journal is new, or goes on with one. `position` is that of the last batch; the clock
    /// answers monotonic nanoseconds. True while there is more to copy.
    bool step(const CheckpointStart& now, const std::function<std::int64_t()>& monotonic_ns);

    /// Where the one stands that a start began from: the next is due `journal_bytes` later, however
    /// many short lives the process has until then. `bytes`: how large it is.
    void last_taken_at(std::uint64_t position, std::uint64_t bytes) {
        last_position_ = position;
        last_bytes_.store(bytes);
    }
    void begin_now() { due_now_ = true; }
    /// Whether a step() would begin one, now that the last batch is at `batch_position`.
    [[nodiscard]] bool due(std::uint64_t batch_position);

    [[nodiscard]] std::uint64_t taken() const { return taken_.load(); }
    [[nodiscard]] std::int64_t longest_slice_ns() const { return longest_slice_ns_; }

private:
    struct Piece {
        std::uint64_t sequence = 0;
        bool first = false;
        bool last = false;
        std::vector<std::uint8_t> bytes;
    };

    void hand_over(Piece piece);
    void run(const std::stop_token& stop);
    [[nodiscard]] Result<Ok, Fault> write(const Piece& piece);
    [[nodiscard]] Result<Ok, Fault> finish(std::uint64_t sequence);
    void write_or_report(const Piece& piece);

    os::FileSystem& files_;
    const State& state_;
    const BookId book_;
    const Options options_;
    OnFault on_fault_;

    std::unique_ptr<CheckpointCopy> copy_;
    std::uint64_t last_position_ = 0;
    bool due_now_ = false;
    std::int64_t longest_slice_ns_ = 0;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Piece> pieces_;
    bool writing_ = false;  // a piece of the current checkpoint is queued or being written
    std::unique_ptr<os::File> file_;
    std::uint64_t offset_ = 0;
    bool failed_ = false;
    std::atomic<std::uint64_t> taken_{0};
    std::atomic<std::uint64_t> last_bytes_{0};
    std::jthread thread_;  // last: it uses everything above
};

}  // namespace coffer::store_embedded
