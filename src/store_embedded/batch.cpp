#include "store_embedded/batch.h"

#include <algorithm>
#include <cstring>

namespace coffer::store_embedded {
namespace {

constexpr std::uint8_t magic[4] = {'C', 'F', 'B', '1'};
constexpr std::uint16_t format_version = 1;

}  // namespace

void write_header(const BatchHeader& header, std::uint8_t* at) {
    std::memcpy(at, magic, sizeof magic);
    store_le(at + 4, format_version);
    store_le(at + 6, std::uint16_t{0});
    store_le(at + 8, header.sequence);
    store_le(at + 16, header.time.unix_ms);
    store_le(at + 24, header.payload_bytes);
    store_le(at + 28, header.record_count);
    std::memcpy(at + 32, header.hash.data(), header.hash.size());
}

std::optional<BatchHeader> parse_header(const std::uint8_t* at) {
    if (std::memcmp(at, magic, sizeof magic) != 0 ||
        load_le<std::uint16_t>(at + 4) != format_version || load_le<std::uint16_t>(at + 6) != 0) {
        return std::nullopt;
    }
    BatchHeader header;
    header.sequence = load_le<std::uint64_t>(at + 8);
    header.time.unix_ms = load_le<std::int64_t>(at + 16);
    header.payload_bytes = load_le<std::uint32_t>(at + 24);
    header.record_count = load_le<std::uint32_t>(at + 28);
    std::memcpy(header.hash.data(), at + 32, header.hash.size());
    const std::uint64_t least =
        batch_header_bytes + std::uint64_t{header.record_count} * (record_prefix_bytes + 1);
    if (header.sequence == 0 || header.record_count == 0 || header.payload_bytes < least ||
        header.payload_bytes > batch_bytes_limit) {
        return std::nullopt;
    }
    return header;
}

bool RecordCursor::next(RecordView& into) {
    const Bytes payload = batch_.payload;
    if (payload.size() - at_ < record_prefix_bytes || count_ == batch_.header.record_count) {
        return false;
    }
    const std::size_t bytes = load_le<std::uint32_t>(payload.data() + at_);
    const std::size_t left = payload.size() - at_ - record_prefix_bytes;
    if (bytes == 0 || bytes > left) return false;
    into.position = position_in_batch(batch_.position, at_);
    into.bytes = payload.subspan(at_ + record_prefix_bytes, bytes);
    at_ += record_prefix_bytes + bytes;
    ++count_;
    return true;
}

bool RecordCursor::well_formed() const {
    return at_ == batch_.payload.size() && count_ == batch_.header.record_count;
}

void start_batch_hash(Sha256& sha, const Hash& previous, std::uint64_t sequence, Instant time) {
    std::uint8_t fixed[48];
    std::memcpy(fixed, previous.data(), previous.size());
    store_le(fixed + 32, sequence);
    store_le(fixed + 40, time.unix_ms);
    sha.start().add(fixed);
}

void add_to_batch_hash(Sha256& sha, std::span<const Hash> record_hashes) {
    static_assert(sizeof(Hash) == 32, "an array of hashes is their concatenation");
    sha.add({reinterpret_cast<const std::uint8_t*>(record_hashes.data()),
             record_hashes.size() * sizeof(Hash)});
}

Hash batch_hash(Sha256& sha, const Hash& previous, std::uint64_t sequence, Instant time,
                std::span<const Hash> record_hashes) {
    start_batch_hash(sha, previous, sequence, time);
    add_to_batch_hash(sha, record_hashes);
    return sha.finish();
}

}  // namespace coffer::store_embedded
