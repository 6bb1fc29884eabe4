#pragma once

// For tests: writes books by docs/journal-format.md, without the code that reads or serves them.

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/int128.h"
#include "base/sha256.h"
#include "os/simulated_disk.h"
#include "report/book_reader.h"

namespace coffer::report::testing {

using Octets = std::vector<std::uint8_t>;

/// CRC-32C, a byte at a time.
class SlowCrc {
public:
    SlowCrc& add(Bytes bytes) {
        for (const std::uint8_t byte : bytes) {
            state_ = (state_ >> 8) ^ table()[(state_ ^ byte) & 0xff];
        }
        return *this;
    }
    [[nodiscard]] std::uint32_t value() const { return ~state_; }

private:
    static const std::array<std::uint32_t, 256>& table() {
        static const auto made = [] {
            std::array<std::uint32_t, 256> rows{};
            for (std::uint32_t i = 0; i < rows.size(); ++i) {
                rows[i] = i;
                for (int bit = 0; bit < 8; ++bit) {
                    rows[i] = (rows[i] >> 1) ^ ((rows[i] & 1) != 0 ? 0x82f63b78u : 0);
                }
            }
            return rows;
        }();
        return made;
    }
    std::uint32_t state_ = 0xffffffff;
};

/// Appends the encodings of the format's fields.
struct Encoder {
    Octets bytes;

    Encoder& u8(unsigned value) {
        bytes.push_back(static_cast<std::uint8_t>(value));
        return *this;
    }
    Encoder& varint(UInt128 value) {
        while (value >= 0x80) {
            u8(static_cast<unsigned>(value & 0x7f) | 0x80);
            value >>= 7;
        }
        return u8(static_cast<unsigned>(value));
    }
    Encoder& int128(Int128 value) {
        return varint(value < 0 ? (static_cast<UInt128>(-(value + 1)) << 1) + 1
                                : static_cast<UInt128>(value) << 1);
    }
    template <class Number>
    Encoder& fixed(Number value) {
        for (std::size_t i = 0; i < sizeof value; ++i) {
            u8(static_cast<unsigned>(static_cast<std::uint64_t>(value) >> (8 * i)) & 0xff);
        }
        return *this;
    }
    Encoder& raw(Bytes value) {
        bytes.insert(bytes.end(), value.begin(), value.end());
        return *this;
    }
    Encoder& text(std::string_view value) { return varint(value.size()).raw(as_bytes(value)); }
    Encoder& id(UInt128 value) {
        fixed(static_cast<std::uint64_t>(value >> 64));
        return fixed(static_cast<std::uint64_t>(value));
    }
};

struct FramedBatch {
    std::uint32_t segment = 1;
    std::uint64_t offset = 0;
    std::uint64_t sequence = 0;
    std::int64_t time = 0;
    std::vector<Octets> records;
};

/// The batches of a book as records, to be changed and framed again: checksums and hashes follow.
struct FramedBook {
    BookId book{};
    std::vector<std::uint64_t> segment_sizes;
    std::vector<FramedBatch> batches;

    static std::uint64_t payload_bytes(const FramedBatch& batch) {
        std::uint64_t bytes = 64;
        for (const Octets& record : batch.records) bytes += 4 + record.size();
        return bytes;
    }
    static std::uint64_t sectors(const FramedBatch& batch) {
        return (payload_bytes(batch) + 505) / 506;
    }
    [[nodiscard]] std::uint64_t base(std::uint32_t segment) const {
        std::uint64_t base = 0;
        for (std::uint32_t i = 1; i < segment; ++i) base += segment_sizes[i - 1];
        return base;
    }
    /// The position that a record would have behind those the batch has.
    [[nodiscard]] std::uint64_t next_position(const FramedBatch& batch) const {
        const std::uint64_t at = payload_bytes(batch);
        return base(batch.segment) + batch.offset + at / 506 * 512 + at % 506;
    }

