// covers: H11
// Cursors of lists. A text that is taken is the one text of its place; any 22 bytes are a place
// that comes back from its cursor, and only with its own binding.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/cursor.h"
#include "base/bytes.h"
#include "base/ensure.h"

namespace coffer::api {
namespace {

void one_input(Bytes bytes) {
    Hash key;
    key.fill(7);
    Cursors cursors{key};
    ListBinding binding{};
    const std::string_view text = as_text(bytes);
    if (const auto place = cursors.read(text, binding)) {
        std::string again;
        cursors.append(again, *place, binding);
        ENSURE(again == text);
    }
    if (bytes.size() < 22) return;
    const ListPlace place{.before_seq = load_le<std::uint64_t>(&bytes[0]),
                          .rows_before = load_le<std::uint64_t>(&bytes[8]),
                          .page_size = load_le<std::uint32_t>(&bytes[16]),
                          .currency = {load_le<std::uint16_t>(&bytes[20])}};
    std::string cursor;
    cursors.append(cursor, place, binding);
    ENSURE(cursors.read(cursor, binding) == place);
    binding[31] = 1;
    ENSURE(!cursors.read(cursor, binding));
    binding[31] = 0;
    const std::size_t at = bytes[bytes.size() - 1] % cursor.size();
    cursor[at] = cursor[at] == 'A' ? 'B' : 'A';
    ENSURE(!cursors.read(cursor, binding));
}

}  // namespace
}  // namespace coffer::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    coffer::api::one_input({data, size});
    return 0;
}
