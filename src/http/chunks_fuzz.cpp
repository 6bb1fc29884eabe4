// covers: H11
// A chunked body. The first byte says how it is cut: the answer must not depend on it. A body that
// is accepted is sent again as one chunk and must be the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "http/chunks.h"

namespace coffer::http {
namespace {

struct Joined {
    ChunkJoiner::Progress progress;
    std::string body;
    std::size_t taken = 0;  // bytes of the input
};

Joined join_in_steps(std::string_view bytes, std::size_t step) {
    const Limits limits;
    ChunkJoiner joiner;
    std::vector<char> buffer;
    std::size_t arrived = 0;
    Joined joined;
    do {
        const std::size_t count = std::min(step, bytes.size() - arrived);
        buffer.insert(buffer.end(), bytes.begin() + std::ptrdiff_t(arrived),
                      bytes.begin() + std::ptrdiff_t(arrived + count));
        arrived += count;
        buffer.shrink_to_fit();
        joined.progress = joiner.join(buffer, limits.body_bytes, limits);
        ENSURE(joiner.body_bytes() <= joiner.raw_at() && joiner.raw_at() <= buffer.size());
    } while (!joined.progress.done && !joined.progress.refusal && arrived < bytes.size());
    joined.body.assign(buffer.data(), joiner.body_bytes());
    joined.taken = joiner.raw_at();
    return joined;
}

void one_input(std::string_view bytes, std::size_t step) {
    const Joined whole = join_in_steps(bytes, std::max<std::size_t>(bytes.size(), 1));
    const Joined cut = join_in_steps(bytes, step);
    ENSURE(whole.progress.done == cut.progress.done);
    ENSURE(whole.progress.refusal == cut.progress.refusal);
    if (!whole.progress.done) return;
    ENSURE(!whole.progress.refusal && whole.body == cut.body && whole.taken == cut.taken);
    ENSURE(whole.body.size() <= Limits{}.body_bytes);

    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", whole.body.size());
    const std::string chunk = whole.body.empty() ? "" : size + whole.body + "\r\n";
    const std::string again = chunk + "0\r\n\r\n";
    const Joined second = join_in_steps(again, again.size());
    ENSURE(second.progress.done && !second.progress.refusal);
    ENSURE(second.body == whole.body && second.taken == again.size());
}

}  // namespace
}  // namespace coffer::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    coffer::http::one_input(bytes, data[0] % 64u + 1);
    return 0;
}
