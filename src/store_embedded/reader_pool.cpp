#include "store_embedded/reader_pool.h"

namespace coffer::store_embedded {

ReaderPool::ReaderPool(const RecordReader& records, const std::array<std::uint8_t, 32>& id_key,
                       const Options& options)
    : records_{records}, id_key_{id_key}, options_{options} {
    for (std::size_t i = 0; i < options.threads; ++i) {
        threads_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
    }
}

ReaderPool::~ReaderPool() {
    for (auto& thread : threads_) thread.request_stop();
    changed_.notify_all();
}

void ReaderPool::wake_with(std::function<void()> wake) {
    const std::lock_guard hold{mutex_};
    wake_ = std::move(wake);
}

bool ReaderPool::ask(std::unique_ptr<ReadJob> job) {
    if (options_.threads == 0) {
        HistoryReader reader{records_, id_key_};
        answer(reader, *job);
        answered_.push_back(std::move(job));
        return true;
    }
    {
        const std::lock_guard hold{mutex_};
        if (asked_.size() >= options_.queue_max) return false;
        asked_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

std::vector<std::unique_ptr<ReadJob>> ReaderPool::take() {
    const std::lock_guard hold{mutex_};
    return std::exchange(answered_, {});
}

std::size_t ReaderPool::waiting() const {
    const std::lock_guard hold{mutex_};
    return asked_.size();
}

void ReaderPool::serve(const std::stop_token& stop) {
    HistoryReader reader{records_, id_key_};
    for (;;) {
        std::unique_ptr<ReadJob> job;
        {
            std::unique_lock hold{mutex_};
            if (!changed_.wait(hold, stop, [this] { return !asked_.empty(); })) return;
            job = std::move(asked_.front());
            asked_.pop_front();
        }
        answer(reader, *job);
        std::function<void()> wake;
        {
            const std::lock_guard hold{mutex_};
            answered_.push_back(std::move(job));
            wake = wake_;
        }
        if (wake) wake();
    }
}

void ReaderPool::answer(HistoryReader& reader, ReadJob& job) {
    const auto keep = [&job](auto&& result) {
        if (result) {
            job.found = std::move(*result);
        } else {
            job.found = result.error();
        }
    };
    if (const auto* list = std::get_if<engine::ListHistory>(&job.question)) {
        keep(reader.list(job.start, *list));
    } else if (std::holds_alternative<engine::CheckIntegrity>(job.question)) {
        keep(reader.integrity(job.start));
    } else {
        auto& node = job.found.emplace<HistoryReader::Node>();
        if (job.why == ReadJob::Why::original) {
            const auto there = reader.find_origin(job.original, node);
            if (!there) {
                job.found = there.error();
            } else if (!*there) {
                job.found = std::monostate{};
            }
            return;
        }
        const auto read = reader.read(job.prior, node);
        if (!read) job.found = read.error();
    }
}

}  // namespace coffer::store_embedded
