#include "store_embedded/crc32c.h"

#include <isa-l.h>

namespace coffer::store_embedded {

std::uint32_t crc32c_add(std::uint32_t state, const std::uint8_t* bytes, std::size_t count) {
    // ISA-L takes and gives the bare register and does not write to the buffer, whatever it says.
    return crc32_iscsi(const_cast<std::uint8_t*>(bytes), static_cast<int>(count), state);
}

std::uint32_t crc32c(Bytes bytes) {
    return crc32c_end(crc32c_add(crc32c_begin, bytes.data(), bytes.size()));
}

}  // namespace coffer::store_embedded
