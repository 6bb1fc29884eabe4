#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "store_embedded/history_reader.h"

namespace coffer::store_embedded {

/// What a reader is asked: a list, an integrity check, or the record of a used reference, of an
/// Idempotency-Key or of a transaction. Owns its texts: the batch that asked is gone by then.
struct ReadJob {
    enum class Why : std::uint8_t { reference, key, original };
    engine::Cookie cookie = 0;
    engine::Arena texts{4096};
    HistoryStart start;  ///< for lists and checks
    std::variant<engine::ListHistory, engine::CheckIntegrity, wallet::Command> question;
    Position prior = 0;         ///< for a command: where that record is
    wallet::PublicId original;  ///< for why original: the transaction whose record is wanted
    Why why = Why::reference;   ///< for a command

    std::variant<std::monostate, engine::Page, engine::Integrity, HistoryReader::Node, Fault> found;
};

/// Threads that answer from records, so that the engine's thread never reads a file. Bounded: a
/// question that finds the queue full is refused at once.
class ReaderPool {
public:
    struct Options {
        std::size_t threads = 1;  ///< 0: run() in the caller's thread, for the simulator
        std::size_t queue_max = 1024;
    };

    ReaderPool(const RecordReader& records, const std::array<std::uint8_t, 32>& id_key,
               const Options& options);
    ~ReaderPool();

    void wake_with(std::function<void()> wake);
    /// False, and nothing happens, when the queue is full.
    [[nodiscard]] bool ask(std::unique_ptr<ReadJob> job);
    /// What has been answered since the last call.
    [[nodiscard]] std::vector<std::unique_ptr<ReadJob>> take();
    [[nodiscard]] std::size_t waiting() const;

private:
    void serve(const std::stop_token& stop);
    static void answer(HistoryReader& reader, ReadJob& job);

    const RecordReader& records_;
    const std::array<std::uint8_t, 32> id_key_;
    const Options options_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::unique_ptr<ReadJob>> asked_;
    std::vector<std::unique_ptr<ReadJob>> answered_;
    std::function<void()> wake_;
    std::vector<std::jthread> threads_;  // last: they use everything above
};

}  // namespace coffer::store_embedded
