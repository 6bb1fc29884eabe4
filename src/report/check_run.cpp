#include "report/check_run.h"

#include <algorithm>
#include <cstring>

namespace coffer::report {
namespace {

// A run file: blocks of 4,096 bytes, the first a header, the others 170 entries of 24 bytes each
// (fingerprint, position) in ascending order. Every block ends in a CRC-32C over the book id, the
// segment number, the block's number and its first 4,092 bytes.
inline constexpr std::uint64_t block_bytes = 4096;
inline constexpr std::uint64_t entries_a_block = 170;
inline constexpr std::uint64_t entry_bytes = 24;

class RunJudge {
public:
    RunJudge(const BookId& book, const RunEntry& run, Findings& findings)
        : book_{book}, run_{run}, findings_{findings} {}

    void wrong(std::uint64_t offset, std::string_view field, std::string_view what) const {
        findings_.at({run_.segment, offset, 0, 0});
        findings_.add(Rule::run_file, field, run_path(run_.segment) + ": " + std::string{what});
    }
    [[nodiscard]] bool block_valid(std::uint64_t block, Bytes bytes) const {
        std::uint8_t place[8];
        store_le(place, run_.segment);
        store_le(place + 4, static_cast<std::uint32_t>(block));
        Crc32c checksum;
        checksum.add(book_).add(place).add(bytes.first(block_bytes - 4));
        return checksum.value() == load_le<std::uint32_t>(bytes.data() + block_bytes - 4);
    }
    /// What a block must say in front of its checksum.
    [[nodiscard]] std::vector<std::uint8_t> expected(
        std::uint64_t block, std::span<const ReferenceChecks::Entry> entries) const {
        std::vector<std::uint8_t> bytes(block_bytes - 4);
        if (block == 0) {
            std::memcpy(bytes.data(), "CFR1", 4);
            store_le(&bytes[4], std::uint16_t{1});
            std::memcpy(&bytes[8], book_.data(), book_.size());
            store_le(&bytes[24], run_.segment);
            store_le(&bytes[32], run_.first_sequence);
            store_le(&bytes[40], run_.last_sequence);
            store_le(&bytes[48], run_.references);
            return bytes;
        }
        const std::uint64_t first = (block - 1) * entries_a_block;
        for (std::uint64_t i = 0; i < entries_a_block && first + i < entries.size(); ++i) {
            std::uint8_t* at = &bytes[i * entry_bytes];
            store_le(at, entries[first + i].fingerprint.high);
            store_le(at + 8, entries[first + i].fingerprint.low);
            store_le(at + 16, entries[first + i].position);
        }
        return bytes;
    }

private:
    const BookId& book_;
    const RunEntry& run_;
    Findings& findings_;
};

/// Of a key that stands there twice the last use counts.
void sort_as_in_a_run(std::vector<ReferenceChecks::Entry>& entries) {
    using Entry = ReferenceChecks::Entry;
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
        return a.fingerprint != b.fingerprint ? a.fingerprint < b.fingerprint
                                              : a.position > b.position;
    });
    const auto again = std::ranges::unique(entries, [](const Entry& a, const Entry& b) {
        return a.fingerprint == b.fingerprint && (b.position & ReferenceChecks::key_bit) != 0;
    });
    entries.erase(again.begin(), again.end());
}

}  // namespace

Result<Ok, Fault> check_run(os::FileSystem& files, const BookId& book, const RunEntry& run,
                            std::uint64_t first_sequence, std::uint64_t last_sequence,
                            std::vector<ReferenceChecks::Entry>& entries, Findings& findings) {
    const RunJudge judge{book, run, findings};
    if (run.first_sequence != first_sequence || run.last_sequence != last_sequence) {
        judge.wrong(0, "sequences", "MANIFEST lists it with other sequences than its segment has");
        return Ok{};
    }
    sort_as_in_a_run(entries);
    if (run.references != entries.size()) {
        judge.wrong(0, "references",
                    "MANIFEST lists it with " + std::to_string(run.references) +
                        " references, its segment has " + std::to_string(entries.size()));
        return Ok{};
    }
    const auto there = files.exists(run_path(run.segment));
    if (!there) return there.error();
    if (!*there) {
        judge.wrong(0, "file", "it is missing");
        return Ok{};
    }
    auto file = files.open(run_path(run.segment), os::Open::read);
    if (!file) return file.error();
    const std::uint64_t blocks = 1 + (entries.size() + entries_a_block - 1) / entries_a_block;
    const auto size = (*file)->size();
    if (!size) return size.error();
    if (*size != blocks * block_bytes) {
        judge.wrong(0, "file", "its size is not that of its references");
        return Ok{};
    }
    std::vector<std::uint8_t> block(block_bytes);
    for (std::uint64_t number = 0; number < blocks; ++number) {
        const std::uint64_t offset = number * block_bytes;
        const auto got = (*file)->read_at(offset, block);
        if (!got) return got.error();
        if (*got != block_bytes || !judge.block_valid(number, block)) {
            judge.wrong(offset, "checksum", "a block's checksum does not match");
            return Ok{};
        }
        const auto expected = judge.expected(number, entries);
        const auto differs = std::ranges::mismatch(expected, block).in1 - expected.begin();
        if (differs == static_cast<std::ptrdiff_t>(expected.size())) continue;
        judge.wrong(offset + static_cast<std::uint64_t>(differs), number == 0 ? "header" : "entry",
                    "does not say what its segment says here");
        return Ok{};
    }
    return Ok{};
}

}  // namespace coffer::report
