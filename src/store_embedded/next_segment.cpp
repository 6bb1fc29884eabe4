#include "store_embedded/next_segment.h"

#include <chrono>
#include <utility>

#include "base/ensure.h"
#include "store_embedded/segment_file.h"

namespace coffer::store_embedded {
namespace {

constexpr std::chrono::seconds retry_after{1};

}  // namespace

NextSegment::NextSegment(os::FileSystem& files, ManifestFile& manifest, ImagePool& images,
                         Thread thread)
    : files_{files}, manifest_{manifest}, images_{images}, mode_{thread} {
    if (mode_ == Thread::own) {
        thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
    }
}

NextSegment::~NextSegment() = default;

void NextSegment::ask(const SegmentInfo& wanted) {
    {
        std::lock_guard hold{mutex_};
        ENSURE(!wanted_ && !prepared_);
        wanted_ = Wanted{wanted};
    }
    changed_.notify_one();
}

void NextSegment::make_if_inline() {
    if (mode_ == Thread::own || ready() || !wanted_) return;
    Wanted wanted = *wanted_;
    (void)attempt(wanted);  // the reason is kept
}

PreparedSegment NextSegment::take() {
    std::lock_guard hold{mutex_};
    ENSURE(prepared_.has_value());
    ready_.store(false, std::memory_order_release);
    return *std::exchange(prepared_, std::nullopt);
}

Fault NextSegment::reason() const {
    std::lock_guard hold{mutex_};
    if (reason_) return *reason_;
    return {Fault::Kind::busy, "the next segment of the journal is not ready yet"};
}

void NextSegment::run(const std::stop_token& stop) {
    std::unique_lock hold{mutex_};
    while (changed_.wait(hold, stop, [this] { return wanted_.has_value(); })) {
        Wanted wanted = *wanted_;
        hold.unlock();
        bool made = attempt(wanted);
        hold.lock();
        while (!made && !stop.stop_requested()) {
            changed_.wait_for(hold, stop, retry_after, [] { return false; });
            if (stop.stop_requested()) return;
            hold.unlock();
            made = attempt(wanted);
            hold.lock();
        }
    }
}

bool NextSegment::attempt(Wanted& wanted) {
    auto made = make(wanted);
    std::lock_guard hold{mutex_};
    if (!made) {
        reason_ =
            Fault{Fault::Kind::storage_full,
                  "the next segment of the journal cannot be made, tried again every second: " +
                      made.error().message};
        wanted_ = wanted;
        return false;
    }
    reason_.reset();
    wanted_.reset();
    prepared_ = std::move(*made);
    ready_.store(true, std::memory_order_release);
    return true;
}

Result<PreparedSegment, Fault> NextSegment::make(Wanted& wanted) {
    const SegmentInfo info = wanted.info;
    if (!manifest_.segment(info.number)) {
        if (!wanted.file_complete) {
            if (auto made = make_segment_file(files_, info); !made) return made.error();
        }
        // From here on a MANIFEST that lists the segment may be found after a crash, even if the
        // change answers a fault: the file is not touched again.
        wanted.file_complete = true;
        auto list = manifest_.change([&](Manifest& changed) { changed.segments.push_back(info); });
        if (!list) return list.error();
    }
    auto file = files_.open(segment_path(info.number), os::Open::direct_durable);
    if (!file) return file.error();
    if (mode_ == Thread::own) images_.make_spare_once(info.bytes);
    return PreparedSegment{info, std::move(*file)};
}

}  // namespace coffer::store_embedded
