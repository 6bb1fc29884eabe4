// covers: H11
// Any bytes, cut anywhere: no crash, no hang, and the same answers as in one piece. The first two
// bytes say where to cut.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ensure.h"
#include "http/server_fixture.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using coffer::http::testing::converse;
    if (size < 3) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
    const std::size_t cut = (data[0] * 256u + data[1]) % bytes.size();
    const auto whole = converse(bytes, bytes.size());
    ENSURE(whole.has_value());
    ENSURE(whole == converse(bytes, cut));
    return 0;
}
