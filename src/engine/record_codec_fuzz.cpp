// covers: H11
// The bytes of one journal record. What is taken is encoded again to the same bytes, so that a
// record has one encoding; the shortcut that reads only the request agrees with the whole; no end
// cut off is taken.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/byte_writer.h"
#include "base/ensure.h"
#include "engine/record_codec.h"

namespace coffer::engine {
namespace {

using Memory = std::vector<std::uint8_t>;

std::size_t encode_again(const Movement& movement, std::uint32_t, Memory& memory) {
    return encode(movement.record, movement.links, memory);
}
std::size_t encode_again(const Genesis& genesis, std::uint32_t, Memory& memory) {
    return encode(genesis, memory);
}
template <class Setup>
std::size_t encode_again(const Setup& setup, std::uint32_t ordinal, Memory& memory) {
    return encode(setup, ordinal, memory);
}

void one_input(Bytes bytes) {
    const auto decoded = decode(bytes);
    Movement movement;
    wallet::Record request;
    const bool is_movement = decoded && std::holds_alternative<Movement>(*decoded);
    ENSURE(decode_movement(bytes, movement) == is_movement);
    if (!decoded) return;
    ENSURE(!decode(bytes.first(bytes.size() - 1)));

    if (is_movement) {
        const wallet::Record& whole = std::get<Movement>(*decoded).record;
        ENSURE(decode_request(bytes, request));
        ENSURE(request.kind == whole.kind && request.request.amount == whole.request.amount);
        ENSURE(request.request.user == whole.request.user);
        ENSURE(request.request.has_reference == whole.request.has_reference);
        ENSURE(request.request.reference_fingerprint == whole.request.reference_fingerprint);
    }
    // Behind the kind stands the ordinal, which the values of setup records do not hold.
    ByteReader in{bytes.subspan(1)};
    const std::uint32_t ordinal = in.varint32();
    Memory memory(record_bytes_max);
    memory.resize(std::visit(
        [&](const auto& record) { return encode_again(record, ordinal, memory); }, *decoded));
    ENSURE(memory == Memory(bytes.begin(), bytes.end()));
}

}  // namespace
}  // namespace coffer::engine

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    coffer::engine::one_input({data, size});
    return 0;
}
