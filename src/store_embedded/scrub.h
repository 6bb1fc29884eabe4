#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/readable_book.h"
#include "store_embedded/sector.h"

namespace coffer::store_embedded {

/// Reads one sealed segment from disk and verifies every sector and the order of its batches'
/// sectors. Called with the bytes read so far; answering false stops it.
[[nodiscard]] Result<Ok, Fault> scrub_segment(os::FileSystem& files, const BookId& book,
                                              const SegmentInfo& segment,
                                              const std::function<bool(std::uint64_t)>& go_on);

/// A thread that re-reads all sealed segments for ever at a steady rate, past the page cache, so
/// that rot is found while a backup still has the bytes. Reports damage, or a read that fails, once
/// and stops: what to do is the operator's.
class Scrub {
public:
    struct Options {
        std::uint64_t bytes_per_second = 4 * 1024 * 1024;
        std::uint64_t pause_ms_when_done = 60'000;
    };
    using OnDamage = std::function<void(const Fault&)>;

    Scrub(os::FileSystem& files, const ReadableBook& book, const Options& options,
          OnDamage on_damage);
    ~Scrub();

    [[nodiscard]] std::uint64_t rounds() const { return rounds_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t bytes_read() const {
        return bytes_.load(std::memory_order_relaxed);
    }

private:
    void run(const std::stop_token& stop);
    [[nodiscard]] Result<Ok, Fault> one_round(const std::stop_token& stop);
    static void sleep(const std::stop_token& stop, std::chrono::microseconds time);

    os::FileSystem& files_;
    const ReadableBook& book_;
    const Options options_;
    OnDamage on_damage_;
    std::atomic<std::uint64_t> rounds_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::jthread thread_;
};

}  // namespace coffer::store_embedded
