#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/sha256.h"

namespace coffer::store_embedded {

/// Sizes of docs/journal-format.md. A block is what direct writes are aligned to.
inline constexpr std::uint64_t sector_bytes = 512;
inline constexpr std::uint64_t sector_payload_bytes = 506;
inline constexpr std::uint64_t block_bytes = 4096;
inline constexpr std::uint32_t batch_header_bytes = 64;
inline constexpr std::uint32_t record_prefix_bytes = 4;
inline constexpr std::uint32_t batch_bytes_limit = 1024 * 1024;  ///< of any batch's payload

/// 16 random bytes that tell one book from every other. Part of every sector's checksum.
struct BookId {
    std::array<std::uint8_t, 16> bytes{};
    friend bool operator==(const BookId&, const BookId&) = default;
};

/// The fixed front of a batch's payload.
struct BatchHeader {
    std::uint64_t sequence = 0;
    Instant time;
    std::uint32_t payload_bytes = 0;  ///< this header included
    std::uint32_t record_count = 0;
    Hash hash{};
};

void write_header(const BatchHeader& header, std::uint8_t* at);

/// The header, or nothing when these 64 bytes cannot be one (magic, version, sizes).
[[nodiscard]] std::optional<BatchHeader> parse_header(const std::uint8_t* at);

[[nodiscard]] constexpr std::uint64_t sectors_for(std::uint64_t payload_bytes) {
    return (payload_bytes + sector_payload_bytes - 1) / sector_payload_bytes;
}

/// How many bytes a payload takes on disk.
[[nodiscard]] constexpr std::uint64_t framed_bytes(std::uint64_t payload_bytes) {
    return sectors_for(payload_bytes) * sector_bytes;
}

/// The book position of a batch's payload byte: how a record is named before it is written.
[[nodiscard]] constexpr std::uint64_t position_in_batch(std::uint64_t batch_position,
                                                        std::uint64_t payload_offset) {
    return batch_position + sector_bytes * (payload_offset / sector_payload_bytes) +
           payload_offset % sector_payload_bytes;
}

/// One batch as stored. Its bytes live as long as whoever handed it out says.
struct BatchView {
    std::uint64_t position = 0;
    BatchHeader header;
    Bytes payload;  ///< header and records

    [[nodiscard]] std::uint64_t end_position() const {
        return position + framed_bytes(payload.size());
    }
};

struct RecordView {
    std::uint64_t position = 0;  ///< of its length prefix: the name of the record for ever
    Bytes bytes;                 ///< as hashed, without the prefix
};

/// Walks the records of a batch in order. A batch that a scan or a reader handed out is known to be
/// well formed; for any other, `well_formed()` tells after the walk.
class RecordCursor {
public:
    explicit RecordCursor(const BatchView& batch) : batch_{batch} {}
    [[nodiscard]] bool next(RecordView& into);
    [[nodiscard]] bool well_formed() const;

private:
    BatchView batch_;
    std::size_t at_ = batch_header_bytes;
    std::uint32_t count_ = 0;
};

/// SHA-256(previous ‖ sequence ‖ time ‖ record hashes): the hash that the header carries. 32 zero
/// bytes stand before the first batch.
[[nodiscard]] Hash batch_hash(Sha256& sha, const Hash& previous, std::uint64_t sequence,
                              Instant time, std::span<const Hash> record_hashes);
/// The same piece by piece: one start, any number of hashes in their order, finish().
void start_batch_hash(Sha256& sha, const Hash& previous, std::uint64_t sequence, Instant time);
void add_to_batch_hash(Sha256& sha, std::span<const Hash> record_hashes);

}  // namespace coffer::store_embedded
