#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/manifest.h"
#include "store_embedded/segment_image.h"

namespace coffer::store_embedded {

/// A segment that batches may be written to: zeros on disk, synced, listed.
struct PreparedSegment {
    SegmentInfo info;
    std::unique_ptr<os::File> file;
};

/// Makes the next segment ahead of its use, in the background: its file, then its line in the
/// MANIFEST. A failure is kept as a sentence for the operator and tried again every second: full
/// disks get room again.
class NextSegment {
public:
    enum class Thread : bool { callers, own };

    NextSegment(os::FileSystem& files, ManifestFile& manifest, ImagePool& images, Thread thread);
    ~NextSegment();

    /// Asks for this segment; it may be listed already (then it is only opened; the caller has
    /// checked that it is zero). Never while another one is asked for and not taken.
    void ask(const SegmentInfo& wanted);

    /// With the caller's thread: makes what was asked for now, if it is not there.
    void make_if_inline();

    [[nodiscard]] bool ready() const { return ready_.load(std::memory_order_acquire); }

    /// Only when ready().
    [[nodiscard]] PreparedSegment take();

    /// Why it is not ready.
    [[nodiscard]] Fault reason() const;

private:
    struct Wanted {
        SegmentInfo info;
        // The file is complete and may be listed on disk already: it must not be made again.
        bool file_complete = false;
    };

    void run(const std::stop_token& stop);
    [[nodiscard]] bool attempt(Wanted& wanted);
    [[nodiscard]] Result<PreparedSegment, Fault> make(Wanted& wanted);

    os::FileSystem& files_;
    ManifestFile& manifest_;
    ImagePool& images_;
    const Thread mode_;

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::optional<Wanted> wanted_;
    std::optional<PreparedSegment> prepared_;
    std::optional<Fault> reason_;
    std::atomic<bool> ready_{false};
    std::jthread thread_;  // last: it uses everything above
};

}  // namespace coffer::store_embedded
