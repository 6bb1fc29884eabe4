#include "store_embedded/reference_run.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>

#include "base/ensure.h"
#include "store_embedded/crc32c.h"

namespace coffer::store_embedded {
namespace {

// docs/journal-format.md section 8. Block 0 is the header, the others hold entries.
constexpr std::size_t entries_per_block = 170;
constexpr std::size_t checksum_at = block_bytes - 4;
constexpr std::uint8_t magic[4] = {'C', 'F', 'R', '1'};
constexpr std::uint16_t format_version = 1;
constexpr std::size_t io_bytes = 256 * block_bytes;
static_assert(entries_per_block * sizeof(ReferenceEntry) <= checksum_at);

std::uint64_t blocks_for(std::uint64_t entries) {
    return 1 + (entries + entries_per_block - 1) / entries_per_block;
}

std::uint32_t checksum(const BookId& book, std::uint32_t segment, std::uint64_t block,
                       const std::uint8_t* bytes) {
    std::uint8_t place[24];
    std::memcpy(place, book.bytes.data(), book.bytes.size());
    store_le(place + 16, segment);
    store_le(place + 20, static_cast<std::uint32_t>(block));
    const std::uint32_t state = crc32c_add(crc32c_begin, place, sizeof place);
    return crc32c_end(crc32c_add(state, bytes, checksum_at));
}

void write_run_header(const BookId& book, const RunInfo& run, std::uint8_t* at) {
    std::memcpy(at, magic, sizeof magic);
    store_le(at + 4, format_version);
    std::memcpy(at + 8, book.bytes.data(), book.bytes.size());
    store_le(at + 24, run.segment);
    store_le(at + 32, run.first_sequence);
    store_le(at + 40, run.last_sequence);
    store_le(at + 48, run.references);
}

Fault damaged(std::uint32_t segment, std::uint64_t offset) {
    return {Fault::Kind::storage_corrupt,
            run_path(segment) + " is damaged at byte " + std::to_string(offset)};
}

std::vector<std::uint8_t> file_bytes(const BookId& book, const SegmentReferences& references) {
    const auto& entries = references.entries;
    std::vector<std::uint8_t> bytes(blocks_for(entries.size()) * block_bytes);
    write_run_header(book, references.run, bytes.data());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        std::uint8_t* at = bytes.data() + (1 + i / entries_per_block) * block_bytes +
                           i % entries_per_block * sizeof(ReferenceEntry);
        std::memcpy(at, &entries[i], sizeof entries[i]);  // three little-endian u64
    }
    for (std::uint64_t block = 0; block < bytes.size() / block_bytes; ++block) {
        std::uint8_t* at = bytes.data() + block * block_bytes;
        store_le(at + checksum_at, checksum(book, references.run.segment, block, at));
    }
    return bytes;
}

/// Reads and verifies block by block; what it hands out lives until the next call.
class RunBlocks {
public:
    RunBlocks(os::File& file, const BookId& book, const RunInfo& run)
        : file_{file}, book_{book}, run_{run}, bytes_(block_bytes) {}

    Result<std::span<const ReferenceEntry>, Fault> entries(std::uint64_t index) {
        const std::uint64_t block = index + 1;
        const auto got = file_.read_at(block * block_bytes, bytes_);
        if (!got) return got.error();
        if (*got != block_bytes || load_le<std::uint32_t>(bytes_.data() + checksum_at) !=
                                       checksum(book_, run_.segment, block, bytes_.data())) {
            return damaged(run_.segment, block * block_bytes);
        }
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(
            entries_per_block, run_.references - index * entries_per_block));
        std::memcpy(entries_.data(), bytes_.data(), count * sizeof(ReferenceEntry));
        return std::span<const ReferenceEntry>{entries_.data(), count};
    }

private:
    os::File& file_;
    const BookId& book_;
    const RunInfo& run_;
    std::vector<std::uint8_t> bytes_;
    std::array<ReferenceEntry, entries_per_block> entries_;
};

/// By fingerprint, then by position. Fingerprints are uniform, so their first bits spread the
/// entries over heaps that are already in order among each other, and each heap is small.
void sort(std::vector<ReferenceEntry>& entries) {
    constexpr std::size_t usual_heap = 16;
    const auto bits = static_cast<int>(std::bit_width(entries.size() / usual_heap));
    const auto heap_of = [bits](const ReferenceEntry& entry) {
        return bits == 0 ? 0 : static_cast<std::size_t>(entry.fingerprint.high >> (64 - bits));
    };
    std::vector<std::size_t> ends(std::size_t{1} << bits);  // begins, until the heaps are filled
    for (const ReferenceEntry& entry : entries) ++ends[heap_of(entry)];
    std::exclusive_scan(ends.begin(), ends.end(), ends.begin(), std::size_t{0});
    std::vector<ReferenceEntry> sorted(entries.size());
    for (const ReferenceEntry& entry : entries) sorted[ends[heap_of(entry)]++] = entry;
    auto begin = sorted.begin();
    for (const std::size_t end : ends) {
        const auto heap_end = sorted.begin() + static_cast<std::ptrdiff_t>(end);
        std::sort(begin, heap_end, [](const auto& a, const auto& b) {
            return a.fingerprint != b.fingerprint ? a.fingerprint < b.fingerprint
                                                  : a.position < b.position;
        });
        begin = heap_end;
    }
    entries = std::move(sorted);
}

}  // namespace

