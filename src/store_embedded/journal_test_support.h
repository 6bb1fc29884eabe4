#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "os/simulated_disk.h"
#include "store_embedded/journal.h"

/// What the tests of the journal share: small books of made-up records on a simulated disk.
namespace coffer::store_embedded::testing {

inline constexpr BookId test_book{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

inline JournalOptions small_book() {
    return {.new_book = test_book, .segment_bytes = segment_bytes_min, .background = false};
}

/// COFFER_SEED=n repeats a run, or makes another.
inline std::uint64_t seed() {
    static const std::uint64_t chosen = [] {
        const char* given = std::getenv("COFFER_SEED");
        return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'240'607ULL;
    }();
    return chosen;
}

/// A batch as a test remembers it.
struct Batch {
    std::uint64_t sequence = 0;
    Instant time;
    Hash hash{};
    std::vector<std::vector<std::uint8_t>> records;

    [[nodiscard]] std::vector<std::uint8_t> payload() const {
        std::vector<std::uint8_t> bytes(batch_header_bytes);
        for (const auto& record : records) {
            const std::size_t at = bytes.size();
            bytes.resize(at + record_prefix_bytes);
            store_le(bytes.data() + at, static_cast<std::uint32_t>(record.size()));
            bytes.insert(bytes.end(), record.begin(), record.end());
        }
        return bytes;
    }
    [[nodiscard]] Result<std::uint64_t, Fault> append_to(Journal& journal) const {
        const auto bytes = payload();
        return journal.append_durable(
            {sequence, time, hash, static_cast<std::uint32_t>(records.size()), bytes});
    }
    friend bool operator==(const Batch&, const Batch&) = default;
};

/// The next batch of a chain: everything in it follows from sequence, sizes and the one before.
inline Batch make_batch(std::uint64_t sequence, const Hash& previous,
                        const std::vector<std::size_t>& record_sizes) {
    Batch batch{
        sequence, Instant{1'700'000'000'000 + static_cast<std::int64_t>(sequence / 2)}, {}, {}};
    std::mt19937_64 random{sequence};
    Sha256 sha;
    std::vector<Hash> hashes;
    for (const std::size_t size : record_sizes) {
        std::vector<std::uint8_t> record(size);
        for (auto& byte : record) byte = static_cast<std::uint8_t>(random());
        hashes.push_back(sha.of(record));
        batch.records.push_back(std::move(record));
    }
    batch.hash = batch_hash(sha, previous, sequence, batch.time, hashes);
    return batch;
}

/// A chain of batches with mixed sizes, the same for the same seed.
inline std::vector<Batch> make_batches(std::size_t count, std::uint64_t seed,
                                       std::size_t records_max = 6,
                                       std::size_t record_bytes_max = 2000) {
    std::mt19937_64 random{seed};
    std::vector<Batch> batches;
    Hash previous{};
    for (std::uint64_t sequence = 1; sequence <= count; ++sequence) {
        std::vector<std::size_t> sizes(1 + random() % records_max);
        for (auto& size : sizes) size = 1 + random() % record_bytes_max;
        batches.push_back(make_batch(sequence, previous, sizes));
        previous = batches.back().hash;
    }
    return batches;
}

/// What a scan showed, with the chain checked as the store does.
struct SeenBatches {
    std::vector<Batch> batches;
    std::vector<std::uint64_t> positions;
    Hash last{};

    [[nodiscard]] BatchVisitor visitor() {
        return [this](const BatchView& view) -> Result<Ok, Fault> {
            Batch batch{view.header.sequence, view.header.time, view.header.hash, {}};
            std::vector<Hash> hashes;
            Sha256 sha;
            RecordCursor records{view};
            for (RecordView record; records.next(record);) {
                batch.records.emplace_back(record.bytes.begin(), record.bytes.end());
                hashes.push_back(sha.of(record.bytes));
            }
            if (batch_hash(sha, last, batch.sequence, batch.time, hashes) != batch.hash) {
                return Fault{Fault::Kind::storage_corrupt, "the hash does not follow"};
            }
            last = batch.hash;
            positions.push_back(view.position);
            batches.push_back(std::move(batch));
            return Ok{};
        };
    }
};

struct OpenedBook {
    std::unique_ptr<Journal> journal;
    SeenBatches seen;
    BookEnd end;
};

inline Result<OpenedBook, Fault> open_book(os::FileSystem& files,
                                           const JournalOptions& options = small_book()) {
    auto journal = Journal::open(files, options);
    if (!journal) return journal.error();
    OpenedBook book{std::move(*journal), {}, {}};
    auto end = book.journal->recover({}, book.seen.visitor());
    if (!end) return end.error();
    book.end = *end;
    return book;
}

/// Appends until done or refused; answers how many were acknowledged.
inline std::size_t append_all(Journal& journal, const std::vector<Batch>& batches,
                              std::size_t from = 0) {
    for (std::size_t i = from; i < batches.size(); ++i) {
        if (!batches[i].append_to(journal)) return i;
    }
    return batches.size();
}

/// A closed book with these batches.
inline std::unique_ptr<os::SimulatedDisk> disk_with(const std::vector<Batch>& batches,
                                                    const JournalOptions& options = small_book()) {
    auto disk = std::make_unique<os::SimulatedDisk>();
    auto book = open_book(*disk, options);
    EXPECT_TRUE(book) << book.error().message;
    EXPECT_EQ(append_all(*book->journal, batches), batches.size());
    return disk;
}

/// Reads the book without repairing it.
inline Result<BookEnd, Fault> scan_only(os::FileSystem& files, SeenBatches& seen) {
    const auto manifest = load_manifest(files);
    if (!manifest) return manifest.error();
    EXPECT_TRUE(manifest->has_value());
    auto scanned = scan_book(files, **manifest, {}, seen.visitor());
    if (!scanned) return scanned.error();
    return scanned->end;
}

}  // namespace coffer::store_embedded::testing
