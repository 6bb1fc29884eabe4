#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "os/file_system.h"
#include "store_embedded/batch.h"
#include "store_embedded/manifest.h"
#include "store_embedded/next_segment.h"
#include "store_embedded/readable_book.h"
#include "store_embedded/scan.h"
#include "store_embedded/sector.h"

namespace coffer::store_embedded {

inline constexpr std::uint64_t segment_bytes_min = 64 * 1024;
inline constexpr std::uint64_t segment_bytes_max = 1024 * 1024 * 1024;

struct JournalOptions {
    BookId new_book;  ///< random; the identity of the book when the folder is empty
    std::uint64_t segment_bytes = 64 * 1024 * 1024;  ///< of new segments; a multiple of 4,096
    /// false: the next segment is made inside append_durable() and check_writable(), by the
    /// caller's thread and in a fixed order. For the simulator.
    bool background = true;
};

struct BatchToAppend {
    std::uint64_t sequence = 0;
    Instant time;
    Hash hash{};
    std::uint32_t record_count = 0;
    Bytes payload;  ///< 64 bytes of room for the header, then the records with their prefixes
};

/// The book on disk: opened, read to its end, then appended to, one write and one sync a batch.
///
/// open() → recover() once → append_durable() for ever. One thread at a time; readers use
/// readable() from theirs. Besides the write, an append costs 30 to 80 ns a deposit (framing and
/// checksum, then memory that is cold) and allocates nothing.
class Journal {
public:
    /// Locks the folder and reads the MANIFEST, or starts a new book in an empty folder. Refuses a
    /// folder whose files do not fit together (storage_corrupt, naming the file), that another
    /// process holds (busy), or options out of range (configuration).
    [[nodiscard]] static Result<std::unique_ptr<Journal>, Fault> open(
        os::FileSystem& files, const JournalOptions& options);
    ~Journal();

    /// Reads from a batch to the end, drops a torn batch, and makes durable what it has read: the
    /// last batch is written again and zeros behind it, because a process that died before its
    /// sync, or after a failed one, leaves bytes that are readable and not on disk.
    [[nodiscard]] Result<BookEnd, Fault> recover(const ScanFrom& from, const BatchVisitor& visitor);

    /// Where the next batch will stand, behind the one whose write is under way, whatever happens
    /// until then; its records can be named by position_in_batch() before they are written. A batch
    /// of batch_bytes_max() always fits there.
    [[nodiscard]] std::uint64_t next_batch_position() const { return next_position_; }

    /// The largest payload, header included: min(1 MiB, a quarter of the smallest usable segment).
    [[nodiscard]] std::uint32_t batch_bytes_max() const { return batch_bytes_max_; }

    /// To be asked before a round decides anything: while the segment is used up, busy when the
    /// next one is being made and storage_full when it cannot be; storage_unavailable after a
    /// failed write. Once Ok, it stays so until the next append. A few nanoseconds.
    [[nodiscard]] Result<Ok, Fault> check_writable();

    /// Writes and syncs one batch and answers its position. The sequence must be the next one.
    ///
    /// storage_full: nothing was touched. storage_unavailable: the batch may or may not be found
    /// after a restart; from then on every append is refused without touching the disk.
    [[nodiscard]] Result<std::uint64_t, Fault> append_durable(const BatchToAppend& batch);

    /// append_durable() in two halves, so that the engine can talk to its clients meanwhile: the
    /// batch is framed and its write begun; end_append() waits for the rest of it. The payload may
    /// go after the first half. Nothing else may be appended in between, and nothing is readable().
    enum class Write : bool { now, in_background };
    [[nodiscard]] Result<std::uint64_t, Fault> begin_append(const BatchToAppend& batch,
                                                            Write write);
    /// Whether end_append() would not wait.
    [[nodiscard]] bool append_ended();
    [[nodiscard]] Result<Ok, Fault> end_append();

    [[nodiscard]] bool poisoned() const { return poisoned_; }
    [[nodiscard]] std::uint64_t last_sequence() const { return last_sequence_; }
    [[nodiscard]] const BookId& book() const { return readable_.book(); }
    /// True when open() made the book.
    [[nodiscard]] bool is_new() const { return is_new_; }

    [[nodiscard]] const ReadableBook& readable() const { return readable_; }
    [[nodiscard]] ManifestFile& manifest() { return manifest_; }
    [[nodiscard]] os::FileSystem& files() { return files_; }

private:
    Journal(os::FileSystem& files, const JournalOptions& options, std::unique_ptr<os::Lock> lock,
            const Manifest& manifest, bool is_new);

    [[nodiscard]] Result<Ok, Fault> repair(const SegmentInfo* next, const BookEnd& end);
    void choose_next_position(std::uint64_t end_position);
    void ask_for_next_segment();
    void roll_over();
    [[nodiscard]] bool used_up() const { return next_position_ == active_.end(); }

    os::FileSystem& files_;
    JournalOptions options_;
    std::unique_ptr<os::Lock> lock_;
    bool is_new_;
    ManifestFile manifest_;
    ImagePool images_;
    SectorCodec codec_;
    ReadableBook readable_;
    std::uint32_t batch_bytes_max_;

    SegmentInfo active_;
    std::unique_ptr<os::File> file_;
    std::shared_ptr<SegmentImage> image_;
    std::uint64_t end_position_ = 0;  // behind the last durable batch
    /// There, or behind the batch that is being written, or at the start of the next segment.
    std::uint64_t next_position_ = 0;
    std::uint64_t last_sequence_ = 0;
    Instant last_time_{INT64_MIN};
    struct Appending {
        std::uint64_t sequence = 0;
        Instant time;
        std::uint64_t end_position = 0;
    };
    bool appending_ = false;  // a write was begun that will reach to appending_to_
    Appending appending_to_;
    std::optional<Result<Ok, Fault>> written_;  // of a write that was not made in the background
    bool recovered_ = false;
    bool poisoned_ = false;  // Set once, never cleared. See append_durable().

    NextSegment next_;  // last: its thread ends before what it uses
};

}  // namespace coffer::store_embedded
