#include "store_embedded/scrub.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

#include "store_embedded/segment_image.h"
#include "store_embedded/segment_scan.h"

namespace coffer::store_embedded {
namespace {

constexpr std::uint64_t step_bytes = 256 * 1024;

/// Follows the sectors of a sealed segment: whole batches, then nothing.
class SectorOrder {
public:
    SectorOrder(const SectorCodec& codec, const SegmentInfo& segment)
        : codec_{codec}, segment_{segment} {}

    Result<Ok, Fault> see(std::uint64_t offset, const std::uint8_t* sector) {
        if (all_zero({sector, sector_bytes})) {
            if (number_ != sectors_)
                return damage_at(segment_, offset, "a written sector is empty");
            ended_ = true;
            return Ok{};
        }
        if (ended_) return damage_at(segment_, offset, "something stands behind an empty sector");
        if (!codec_.valid(sector, segment_.base + offset)) {
            return damage_at(segment_, offset, "the sector's checksum does not match");
        }
        if (number_ == sectors_) {
            const auto header = parse_header(sector);
            if (!header) return damage_at(segment_, offset, "this is not a batch header");
            number_ = 0;
            sectors_ = sectors_for(header->payload_bytes);
        }
        if (sector_number(sector) != number_) {
            return damage_at(segment_, offset, "a sector of another batch stands here");
        }
        ++number_;
        return Ok{};
    }

private:
    SectorCodec codec_;
    SegmentInfo segment_;
    std::uint64_t number_ = 0;   // of the next sector within its batch
    std::uint64_t sectors_ = 0;  // of that batch; equal: a batch starts
    bool ended_ = false;
};

}  // namespace

Result<Ok, Fault> scrub_segment(os::FileSystem& files, const BookId& book,
                                const SegmentInfo& segment,
                                const std::function<bool(std::uint64_t)>& go_on) {
    auto file = files.open(segment_path(segment.number), os::Open::read_uncached);
    if (!file) return file.error();
    SectorOrder order{SectorCodec{book}, segment};
    SegmentImage buffer{std::min(step_bytes, segment.bytes)};
    for (std::uint64_t at = 0; at < segment.bytes; at += buffer.size()) {
        const auto bytes = buffer.all().first(std::min(buffer.size(), segment.bytes - at));
        const auto got = (*file)->read_at(at, bytes);
        if (!got) return got.error();
        if (*got != bytes.size()) return damage_at(segment, at + *got, "the file ends here");
        for (std::uint64_t i = 0; i < bytes.size(); i += sector_bytes) {
            if (auto good = order.see(at + i, bytes.data() + i); !good) return good;
        }
        if (!go_on(bytes.size())) return Ok{};
    }
    return Ok{};
}

Scrub::Scrub(os::FileSystem& files, const ReadableBook& book, const Options& options,
             OnDamage on_damage)
    : files_{files},
      book_{book},
      options_{options},
      on_damage_{std::move(on_damage)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

Scrub::~Scrub() = default;

void Scrub::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (auto good = one_round(stop); !good) {
            on_damage_(good.error());
            return;
        }
        if (stop.stop_requested()) return;
        rounds_.fetch_add(1, std::memory_order_relaxed);
        sleep(stop, std::chrono::milliseconds{options_.pause_ms_when_done});
    }
}

Result<Ok, Fault> Scrub::one_round(const std::stop_token& stop) {
    std::vector<SegmentInfo> sealed = book_.segments();
    if (!sealed.empty()) sealed.pop_back();
    for (const SegmentInfo& segment : sealed) {
        auto good = scrub_segment(files_, book_.book(), segment, [&](std::uint64_t bytes) {
            bytes_.fetch_add(bytes, std::memory_order_relaxed);
            const std::uint64_t rate = std::max<std::uint64_t>(1, options_.bytes_per_second);
            sleep(stop, std::chrono::microseconds{bytes * 1'000'000 / rate});
            return !stop.stop_requested();
        });
        if (!good || stop.stop_requested()) return good;
    }
    return Ok{};
}

void Scrub::sleep(const std::stop_token& stop, std::chrono::microseconds time) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock hold{mutex};
    never.wait_for(hold, stop, time, [] { return false; });
}

}  // namespace coffer::store_embedded
