#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "base/instant.h"
#include "base/sha256.h"
#include "report/finding.h"
#include "report/segment_window.h"

namespace coffer::report {

struct RecordView {
    Bytes bytes;                 ///< as hashed, without the length prefix
    std::uint64_t position = 0;  ///< of the length prefix, in the book
    Hash hash{};
};

/// One whole batch whose checksums, header and hash hold. Valid until the next batch is read.
struct BatchView {
    std::uint32_t segment = 0;
    std::uint64_t base = 0;    ///< of the segment
    std::uint64_t offset = 0;  ///< of the batch in the segment
    std::uint64_t sequence = 0;
    Instant time;
    Hash hash{};
    std::span<const RecordView> records;
};

/// Reads a book from its first byte to its last whole batch, a few MiB at a time, and judges its
/// framing: docs/journal-format.md, sections 1 to 4.
///
/// It may run beside a serving process: it takes no lock and writes nothing. What is being written
/// while it looks is not damage; only what stays wrong is.
class BookReader {
public:
    /// How often and after how long something that looks like damage is read again: a serving
    /// process may be writing exactly there.
    struct Patience {
        int attempts = 5;
        std::chrono::milliseconds gap{20};
    };
    [[nodiscard]] static Result<BookReader, Fault> open(os::FileSystem& files, Patience patience);

    enum class Step {
        batch,   ///< batch() is the next one
        end,     ///< behind the last whole batch, see torn()
        damage,  ///< see damage(); nothing behind it is read
    };
    [[nodiscard]] Result<Step, Fault> next();

    [[nodiscard]] const BatchView& batch() const { return batch_; }
    /// The batch as it stands in its segment: whole sectors, judged. Valid as long as batch().
    [[nodiscard]] Bytes framed() const { return framed_; }
    [[nodiscard]] const Finding& damage() const { return *damage_; }
    /// Where an incomplete last batch stands: a crash left it, or it is being written right now.
    /// It was never acknowledged.
    [[nodiscard]] const std::optional<Place>& torn() const { return torn_; }

    [[nodiscard]] const BookFiles& files() const { return listed_; }
    /// Book positions: how far it has read, and about where the book ends.
    [[nodiscard]] std::uint64_t position() const;
    [[nodiscard]] Result<std::uint64_t, Fault> estimated_end();

private:
    BookReader(os::FileSystem& files, BookFiles listed, Patience patience);

    Result<Step, Fault> try_next();
    Result<Step, Fault> read_batch(const SegmentEntry& segment, std::uint64_t offset);
    Result<Step, Fault> take_batch(const SegmentEntry& segment, std::uint64_t offset);
    std::optional<Finding> header_damage(const SegmentEntry& segment, std::uint64_t offset,
                                         const std::uint8_t* header) const;
    bool split_records(std::uint64_t batch_position, std::uint32_t count);
    Hash hash_of_batch(std::uint64_t sequence, Instant time);

    Result<Step, Fault> tail(std::size_t segment, std::uint64_t offset, std::uint64_t sectors_max);
    Result<Step, Fault> first_nonzero_in(const SegmentEntry& segment, bool& zero);
    Result<bool, Fault> more_listed();
    Step damaged(Rule rule, std::uint64_t offset, std::string_view field, std::string message);

    os::FileSystem* files_;
    Patience patience_;
    BookFiles listed_;
    SegmentWindow window_;
    Sha256 sha_;
    std::size_t segment_ = 0;  ///< index of the segment the next batch is looked for in
    std::uint64_t offset_ = 0;
    std::uint64_t sequence_ = 0;
    Instant time_{INT64_MIN};
    Hash hash_{};
    std::vector<std::uint8_t> payload_;
    std::vector<RecordView> records_;
    BatchView batch_;
    Bytes framed_;
    std::optional<Finding> damage_;
    std::optional<Place> torn_;
};

}  // namespace coffer::report
