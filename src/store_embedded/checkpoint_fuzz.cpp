// covers: H11
// A checkpoint file. Its blocks carry checksums, behind which no change would get: so the input is
// a list of blocks (kind, rows, two bytes of length, body), and what frames them is made here;
// with a first byte of 0 the rest is the file as it is. A state that is loaded is copied again,
// and that copy must load and have the same blocks (those of holds stand in the order of a hash
// table).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_writer.h"
#include "base/ensure.h"
#include "os/simulated_disk.h"
#include "store_embedded/checkpoint.h"
#include "store_embedded/checkpoint_blocks.h"
#include "store_embedded/crc32c.h"

namespace coffer::store_embedded {
namespace {

using Memory = std::vector<std::uint8_t>;

// The book of all inputs: its id stands in the start block and must fit.
BookId book() {
    BookId id;
    id.bytes.fill('b');
    return id;
}

void append_block(Memory& file, std::uint8_t kind, std::uint32_t rows, Bytes body) {
    Memory front(9);
    front[0] = kind;
    store_le(&front[1], rows);
    store_le(&front[5], static_cast<std::uint32_t>(body.size()));
    std::uint32_t sum = crc32c_add(crc32c_begin, front.data(), front.size());
    sum = crc32c_end(crc32c_add(sum, body.data(), body.size()));
    file.insert(file.end(), front.begin(), front.end());
    file.insert(file.end(), body.begin(), body.end());
    file.resize(file.size() + sizeof sum);
    store_le(&file[file.size() - sizeof sum], sum);
}

Memory framed(Bytes input) {
    Memory file;
    std::uint64_t rows = 0;
    ByteReader in{input};
    while (in.room() > 0) {
        const std::uint8_t kind = in.u8();
        const std::uint8_t count = in.u8();
        const std::size_t size = in.fixed<std::uint16_t>();
        const Bytes body = in.bytes(std::min(size, in.room()));
        if (!in.ok()) break;
        append_block(file, kind, count, body);
        rows += count;
    }
    Memory end(16);
    store_le(&end[0], rows);
    append_block(file, static_cast<std::uint8_t>(BlockKind::end), 1, end);
    return file;
}

/// The bytes of a state's checkpoint; nothing if the file is refused.
Memory load_and_copy(const Memory& file) {
    os::SimulatedDisk disk;
    disk.put_file("c", file);
    State state;
    const auto start = load_checkpoint(disk, "c", book(), state);
    if (!start) return {};
    CheckpointCopy copy{state, book(), *start};
    Memory copied;
    while (!copy.slice(copied, start->copied_until, [] { return false; })) {
    }
    return copied;
}

std::vector<Memory> sorted_blocks(const Memory& file) {
    std::vector<Memory> blocks;
    for (std::size_t at = 0; at < file.size(); at += blocks.back().size()) {
        const auto begin = file.begin() + std::ptrdiff_t(at);
        blocks.emplace_back(begin, begin + 13 + load_le<std::uint32_t>(&file[at + 5]));
    }
    std::ranges::sort(blocks);
    return blocks;
}

void one_input(Bytes input) {
    const Memory file = input[0] == 0 ? Memory(input.begin() + 1, input.end()) : framed(input);
    const Memory copied = load_and_copy(file);
    if (copied.empty()) return;
    ENSURE(sorted_blocks(load_and_copy(copied)) == sorted_blocks(copied));
}

}  // namespace
}  // namespace coffer::store_embedded

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    coffer::store_embedded::one_input({data, size});
    return 0;
}