Result<SegmentReferences, Fault> collect_references(const RecordReader& reader,
                                                    std::uint32_t segment,
                                                    const ReferencesOf& references_of) {
    SegmentReferences all;
    all.run.segment = segment;
    auto visited = reader.visit_segment(segment, [&](const BatchView& batch) -> Result<Ok, Fault> {
        if (all.run.first_sequence == 0) all.run.first_sequence = batch.header.sequence;
        all.run.last_sequence = batch.header.sequence;
        RecordCursor records{batch};
        for (RecordView record; records.next(record);) {
            if (auto added = references_of(record, all.entries); !added) return added;
        }
        return Ok{};
    });
    if (!visited) return visited.error();
    auto& entries = all.entries;
    sort(entries);
    std::size_t kept = 0;
    for (const ReferenceEntry& entry : entries) {
        const bool again = kept != 0 && entries[kept - 1].fingerprint == entry.fingerprint;
        if (!again) {
            entries[kept++] = entry;
        } else if ((entry.position & key_bit) != 0) {
            entries[kept - 1] = entry;
        }
    }
    entries.resize(kept);
    all.run.references = entries.size();
    return all;
}

Result<Ok, Fault> write_run(os::FileSystem& files, const BookId& book,
                            const SegmentReferences& references) {
    ENSURE(references.run.references == references.entries.size());
    const std::string path = run_path(references.run.segment);
    const auto leftover = files.exists(path);
    if (!leftover) return leftover.error();
    if (*leftover) {
        if (auto removed = files.remove(path); !removed) return removed;
    }
    const std::vector<std::uint8_t> bytes = file_bytes(book, references);
    auto file = files.open(path, os::Open::create_new);
    if (!file) return file.error();
    for (std::size_t at = 0; at < bytes.size(); at += io_bytes) {
        const Bytes step = Bytes{bytes}.subspan(at, std::min(io_bytes, bytes.size() - at));
        if (auto wrote = (*file)->write_at(at, step); !wrote) return wrote;
        if (auto synced = (*file)->sync(); !synced) return synced;
    }
    return files.sync_folder("journal");
}

Result<std::vector<ReferenceEntry>, Fault> read_run(os::FileSystem& files, const BookId& book,
                                                    const RunInfo& run) {
    const auto there = files.exists(run_path(run.segment));
    if (!there) return there.error();
    if (!*there) {
        return Fault{Fault::Kind::storage_corrupt, run_path(run.segment) + " is missing"};
    }
    auto file = files.open(run_path(run.segment), os::Open::read);
    if (!file) return file.error();
    const auto size = (*file)->size();
    if (!size) return size.error();
    // Before the count is believed, the size of the file must agree with it.
    if (*size % block_bytes != 0 || run.references > *size / sizeof(ReferenceEntry) ||
        *size / block_bytes != blocks_for(run.references)) {
        return damaged(run.segment, *size);
    }
    std::uint8_t header[block_bytes] = {};
    write_run_header(book, run, header);
    std::vector<ReferenceEntry> entries(run.references);
    std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(io_bytes, *size));
    for (std::uint64_t at = 0; at < *size; at += block_bytes) {
        const std::uint8_t* block_at = bytes.data() + at % io_bytes;
        if (at % io_bytes == 0) {
            const auto got = (*file)->read_at(at, bytes);
            if (!got) return got.error();
            if (*got < std::min<std::uint64_t>(bytes.size(), *size - at)) {
                return damaged(run.segment, at + *got);
            }
        }
        const std::uint64_t block = at / block_bytes;
        if (load_le<std::uint32_t>(block_at + checksum_at) !=
                checksum(book, run.segment, block, block_at) ||
            (block == 0 && std::memcmp(block_at, header, checksum_at) != 0)) {
            return damaged(run.segment, at);
        }
        if (block == 0) continue;
        const std::uint64_t first = (block - 1) * entries_per_block;
        const std::uint64_t count =
            std::min<std::uint64_t>(entries_per_block, run.references - first);
        std::memcpy(&entries[first], block_at, count * sizeof(ReferenceEntry));
    }
    return entries;
}

Result<std::uint64_t, Fault> find_in_run(os::File& file, const BookId& book, const RunInfo& run,
                                         const Fingerprint& fingerprint) {
    if (run.references == 0) return std::uint64_t{0};
    RunBlocks blocks{file, book, run};
    const std::uint64_t count = blocks_for(run.references) - 1;
    std::uint64_t low = 0;
    std::uint64_t high = count;
    std::uint64_t guess = (fingerprint.high >> 32) * count >> 32;
    while (low < high) {
        const auto entries = blocks.entries(guess);
        if (!entries) return entries.error();
        if (fingerprint < entries->front().fingerprint) {
            high = guess;
        } else if (entries->back().fingerprint < fingerprint) {
            low = guess + 1;
        } else {
            const auto found =
                std::lower_bound(entries->begin(), entries->end(), fingerprint,
                                 [](const ReferenceEntry& entry, const Fingerprint& wanted) {
                                     return entry.fingerprint < wanted;
                                 });
            return found->fingerprint == fingerprint ? found->position : 0;
        }
        guess = high == guess ? (high > low ? high - 1 : low) : low;
    }
    return std::uint64_t{0};
}

}  // namespace coffer::store_embedded
