#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "store_embedded/batch.h"

namespace coffer::store_embedded {

/// Turns a payload into sectors and back, for one book. Holds nothing but the checksum of the
/// book's id, so copies are free and any thread may use it. About 35 ns a sector.
class SectorCodec {
public:
    explicit SectorCodec(const BookId& book);

    /// Frames header and records into `sectors_for(payload.size())` sectors at `out`. The first 64
    /// payload bytes are replaced by the header.
    void frame(const BatchHeader& header, Bytes payload, std::uint64_t position,
               std::uint8_t* out) const;

    /// True when the sector is what was written there: its checksum covers bytes, book and
    /// position.
    [[nodiscard]] bool valid(const std::uint8_t* sector, std::uint64_t position) const;

private:
    [[nodiscard]] std::uint32_t checksum(const std::uint8_t* sector, std::uint64_t position) const;

    std::uint32_t after_book_id_;
};

[[nodiscard]] inline std::uint16_t sector_number(const std::uint8_t* sector) {
    return load_le<std::uint16_t>(sector + sector_payload_bytes);
}

/// Copies the payload bytes of consecutive sectors.
void unframe(const std::uint8_t* sectors, std::span<std::uint8_t> payload);

/// Unwritten: nothing but zeros. A written sector never is: the first has the magic, the others a
/// number.
[[nodiscard]] bool all_zero(Bytes bytes);

}  // namespace coffer::store_embedded