    static Hash hash(const FramedBatch& batch, const Hash& previous) {
        Sha256 sha;
        Octets all{previous.begin(), previous.end()};
        Encoder numbers;
        numbers.fixed(batch.sequence).fixed(batch.time);
        all.insert(all.end(), numbers.bytes.begin(), numbers.bytes.end());
        for (const Octets& record : batch.records) {
            const Hash one = sha.of(record);
            all.insert(all.end(), one.begin(), one.end());
        }
        return sha.of(all);
    }

    /// The sectors of one batch.
    [[nodiscard]] Octets frame(const FramedBatch& batch, const Hash& own_hash) const {
        Encoder payload;
        payload.raw(as_bytes("CFB1")).fixed(std::uint16_t{1}).fixed(std::uint16_t{0});
        payload.fixed(batch.sequence).fixed(batch.time);
        payload.fixed(static_cast<std::uint32_t>(payload_bytes(batch)));
        payload.fixed(static_cast<std::uint32_t>(batch.records.size())).raw(own_hash);
        for (const Octets& record : batch.records) {
            payload.fixed(static_cast<std::uint32_t>(record.size())).raw(record);
        }
        payload.bytes.resize(sectors(batch) * 506);
        Encoder framed;
        for (std::uint64_t number = 0; number < sectors(batch); ++number) {
            Encoder sector;
            sector.raw(Bytes{payload.bytes}.subspan(number * 506, 506));
            sector.fixed(static_cast<std::uint16_t>(number));
            Encoder place;
            place.raw(book).fixed(base(batch.segment) + batch.offset + number * 512);
            sector.fixed(SlowCrc{}.add(place.bytes).add(sector.bytes).value());
            framed.raw(sector.bytes);
        }
        return framed.bytes;
    }

    [[nodiscard]] std::string manifest() const {
        std::string text = "coffer-manifest 1\nbook " + to_hex(book) + "\n";
        for (std::size_t i = 0; i < segment_sizes.size(); ++i) {
            const auto number = static_cast<std::uint32_t>(i + 1);
            text += "segment " + std::to_string(number) + " " + std::to_string(base(number)) + " " +
                    std::to_string(segment_sizes[i]) + "\n";
        }
        char line[32];
        std::snprintf(line, sizeof line, "checksum %08x\n", SlowCrc{}.add(as_bytes(text)).value());
        return text + line;
    }

    /// Writes all segments; checksums and hashes follow from what the batches now say.
    void write_segments(os::SimulatedDisk& disk) const {
        std::vector<Octets> segments;
        for (const std::uint64_t size : segment_sizes) segments.emplace_back(size);
        Hash previous{};
        for (const FramedBatch& batch : batches) {
            previous = hash(batch, previous);
            const Octets framed = frame(batch, previous);
            std::copy(framed.begin(), framed.end(),
                      segments[batch.segment - 1].begin() + static_cast<long>(batch.offset));
        }
        for (std::size_t i = 0; i < segments.size(); ++i) {
            disk.put_file(segment_path(static_cast<std::uint32_t>(i + 1)), segments[i]);
        }
    }
    void write(os::SimulatedDisk& disk) const {
        static_cast<void>(disk.make_folder("journal"));
        disk.put_file("MANIFEST", as_bytes(manifest()));
        write_segments(disk);
    }

    /// Takes a whole book apart.
    static FramedBook read(os::FileSystem& files) {
        FramedBook found;
        auto reader = BookReader::open(files, {.attempts = 1});
        if (!reader) return found;
        found.book = reader->files().book;
        for (const SegmentEntry& segment : reader->files().segments) {
            found.segment_sizes.push_back(segment.bytes);
        }
        for (;;) {
            const auto step = reader->next();
            if (!step || *step != BookReader::Step::batch) return found;
            const BatchView& batch = reader->batch();
            FramedBatch copy{batch.segment, batch.offset, batch.sequence, batch.time.unix_ms, {}};
            for (const RecordView& record : batch.records) {
                copy.records.emplace_back(record.bytes.begin(), record.bytes.end());
            }
            found.batches.push_back(std::move(copy));
        }
    }
};

}  // namespace coffer::report::testing
